import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Position, QueueDepth, Slice } from '../../core/ports.ts';

export interface PartitionStatements {
  append: StatementSync;
  after: StatementSync;
  first: StatementSync;
  end: StatementSync;
  trim: StatementSync;
}

/** Reads and writes one partition's table. */
export function partitionStatements(database: DatabaseSync, partition: number): PartitionStatements {
  const name = `log_${partition}`;
  return {
    append: database.prepare(`INSERT INTO ${name} (at, sum, body) VALUES (?, ?, ?)`),
    after: database.prepare(`SELECT offset, body FROM ${name} WHERE offset > ? ORDER BY offset LIMIT ?`),
    first: database.prepare(`SELECT offset, at FROM ${name} ORDER BY offset LIMIT 1`),
    end: database.prepare(`SELECT seq FROM sqlite_sequence WHERE name = '${name}'`),
    trim: database.prepare(`DELETE FROM ${name} WHERE offset <= ?`),
  };
}

/** The last offset that was ever given; 0 before the first. */
export function endOf(one: PartitionStatements): number {
  return Number(one.end.get()?.seq ?? 0);
}

/** What lies after a position, and whether something is missing there: `Queue.read`. */
export function sliceOf(
  one: PartitionStatements,
  incarnation: string,
  after: Position,
  entriesMax: number,
  bytesMax: number,
): Slice {
  const end = endOf(one);
  const known = after.incarnation === incarnation;
  const from = known && Number(after.offset) <= end ? Number(after.offset) : 0;
  const entries: Slice['entries'] = [];
  let bytes = 0;
  for (const row of one.after.iterate(from, entriesMax)) {
    const body = String(row.body);
    bytes += Buffer.byteLength(body);
    if (entries.length > 0 && bytes > bytesMax) break;
    entries.push({ offset: String(row.offset), body });
  }
  const first = Number(entries[0]?.offset ?? end + 1);
  const to = entries.at(-1)?.offset ?? String(end);
  // A log that was never read before may have been trimmed for another store, but then it has lost events for this one.
  if (after.version > 0 && after.incarnation !== '' && (!known || Number(after.offset) > end)) {
    const detail = known
      ? `the log ends at ${end}, before the position ${after.offset}`
      : `the log is ${incarnation}, the position is of ${after.incarnation}`;
    return { incarnation, to, entries, loss: { kind: 'restart', detail } };
  }
  if (first > from + 1) {
    return {
      incarnation,
      to,
      entries,
      loss: { kind: 'gap', detail: `entries ${from + 1} to ${first - 1} are missing` },
    };
  }
  return { incarnation, to, entries };
}

/** How much lies in all partitions, and since when. */
export function depthOf(each: PartitionStatements[]): QueueDepth {
  let entries = 0;
  let oldest: number | undefined;
  for (const one of each) {
    const first = one.first.get();
    if (!first) continue;
    entries += endOf(one) - Number(first.offset) + 1;
    oldest = Math.min(oldest ?? Number.POSITIVE_INFINITY, Number(first.at));
  }
  return { entries, oldest };
}
