import assert from 'node:assert/strict';
import type { Place } from './contract.ts';
import type { Position, Queue, Slice } from './ports.ts';

/** What the cases of the queue's contract are told with. */

/** Where a queue's case has its data. */
export interface QueuePlace extends Place<Queue> {
  /** An offset, in the log's own form, far after one that it gave. */
  offsetAfter(offset: string): string;
  /** Whether `trim` lets go at once. Where it may leave entries for a while, less can be asked. */
  trims: boolean;
}

/** Longer than any test may take: who waits it out fails. */
export const FOREVER = 10 * 60_000;

export async function append(queue: Queue, partition: number, texts: string[]): Promise<void> {
  await queue.append(texts.map((body) => ({ partition, body })));
}

interface Look {
  entriesMax?: number;
  bytesMax?: number;
  waitMs?: number;
  signal?: AbortSignal;
}

export function look(queue: Queue, partition: number, after: Position, options: Look = {}): Promise<Slice> {
  return queue.read(partition, after, { entriesMax: 1000, bytesMax: 64 * 1024 * 1024, waitMs: 0, ...options });
}

export function bodies(slice: Slice): string[] {
  return slice.entries.map(({ body }) => body);
}

/** The position that a slice reaches. */
export function end({ incarnation, to }: Slice): Position {
  return { incarnation, offset: to, version: 1 };
}

/** Reads slice by slice until there is no more. */
export async function follow(
  queue: Queue,
  partition: number,
  from: Position,
  entriesMax: number,
  bytesMax?: number,
): Promise<Slice['entries']> {
  const found: Slice['entries'] = [];
  for (let position = from; ; ) {
    const slice = await look(queue, partition, position, { entriesMax, ...(bytesMax ? { bytesMax } : {}) });
    if (slice.entries.length === 0) return found;
    assert.ok(slice.entries.length <= entriesMax);
    found.push(...slice.entries);
    position = end(slice);
  }
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
