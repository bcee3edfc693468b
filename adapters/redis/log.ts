import { randomInt, randomUUID } from 'node:crypto';
import { QueueFull, Unusable } from '../../core/errors.ts';
import { PARTITIONS_DEFAULT } from '../../core/limits.ts';
import type { Position, QueueDepth, QueueEntry } from '../../core/ports.ts';
import type { Connection } from './connection.ts';
import { APPEND, DEPTH, OPEN, READ, TRIM } from './scripts.ts';

export interface LogOptions {
  /** Before the name of every key. */
  prefix: string;
  /** Fixed when the log is made. Default: what it has, 8 for a new one. */
  partitions: number | undefined;
  queueEntriesMax: number;
}

/** What a log answers of what lies at and after a position. */
export interface Found {
  incarnation: string;
  /** Without that of the position itself. The first has the position's number if it lies in its place. */
  entries: { offset: string; body: string }[];
  /** If there are no entries: the offset that was given last. */
  end: string;
}

/** The log in Redis: a stream a partition, and a hash that says which log it is. `scripts.ts` has what Redis does. */
export interface Log {
  partitions: number;
  append(entries: QueueEntry[]): Promise<void>;
  /** From the start if the position is another log's. */
  find(partition: number, after: Position, entriesMax: number, bytesMax: number): Promise<Found>;
  trim(partition: number, upTo: Position): Promise<void>;
  depth(): Promise<QueueDepth>;
}

/** Tags are numbers below this; of two histories with an entry of one number, one in 281 billions has the same tag. */
const TAGS = 2 ** 48 - 1;

/**
 * Opens a log, and makes it if there is none.
 *
 * @throws Unusable if it has another number of partitions
 */
export async function openLog(connection: Connection, options: LogOptions): Promise<Log> {
  const { prefix, queueEntriesMax } = options;
  const name = `${prefix}:log`;
  const fresh = [randomUUID(), options.partitions ?? PARTITIONS_DEFAULT];
  const [, found] = (await connection.probe(OPEN, [name], fresh)) as [string, string];
  const partitions = Number(found);
  if (options.partitions !== undefined && options.partitions !== partitions) throw otherPartitions(partitions);
  const streams = Array.from({ length: partitions }, (_, partition) => `${name}:${partition}`);
  await connection.probe(DEPTH, streams, []);
  /** The last entries that Redis has acknowledged to us, and of which log they are. */
  const acknowledged = new Map<number, string>();
  let incarnation = '';

  function otherPartitions(has: number | string): Unusable {
    return new Unusable(
      `${connection.place} has a log "${prefix}" of ${has} partitions, and ${options.partitions ?? partitions} are asked for. The number is fixed when the log is made: set PARTITIONS=${has}, or start with another prefix.`,
    );
  }

  function keysOf(partition: number): string[] {
    const stream = streams[partition];
    if (stream === undefined) throw new RangeError(`partition ${partition} of ${partitions}`);
    return [name, stream];
  }

  return {
    partitions,
    async append(entries) {
      const tag = randomInt(TAGS);
      const args = [randomUUID(), partitions, queueEntriesMax, entries.length, tag, Date.now(), incarnation];
      const groups = Map.groupBy(entries, ({ partition }) => partition);
      for (const [partition, group] of groups) {
        args.push(partition, acknowledged.get(partition) ?? '', group.length);
        for (const { body } of group) args.push(body);
      }
      const answer = (await connection.run(APPEND, [name, ...streams], args)) as [string, string, ...string[]];
      const [outcome, now, ...ends] = answer;
      if (outcome === 'full') {
        throw new QueueFull(`${connection.place} holds its limit (queueEntriesMax ${queueEntriesMax})`);
      }
      if (outcome === 'partitions') throw otherPartitions(now);
      if (now !== incarnation) acknowledged.clear();
      incarnation = now;
      for (const [index, partition] of [...groups.keys()].entries()) acknowledged.set(partition, ends[index] ?? '');
    },
    async find(partition, after, entriesMax, bytesMax) {
      const args = [randomUUID(), partitions, after.incarnation, after.offset, entriesMax, bytesMax];
      const answer = (await connection.run(READ, keysOf(partition), args)) as [string, string, ...string[]];
      const [now, end, ...flat] = answer;
      const entries: Found['entries'] = [];
      for (let i = 0; i < flat.length; i += 2) entries.push({ offset: flat[i] ?? '', body: flat[i + 1] ?? '' });
      return { incarnation: now, entries, end };
    },
    async trim(partition, upTo) {
      await connection.run(TRIM, keysOf(partition), [upTo.incarnation, upTo.offset]);
    },
    async depth() {
      const [entries, oldest] = (await connection.run(DEPTH, streams, [])) as [number, number | null];
      return { entries, oldest: oldest ?? undefined };
    },
  };
}
