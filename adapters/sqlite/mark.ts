import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { Unusable } from '../../core/errors.ts';

/**
 * Beside the log, the offsets up to which it acknowledged, 8 bytes a partition. SQLite takes a write-ahead log that was
 * cut off for one that ends there, without a word; the mark is how the missing end is noticed. It is written after the
 * commit and not synced, so it is never ahead of an intact log.
 */
export interface Mark {
  /** The last acknowledged offset of each partition. */
  read(): number[];
  /** @throws Unusable if the log ends before the mark */
  check(heads: number[], file: string): void;
  write(heads: number[]): void;
  close(): void;
}

export function openMark(file: string, partitions: number): Mark {
  const handle = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
  const bytes = Buffer.alloc(partitions * 8);
  if (fstatSync(handle).size >= bytes.length) readSync(handle, bytes, 0, bytes.length, 0);
  const read = (): number[] =>
    Array.from({ length: partitions }, (_, partition) => Number(bytes.readBigUInt64LE(partition * 8)));
  return {
    read,
    check(heads, log) {
      for (const [partition, acknowledged] of read().entries()) {
        const head = heads[partition] ?? 0;
        if (acknowledged <= head) continue;
        throw new Unusable(
          `${log} ends at entry ${head} of partition ${partition}, but ${acknowledged} were acknowledged: ${acknowledged - head} are missing. Restore it from a backup, or run \`footfall repair\` to go on with what is there.`,
        );
      }
    },
    write(heads) {
      for (const [partition, head] of heads.entries()) bytes.writeBigUInt64LE(BigInt(head), partition * 8);
      writeSync(handle, bytes, 0, bytes.length, 0);
    },
    close() {
      closeSync(handle);
    },
  };
}
