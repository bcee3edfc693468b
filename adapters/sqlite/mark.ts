import { closeSync, constants, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { Unusable } from '../../core/errors.ts';
import { idBytes, idOfBytes } from './codec.ts';

/**
 * Beside the log, which log it is and the offsets up to which it acknowledged: the 16 bytes of its incarnation, then 8
 * bytes a partition. SQLite takes a write-ahead log that was cut off for one that ends there, without a word; the mark
 * is how the missing end is noticed. It is written after the commit and not synced, so it is never ahead of an intact
 * log.
 */
export interface Mark {
  /** The last acknowledged offset of each partition. */
  write(heads: number[]): void;
  close(): void;
}

export interface MarkContent {
  incarnation: string;
  heads: number[];
}

const ID_BYTES = 16;
const HEAD_BYTES = 8;

/**
 * Compares a log with its mark.
 *
 * @param log the log's file
 * @param heads the last offset that the log has of each partition
 * @throws Unusable if the log ends before the mark, or is another one
 */
export function checkMark(mark: MarkContent | undefined, log: string, incarnation: string, heads: number[]): void {
  for (const [partition, acknowledged] of mark?.heads.entries() ?? []) {
    const head = mark?.incarnation === incarnation ? (heads[partition] ?? 0) : 0;
    if (acknowledged <= head) continue;
    throw new Unusable(
      `${log} ends at entry ${head} of partition ${partition}, but ${acknowledged} were acknowledged: ${acknowledged - head} are missing. Restore it from a backup, or run \`footfall repair\` to go on with what is there.`,
    );
  }
}

/** Opens the mark of a log that was found to be whole; a log that has none yet gets one. */
export function openMark(log: string, incarnation: string, heads: number[]): Mark {
  const bytes = Buffer.concat([idBytes(incarnation), Buffer.alloc(heads.length * HEAD_BYTES)]);
  const handle = openSync(markOf(log), constants.O_RDWR | constants.O_CREAT, 0o600);
  function write(acknowledged: number[]): void {
    for (const [partition, head] of acknowledged.entries()) {
      bytes.writeBigUInt64LE(BigInt(head), ID_BYTES + partition * HEAD_BYTES);
    }
    writeSync(handle, bytes, 0, bytes.length, 0);
  }
  // Now, so that a disk that fills up later has room for it.
  write(heads);
  return { write, close: () => closeSync(handle) };
}

/** Where a log has its mark. */
export function markOf(log: string): string {
  return `${log}.mark`;
}

/** What a mark says; undefined when there is none. */
export function readMark(file: string): MarkContent | undefined {
  if (!existsSync(file)) return undefined;
  const bytes = readFileSync(file);
  return bytes.length > ID_BYTES && (bytes.length - ID_BYTES) % HEAD_BYTES === 0 ? contentOf(bytes) : undefined;
}

function contentOf(bytes: Buffer): MarkContent {
  const heads = Array.from({ length: (bytes.length - ID_BYTES) / HEAD_BYTES }, (_, partition) =>
    Number(bytes.readBigUInt64LE(ID_BYTES + partition * HEAD_BYTES)),
  );
  return { incarnation: idOfBytes(bytes.subarray(0, ID_BYTES)), heads };
}
