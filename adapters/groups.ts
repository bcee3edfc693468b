import type { Limits } from '../core/limits.ts';

/** What goes together in one group at most. */
export type GroupLimits = Pick<Limits, 'queueGroupEntriesMax' | 'queueGroupBytesMax'>;

/** What a caller wants to append. */
interface Load {
  entries: readonly unknown[];
  bytes: number;
}

/** How many of those who wait fit into one group; the first always does. */
export function groupLength(
  waiting: readonly Load[],
  { queueGroupEntriesMax, queueGroupBytesMax }: GroupLimits,
): number {
  let entries = 0;
  let bytes = 0;
  const first = waiting.findIndex((load) => {
    entries += load.entries.length;
    bytes += load.bytes;
    return entries > queueGroupEntriesMax || bytes > queueGroupBytesMax;
  });
  return first < 0 ? waiting.length : Math.max(1, first);
}
