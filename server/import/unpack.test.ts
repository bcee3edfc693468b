import { randomBytes } from 'node:crypto';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unpacked } from './unpack.ts';

async function* piecesOf(content: Buffer, bytes = Number.POSITIVE_INFINITY): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += bytes) yield content.subarray(at, at + bytes);
}

async function unpack(content: Buffer, bytes?: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of unpacked(piecesOf(content, bytes))) pieces.push(piece);
  return Buffer.concat(pieces);
}

const LINES = 'line\n'.repeat(20_000);
const pack = { gzip: gzipSync, zstd: zstdCompressSync };

describe.each(['gzip', 'zstd'] as const)('%s', (format) => {
  const packed = pack[format](LINES);

  test.each([[1], [2], [3], [5], [1000], [1e9]])('is told by its beginning, in pieces of %i bytes', async (bytes) => {
    expect((await unpack(packed, bytes)).toString()).toBe(LINES);
  });

  test('of nothing is nothing', async () => {
    expect(await unpack(pack[format](''))).toHaveLength(0);
  });

  const contents = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.constantFrom(64, 128, 256, 512).map((kib) => randomBytes(kib * 1024)),
      fc.constantFrom(64, 256, 300).map((kib) => Buffer.alloc(kib * 1024, 'a')),
    ),
    { minLength: 1, maxLength: 5 },
  );

  // Node's decoder of zstd forgets in silence what comes in one piece with the end of the first.
  test('may be several, one behind the other, however they come', async () => {
    await fc.assert(
      fc.asyncProperty(contents, fc.constantFrom(17, 1000, 65_536, 1e9), async (all, bytes) => {
        const whole = Buffer.concat(all);
        const packedAll = Buffer.concat(all.map((content) => pack[format](content)));
        if (packedAll.length / bytes > 500) return;
        expect((await unpack(packedAll, bytes)).equals(whole)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test.each([[10], [100], [1000]])('rejects where it is cut off after %i bytes', async (length) => {
    const random = pack[format](randomBytes(3000));
    for (const bytes of [7, 1e9]) {
      await expect(unpack(random.subarray(0, length), bytes)).rejects.toThrow('unexpected end of file');
    }
  });

  test('rejects where it is damaged, or something else is behind it', async () => {
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, Math.floor(packed.length / 2));
    await expect(unpack(damaged)).rejects.toThrow(Error);
    await expect(unpack(Buffer.concat([packed, Buffer.from('something')]), 100)).rejects.toThrow(Error);
  });

  test('has brought what came before the damage', async () => {
    const content = randomBytes(1_000_000);
    const cut = pack[format](content).subarray(0, 900_000);
    const pieces: Buffer[] = [];
    const read = async () => {
      for await (const piece of unpacked(piecesOf(cut, 10_000))) pieces.push(piece);
    };
    await expect(read()).rejects.toThrow('unexpected end of file');
    const brought = Buffer.concat(pieces);
    expect(brought.length).toBeGreaterThan(500_000);
    expect(content.subarray(0, brought.length).equals(brought)).toBe(true);
  });

  test('is unpacked as it is read: what would fill the memory does not', async () => {
    const bomb = pack[format](Buffer.alloc(64 * 1024 * 1024));
    let largest = 0;
    let all = 0;
    for await (const piece of unpacked(piecesOf(bomb))) {
      largest = Math.max(largest, piece.length);
      all += piece.length;
    }
    expect(all).toBe(64 * 1024 * 1024);
    expect(largest).toBeLessThanOrEqual(256 * 1024);
  });
});

describe('anything else', () => {
  test.each([
    [''],
    ['a'],
    ['ab'],
    ['abc'],
    ['abcd'],
    ['\u001f'],
    ['(\u00b5/'],
    ['PK\u0003\u0004'],
    ['BZh9'],
    ['\ufeffa'],
  ])('stays as it is: %j', async (text) => {
    const content = Buffer.from(text);
    for (const bytes of [1, 2, 1e9]) expect(await unpack(content, bytes)).toEqual(content);
  });

  test('a stream of zlib is none of these', async () => {
    const content = deflateSync('a');
    expect(await unpack(content)).toEqual(content);
  });
});

test.each([
  ['plain', Buffer.alloc(3_000_000, 'a')],
  ['gzip', gzipSync(randomBytes(3_000_000))],
  ['zstd', zstdCompressSync(randomBytes(3_000_000))],
])('whoever stops early lets go of what is read: %s', async (_format, content) => {
  let isClosed = false;
  async function* watched() {
    try {
      yield* piecesOf(content, 1000);
    } finally {
      isClosed = true;
    }
  }
  for await (const piece of unpacked(watched())) {
    expect(piece.length).toBeGreaterThan(0);
    break;
  }
  expect(isClosed).toBe(true);
});

test('an error of what is read is passed on', async () => {
  for (const content of [Buffer.alloc(10, 'a'), gzipSync('a'), zstdCompressSync('a')]) {
    const broken = async function* () {
      yield content;
      throw new Error('EIO');
    };
    const read = async () => {
      for await (const piece of unpacked(broken())) expect(piece).toBeDefined();
    };
    await expect(read()).rejects.toThrow('EIO');
  }
});
