import { setTimeout as pause } from 'node:timers/promises';
import { Unavailable } from '../../core/errors.ts';
import type { Position, Queue, ReadOptions, Slice } from '../../core/ports.ts';
import type { Entry } from './batches.ts';
import type { Kafka } from './connection.ts';
import { seek } from './cursor.ts';
import type { Bounds, Cursor } from './cursor.ts';
import { isAway, isLate, isPassing, translated } from './errors.ts';
import type { Offsets } from './offsets.ts';
import { LOOK_MS_MAX, openReader } from './reader.ts';
import type { Topic } from './topic.ts';

export interface ReadContext {
  kafka: Kafka;
  topic: Topic;
  offsets: Offsets;
  queueCommandMsMax: number;
  retryMsMin: number;
}

/** The longest pause in ms between two tries. */
const RETRY_MS_MAX = 250;

/** Reads at exact offsets, whatever the group has committed. A position's incarnation is the topic's id. */
export function newRead(context: ReadContext): Queue['read'] {
  const { kafka, topic, queueCommandMsMax, retryMsMin } = context;
  /** Of the partitions that were read; while one is in use nobody else finds it. */
  const cursors = new Map<number, Cursor>();

  /** `signal` closes what is read by. */
  async function read(partition: number, after: Position, options: ReadOptions, signal: AbortSignal): Promise<Slice> {
    let cursor = cursors.get(partition);
    let until = Number.POSITIVE_INFINITY;
    for (let ms = retryMsMin; ; ms = Math.min(ms * 2, RETRY_MS_MAX)) {
      cursors.delete(partition);
      const wasOpen = cursor !== undefined;
      cursor ??= await openCursor(context, partition);
      const { reader } = cursor;
      const close = (): void => void reader.close();
      if (signal.aborted) close();
      signal.addEventListener('abort', close, { once: true });
      try {
        const slice = await look(context, cursor, after, options);
        if (signal.aborted || cursors.has(partition)) close();
        else cursors.set(partition, cursor);
        return slice;
      } catch (error) {
        close();
        cursor = undefined;
        until = Math.min(until, performance.now() + queueCommandMsMax);
        if (signal.aborted || !isWorthATry(error, wasOpen) || performance.now() + ms > until) {
          throw translated(kafka.place, error);
        }
        if (!wasOpen) await pause(ms);
      } finally {
        signal.removeEventListener('abort', close);
      }
    }
  }

  return async (partition, after, options) => {
    if (!(partition >= 0 && partition < topic.partitions)) {
      throw new RangeError(`partition ${partition} of ${topic.partitions}`);
    }
    const nothing: Slice = { incarnation: after.incarnation, to: after.offset, entries: [] };
    const { signal = new AbortController().signal } = options;
    if (signal.aborted) return nothing;
    const { promise: aborted, resolve: abort } = Promise.withResolvers<undefined>();
    const onAbort = (): void => abort(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return (await Promise.race([aborted, read(partition, after, options, signal)])) ?? nothing;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  };
}

/** A reader that was open may be of a leader, or a topic, that is no more; one that was not, of an election that goes on. */
function isWorthATry(error: unknown, wasOpen: boolean): boolean {
  if (error instanceof Unavailable || isAway(error) || isLate(error)) return false;
  return wasOpen || isPassing(error);
}

async function openCursor({ kafka, topic }: ReadContext, partition: number): Promise<Cursor> {
  const reader = await kafka.ask(() => openReader(kafka, topic));
  return { partition, reader, reached: undefined, rest: [], next: 0n };
}

async function look(
  { offsets }: ReadContext,
  cursor: Cursor,
  after: Position,
  { entriesMax, bytesMax, waitMs }: ReadOptions,
): Promise<Slice> {
  const { partition, reader } = cursor;
  const until = performance.now() + waitMs;
  const goesOn = reader.id === after.incarnation && cursor.reached === after.offset;
  let loss = goesOn ? undefined : await seek(cursor, await boundsOf(offsets, partition), after, bytesMax);
  while (cursor.rest.length === 0) {
    const ms = loss ? 0 : Math.max(0, Math.min(until - performance.now(), LOOK_MS_MAX));
    const found = await reader.fetch(partition, cursor.next, bytesMax, Math.ceil(ms));
    if (found) {
      const moved = found.next > cursor.next;
      Object.assign(cursor, { rest: found.entries, next: found.next });
      if (!moved && (loss || performance.now() >= until)) break;
    } else if (loss) {
      break;
    } else {
      // The log was cut or trimmed while we stood there.
      loss = await seek(cursor, await boundsOf(offsets, partition), after, bytesMax);
    }
  }
  const entries = cursor.rest.splice(0, countOf(cursor.rest, entriesMax, bytesMax));
  cursor.reached = entries.at(-1)?.offset ?? cursor.reached;
  return {
    incarnation: reader.id,
    to: cursor.reached ?? after.offset,
    entries: entries.map(({ offset, body, at, id }) => ({ offset, body, at, ...(id && { id }) })),
    loss,
  };
}

/** How many entries make a slice; one always does. */
function countOf(entries: Entry[], entriesMax: number, bytesMax: number): number {
  let bytes = 0;
  const first = entries.findIndex((entry, index) => {
    bytes += entry.bytes;
    return index === entriesMax || (index > 0 && bytes > bytesMax);
  });
  return first < 0 ? entries.length : first;
}

async function boundsOf(offsets: Offsets, partition: number): Promise<Bounds> {
  return (await offsets.bounds(partition))[0] ?? { start: 0n, end: 0n };
}
