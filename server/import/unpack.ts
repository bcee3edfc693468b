import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { ZstdDecompress } from 'node:zlib';

const OUT_BYTES = 256 * 1024;
const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/**
 * Content as it is without gzip or zstd, which are told by how it begins. Rejects where it is damaged. Whoever stops
 * before its end lets go of where it comes from.
 */
export async function* unpacked(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const pieces = content[Symbol.asyncIterator]();
  const next = async (): Promise<Buffer> => {
    const result = await pieces.next();
    return result.done ? Buffer.alloc(0) : result.value;
  };
  try {
    let head = await next();
    // A pipe may bring a byte at a time.
    for (let more = head; head.length < ZSTD.length && more.length > 0; head = Buffer.concat([head, more])) {
      more = await next();
    }
    if (begins(head, ZSTD)) yield* unzstd(head, next);
    else if (begins(head, GZIP)) yield* gunzip(head, next);
    else yield* plain(head, next);
  } finally {
    await pieces.return?.();
  }
}

function begins(head: Buffer, magic: Buffer): boolean {
  return head.subarray(0, magic.length).equals(magic);
}

type Next = () => Promise<Buffer>;

async function* plain(head: Buffer, next: Next): AsyncGenerator<Buffer> {
  for (let piece = head; piece.length > 0; piece = await next()) yield piece;
}

async function* gunzip(head: Buffer, next: Next): AsyncGenerator<Buffer> {
  const unpack = createGunzip({ chunkSize: OUT_BYTES });
  const packed = Readable.from(plain(head, next));
  // Its end without this would be silent: `pipe` does not pass errors on.
  packed.once('error', (error) => unpack.destroy(error));
  yield* packed.pipe(unpack) as AsyncIterable<Buffer>;
}

/** Frame by frame: Node's decoder ends with one, and forgets what came in the same piece behind it. */
async function* unzstd(head: Buffer, next: Next): AsyncGenerator<Buffer> {
  for (let rest = head; rest.length > 0; ) {
    const unpack = createZstdDecompress({ chunkSize: OUT_BYTES });
    const left = feed(unpack, rest, next);
    left.catch((error: unknown) => unpack.destroy(error as Error));
    yield* unpack as AsyncIterable<Buffer>;
    rest = await left;
    unpack.destroy();
  }
}

/** Resolves with what a decoder that has ended did not take, or with nothing at the content's end. */
async function feed(unpack: ZstdDecompress, first: Buffer, next: Next): Promise<Buffer> {
  for (let piece = first; piece.length > 0; piece = await next()) {
    const before = unpack.bytesWritten;
    await new Promise<void>((resolve) => void unpack.write(piece, () => resolve()));
    const taken = unpack.bytesWritten - before;
    if (taken < piece.length) return piece.subarray(taken);
  }
  unpack.end();
  return Buffer.alloc(0);
}
