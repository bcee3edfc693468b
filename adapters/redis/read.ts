import { setTimeout as pause } from 'node:timers/promises';
import type { Loss, Position, ReadOptions, Slice } from '../../core/ports.ts';
import { NO_POSITION } from '../../core/ports.ts';
import type { Found, Log } from './log.ts';

/** Before the first entry. */
const LOG_START = '0-0';

/**
 * The entries after a position. Looks again and again until there is something, the time is over, or the signal is aborted:
 * a blocking XREAD would need a connection for every partition, and a second one to end it.
 */
export async function readWaiting(
  log: Log,
  partition: number,
  after: Position,
  { waitMs, signal, ...sizes }: ReadOptions,
  pollMs: number,
): Promise<Slice> {
  const until = Date.now() + waitMs;
  const { promise: aborted, resolve: abort } = Promise.withResolvers<undefined>();
  const onAbort = (): void => abort(undefined);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    for (;;) {
      // Redis may hang just now: that is not waited for.
      const slice = await Promise.race([aborted, sliceAfter(log, partition, after, sizes)]);
      if (!slice) return { incarnation: after.incarnation, to: after.offset, entries: [] };
      if (slice.entries.length > 0 || slice.loss || Date.now() >= until) return slice;
      await pause(pollMs, undefined, signal ? { signal } : {}).catch(() => {});
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

async function sliceAfter(
  log: Log,
  partition: number,
  after: Position,
  { entriesMax, bytesMax }: { entriesMax: number; bytesMax: number },
): Promise<Slice> {
  const found = await log.find(partition, after, entriesMax, bytesMax);
  const loss = lossOf(after, found);
  const { incarnation, entries, end } =
    loss?.kind === 'restart' ? await log.find(partition, NO_POSITION, entriesMax, bytesMax) : found;
  return { incarnation, to: entries.at(-1)?.offset ?? end, entries, loss };
}

/** What a log has lost after a position, judged by the ids of its entries (see `scripts.ts`). */
function lossOf(after: Position, { incarnation, entries, end }: Found): Loss | undefined {
  const known = after.incarnation === incarnation;
  // A log that was never read before may have been trimmed for another store, but then it has lost events for this one.
  if (!known && after.version > 0 && after.incarnation !== '') {
    return { kind: 'restart', detail: `the log is ${incarnation}, the position is of ${after.incarnation}` };
  }
  const from = known ? after.offset : LOG_START;
  const first = entries[0]?.offset ?? end;
  const to = entries.at(-1)?.offset ?? end;
  if (first === from) return undefined;
  if (numberOf(first) <= numberOf(from)) {
    return { kind: 'restart', detail: `the log has or ends at ${first}, where the position has ${from}` };
  }
  const missing = numberOf(to) - numberOf(from) - entries.length;
  if (missing === 0) return undefined;
  return { kind: 'gap', detail: `${missing} entries between ${from} and ${to} are missing` };
}

/** The number in an offset `NUMBER-TAG`. */
function numberOf(offset: string): number {
  return Number.parseInt(offset, 10);
}
