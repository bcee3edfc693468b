import type { Loss, Position } from '../../core/ports.ts';
import type { Entry } from './batches.ts';
import type { Reader } from './reader.ts';

/** How far a reader has come in its partition. */
export interface Cursor {
  partition: number;
  reader: Reader;
  /** The position's offset after which `rest` begins; undefined: it has to look for it. */
  reached: string | undefined;
  /** What was fetched and not asked for yet. */
  rest: Entry[];
  /** Where to fetch what comes after it. */
  next: bigint;
}

/** Where the log of a partition starts and ends: the number of the first entry, and of the one to come. */
export interface Bounds {
  start: bigint;
  end: bigint;
}

/** A place in the log: `at` is the entry that was taken last, if any was; `next` the one to come. */
interface Point {
  at: bigint | undefined;
  next: bigint;
}

/**
 * A position's offset is `NUMBER-TAG`, see `Entry`, or the bare number of the entry to come where none was taken yet.
 * Undefined: it is none of ours.
 */
export function pointOf(offset: string): Point | undefined {
  const [, number, tag] = /^(\d+)(-[\da-f]{8})?$/.exec(offset) ?? [];
  if (number === undefined) return undefined;
  return tag === undefined
    ? { at: undefined, next: BigInt(number) }
    : { at: BigInt(number), next: BigInt(number) + 1n };
}

/**
 * Goes to a position, and tells what of the log is missing there. The entry at the position is looked at: is it another one, or
 * does the log end before it, then Kafka has lost what it had acknowledged (by an unclean election, or a disk that was put
 * back), and all is read again from the start.
 */
export async function seek(
  cursor: Cursor,
  { start, end }: Bounds,
  after: Position,
  bytesMax: number,
): Promise<Loss | undefined> {
  const { id } = cursor.reader;
  const point = after.incarnation === id ? pointOf(after.offset) : undefined;
  if (!point) {
    beginAt(cursor, start);
    // A log that was never read before may have been trimmed for another store, but then it has lost events for this one.
    if (after.version === 0 || after.incarnation === '') return gapBetween(0n, start);
    return restart(`the topic's id is ${id}, the position is of ${after.incarnation}`);
  }
  if (point.next > end) {
    beginAt(cursor, start);
    return restart(`the log ends before ${end}, and the position is ${after.offset}`);
  }
  if (point.next < start) {
    beginAt(cursor, start);
    return gapBetween(point.next, start);
  }
  beginAt(cursor, point.next);
  cursor.reached = after.offset;
  if (point.at === undefined || point.at < start) return undefined;
  const found = await cursor.reader.fetch(cursor.partition, point.at, bytesMax, 0);
  const [first, ...rest] = found?.entries ?? [];
  // It may have been deleted meanwhile.
  if (!found || first?.number !== point.at) return undefined;
  if (first.offset === after.offset) {
    Object.assign(cursor, { rest, next: found.next });
    return undefined;
  }
  beginAt(cursor, start);
  return restart(`the log has ${first.offset} where the position has ${after.offset}`);
}

function beginAt(cursor: Cursor, next: bigint): void {
  Object.assign(cursor, { reached: String(next), rest: [], next });
}

function restart(detail: string): Loss {
  return { kind: 'restart', detail };
}

function gapBetween(from: bigint, start: bigint): Loss | undefined {
  if (from >= start) return undefined;
  return { kind: 'gap', detail: `the log starts at ${start}, and what lies from ${from} on is missing` };
}
