import { closeSync, fstatSync, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { openLog, readAt } from './source.ts';
import type { Source } from './source.ts';

/** Bytes of the beginning by which a file is known that was emptied and filled again between two looks. */
const HEAD_BYTES = 1024;

/**
 * A file that grows. Its content has an empty piece whenever nothing more is there for now, and ends when another file
 * has its name, all of this one being read, or when it begins anew; or with the signal.
 *
 * @param lookMs between two looks
 * @throws Unusable for what cannot be read
 */
export function openGrowing(name: string, lookMs: number, signal: AbortSignal): Source {
  const fd = openLog(name);
  let at = 0;
  let head: Buffer = Buffer.alloc(0);

  /** Whether the file was emptied since it was read; what it has now is another's. */
  const beginsAnew = (): boolean => fstatSync(fd).size < at || !readAt(fd, 0, head.length).equals(head);

  async function* content(): AsyncGenerator<Buffer> {
    try {
      while (!signal.aborted) {
        // Asked before it is read to its end: what was written until another took its name is read then.
        const isMoved = hasMoved(name, fd);
        if (beginsAnew()) return;
        let bytes = readAt(fd, at);
        for (; bytes.length > 0; bytes = readAt(fd, at)) {
          at += bytes.length;
          head = Buffer.concat([head, bytes.subarray(0, HEAD_BYTES - head.length)]);
          yield bytes;
          if (signal.aborted) return;
        }
        yield bytes;
        if (isMoved) return;
        await pause(lookMs, undefined, { signal }).catch(() => {});
      }
    } finally {
      closeSync(fd);
    }
  }

  return { content: content(), size: undefined, read: () => at };
}

/**
 * Whether another file has the name. One that is away for a moment will come again; and while the other is empty, the
 * server has not turned to it yet, and still writes into this one.
 */
function hasMoved(name: string, fd: number): boolean {
  const now = statSync(name, { throwIfNoEntry: false });
  return now !== undefined && now.size > 0 && now.ino !== fstatSync(fd).ino;
}

/** Waits until a file is there that a rotation has moved away. */
export async function untilThere(name: string, lookMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && statSync(name, { throwIfNoEntry: false }) === undefined) {
    await pause(lookMs, undefined, { signal }).catch(() => {});
  }
}
