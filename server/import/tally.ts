import type { SkipReason } from '../../collector/import/judge-hit.ts';

/** What an import has come to. */
export interface Tally {
  /** Lines of the file that were read and judged. */
  lines: number;
  /** Lines that an earlier run had imported already. */
  before: number;
  taken: number;
  skipped: Map<SkipReason, { count: number; line: number }>;
  /** ms since 1970 of the first and the last event. */
  first: number;
  last: number;
  /** The last line has no end yet and is left for the next time. */
  unfinished: boolean;
}

export function newTally(): Tally {
  return {
    lines: 0,
    before: 0,
    taken: 0,
    skipped: new Map(),
    first: Number.POSITIVE_INFINITY,
    last: Number.NEGATIVE_INFINITY,
    unfinished: false,
  };
}

export function countTaken(tally: Tally, time: number): void {
  tally.lines += 1;
  tally.taken += 1;
  if (time < tally.first) tally.first = time;
  if (time > tally.last) tally.last = time;
}

export function countSkipped(tally: Tally, reason: SkipReason): void {
  tally.lines += 1;
  const known = tally.skipped.get(reason);
  if (known) known.count += 1;
  else tally.skipped.set(reason, { count: 1, line: tally.before + tally.lines });
}
