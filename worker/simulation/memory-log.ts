import type { Position, QueueDepth, Slice } from '../../core/ports.ts';

/** One partition's log in memory, with synchronous functions; what outlives a queue's `close` and a worker's crash. */
export interface MemoryLog {
  incarnation: string;
  /** The last offset that was ever given; the first is 1. */
  end: number;
  entries: { offset: number; body: string; at: number }[];
}

export function memoryLog(incarnation: string): MemoryLog {
  return { incarnation, end: 0, entries: [] };
}

export function appendTo(log: MemoryLog, body: string, at: number): void {
  log.end += 1;
  log.entries.push({ offset: log.end, body, at });
}

/** Whether reading after a position has something to say. */
export function hasNews(log: MemoryLog, after: Position): boolean {
  if (isElsewhere(log, after)) return true;
  return after.incarnation === log.incarnation ? Number(after.offset) < log.end : log.end > 0;
}

/** What `read` answers for a position, without waiting. */
export function sliceAfter(log: MemoryLog, after: Position, entriesMax: number, bytesMax: number): Slice {
  const { incarnation, end } = log;
  const elsewhere = isElsewhere(log, after);
  const from = after.incarnation === incarnation && !elsewhere ? Number(after.offset) : 0;
  const entries: Slice['entries'] = [];
  let bytes = 0;
  for (const { offset, body } of log.entries) {
    if (offset <= from) continue;
    bytes += Buffer.byteLength(body);
    if (entries.length === entriesMax || (entries.length > 0 && bytes > bytesMax)) break;
    entries.push({ offset: String(offset), body });
  }
  const first = Number(entries[0]?.offset ?? end + 1);
  const slice: Slice = { incarnation, to: entries.at(-1)?.offset ?? String(end), entries };
  if (elsewhere) {
    slice.loss = { kind: 'restart', detail: `${after.incarnation} ${after.offset} is not in ${incarnation}` };
  } else if (first > from + 1) {
    slice.loss = { kind: 'gap', detail: `entries ${from + 1} to ${first - 1} are missing` };
  }
  return slice;
}

/** The position is another log's, or after this one's end. One that was never anywhere is at the start of any log. */
function isElsewhere(log: MemoryLog, { incarnation, offset }: Position): boolean {
  if (incarnation === '') return false;
  return incarnation !== log.incarnation || Number(offset) > log.end;
}

export function trimUpTo(log: MemoryLog, upTo: Position): void {
  if (upTo.incarnation !== log.incarnation) return;
  log.entries = log.entries.filter(({ offset }) => offset > Number(upTo.offset));
}

export function depthOf(logs: MemoryLog[]): QueueDepth {
  const all = logs.flatMap(({ entries }) => entries);
  return { entries: all.length, oldest: all.length === 0 ? undefined : Math.min(...all.map(({ at }) => at)) };
}

/** The last `count` entries are gone, as after a failover or from a backup, and the log says that it is another one. */
export function loseTail(log: MemoryLog, count: number, incarnation: string): string[] {
  const lost = log.entries.splice(Math.max(0, log.entries.length - count));
  log.incarnation = incarnation;
  log.end = lost[0] ? lost[0].offset - 1 : log.end;
  return lost.map(({ body }) => body);
}
