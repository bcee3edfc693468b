import { createReadStream, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { messageOf, Unusable } from '../../core/errors.ts';
import { unpacked } from './unpack.ts';

/** Where lines come from. */
export interface Source {
  /** The content, not compressed any more. */
  content: AsyncIterable<Buffer>;
  /** Bytes in the file; undefined where that cannot be known. */
  size: number | undefined;
  /** How many of them have been read. */
  read(): number;
}

const READ_BYTES = 256 * 1024;

/**
 * Opens a file, or standard input for `-`. gzip and zstd are told by how the content begins, whatever the name.
 *
 * @throws Unusable for what cannot be read; the content rejects so for what is damaged
 */
export function openSource(name: string): Source {
  const { stream, size } = name === '-' ? { stream: process.stdin, size: undefined } : openFile(name);
  let read = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      read += chunk.length;
      yield chunk;
    }
  }
  return { content: decompressed(counted(), name), size, read: () => read };
}

function openFile(name: string): { stream: Readable; size: number } {
  const fd = openLog(name);
  return { stream: createReadStream('', { fd, highWaterMark: READ_BYTES }), size: fstatSync(fd).size };
}

/** A file, open for reading. */
export function openLog(name: string): number {
  try {
    if (statSync(name).isDirectory()) throw new Error('it is a folder: name its files');
    return openSync(name, 'r');
  } catch (error) {
    throw new Unusable(`${name} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** Reads what is there from a place on; empty at the end. */
export function readAt(fd: number, at: number, bytesMax = READ_BYTES): Buffer {
  const bytes = Buffer.allocUnsafe(bytesMax);
  return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, at));
}

async function* decompressed(content: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  try {
    yield* unpacked(content);
  } catch (error) {
    throw new Unusable(`${name} is damaged: ${messageOf(error)}. What came before that is imported.`, { cause: error });
  }
}
