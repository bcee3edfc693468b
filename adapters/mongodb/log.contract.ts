import { Unavailable } from '../../core/errors.ts';
import type { LogEntry } from '../../core/event.ts';
import type { Applied, Batch, Position, Store } from '../../core/ports.ts';
import { entryOf, view } from '../../core/store-scene.contract.ts';

/** A log in memory whose offset is the number of its batches, for tests in which a store fails and goes on. */
export interface Log {
  partition: number;
  batches: LogEntry[][];
}

/** A log of batches of page views of a few visitors, each batch with an event that the one before had, too. */
export function logOf(batches: number, eventsEach: number, partition = 0): Log {
  const eventAt = (n: number) => view(n, { visitor: `v${n % 7}`, path: `/${n % 5}` });
  const batchAt = (b: number) =>
    entryOf(Array.from({ length: eventsEach + 1 }, (_, n) => eventAt(Math.max(0, b * eventsEach + n - 1))));
  return { partition, batches: Array.from({ length: batches }, (_, b) => [batchAt(b)]) };
}

/** The batch that follows a position. */
export function batchAfter({ partition, batches }: Log, from: Position): Batch {
  const n = Number(from.offset);
  const to = { incarnation: 'log-1', offset: String(n + 1) };
  return { partition, from, to, entries: batches[n] ?? [], quarantine: [] };
}

/**
 * Applies a log as a worker does: after every failure the position is asked for anew.
 *
 * @returns how often the store was unavailable, and how often another had been faster; any other error is thrown
 */
export async function applyLog(store: Store, log: Log): Promise<{ unavailable: number; fenced: number }> {
  const counts = { unavailable: 0, fenced: 0 };
  let position: Position | undefined;
  for (;;) {
    try {
      position ??= await store.position(log.partition);
      if (Number(position.offset) === log.batches.length) return counts;
      const applied: Applied = await store.apply(batchAfter(log, position));
      if (applied.fenced) counts.fenced += 1;
      position = applied.fenced ? undefined : applied.position;
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      counts.unavailable += 1;
      position = undefined;
    }
  }
}
