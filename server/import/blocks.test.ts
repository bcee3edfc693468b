import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blocksOf } from './blocks.ts';
import type { Block } from './blocks.ts';

async function* contentOf(chunks: (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

async function collect(chunks: (string | Buffer)[], lineBytesMax = 10): Promise<Block[]> {
  const blocks: Block[] = [];
  for await (const block of blocksOf(contentOf(chunks), lineBytesMax)) blocks.push(block);
  return blocks;
}

async function shown(chunks: (string | Buffer)[], lineBytesMax = 10): Promise<string[]> {
  const blocks = await collect(chunks, lineBytesMax);
  return blocks.map(({ bytes, tooLong, idle }) => `${tooLong ? 'too long: ' : ''}${idle ? 'idle' : bytes.toString()}`);
}

/** Cuts content at places, which are taken in any order and may lie beyond it. */
function cut(content: Buffer, places: number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (content.length + 1))), content.length].sort((a, b) => a - b);
  return ends.map((end, n) => content.subarray(ends[n - 1] ?? 0, end)).filter(({ length }) => length > 0);
}

describe('blocksOf', () => {
  test.each<[string[], string[]]>([
    [[], []],
    [['a\nb\n'], ['a\nb\n']],
    [['a\nb'], ['a\n', 'b']],
    [
      ['a', 'b\nc', '\nd'],
      ['ab\n', 'c\n', 'd'],
    ],
    [
      ['\n', '\n\n'],
      ['\n', '\n\n'],
    ],
    [['a\r', '\nb\r\n'], ['a\r\nb\r\n']],
    [
      ['a', '', 'b\n', ''],
      ['idle', 'ab\n', 'idle'],
    ],
  ])('%j: %j', async (chunks, blocks) => {
    expect(await shown(chunks)).toEqual(blocks);
  });

  test.each<[string, string[], string[]]>([
    [
      'one that comes at once',
      ['a\n0123456789+', '12\nb\n'],
      ['a\n', 'too long: 0123456789+', 'too long: 12\n', 'b\n'],
    ],
    ['one that comes with its end, which is not told here', ['0123456789+\nb'], ['0123456789+\n', 'b']],
    [
      'one that never ends',
      ['0123456789+', 'aaaaa', 'bbbbb'],
      ['too long: 0123456789+', 'too long: aaaaa', 'too long: bbbbb'],
    ],
    [
      'one whose end comes first in a chunk',
      ['0123456789+', '\nb\n'],
      ['too long: 0123456789+', 'too long: \n', 'b\n'],
    ],
    [
      'one after the other',
      ['0123456789+', '\n0123456789+'],
      ['too long: 0123456789+', 'too long: \n', 'too long: 0123456789+'],
    ],
    ['not one of the length that is allowed', ['01234', '56789', '\n'], ['0123456789\n']],
    ['one that waits in its middle', ['0123456789+', '', 'a\n'], ['too long: 0123456789+', 'idle', 'too long: a\n']],
  ])('a line that is too long: %s', async (_what, chunks, blocks) => {
    expect(await shown(chunks)).toEqual(blocks);
  });

  const lines = fc.array(fc.string({ unit: fc.constantFrom('a', 'ü', '\r', '\0'), maxLength: 40 }), { maxLength: 12 });
  const places = fc.array(fc.nat(1000), { maxLength: 40 });

  test('however content is cut, blocks join to it, end where lines do, and are bounded', async () => {
    await fc.assert(
      fc.asyncProperty(lines, places, fc.integer({ min: 1, max: 30 }), async (all, cuts, lineBytesMax) => {
        const content = Buffer.from(all.join('\n'));
        const chunks = cut(content, cuts);
        const longest = Math.max(0, ...chunks.map(({ length }) => length));
        const blocks = await collect(chunks, lineBytesMax);
        expect(Buffer.concat(blocks.map(({ bytes }) => bytes))).toEqual(content);
        let from = 0;
        for (const { bytes, tooLong } of blocks) {
          const to = from + bytes.length;
          expect(bytes.length).toBeGreaterThan(0);
          expect(bytes.length).toBeLessThanOrEqual(lineBytesMax + longest);
          const begin = from === 0 ? 0 : content.lastIndexOf(10, from - 1) + 1;
          const newline = content.indexOf(10, from);
          const end = newline < 0 ? content.length : newline;
          const isWhole = from === begin && (to === content.length || content[to - 1] === 10);
          // Bytes of one line, and that is longer than allowed.
          const isOfLong = end - begin > lineBytesMax && to <= end + 1;
          expect(tooLong ? isOfLong : isWhole).toBe(true);
          from = to;
        }
      }),
      { numRuns: 500 },
    );
  });

  test('holds back no more than a line and a chunk, whatever the content', async () => {
    let given = 0;
    async function* endless() {
      for (let n = 0; n < 1000; n++) {
        given += 100;
        yield Buffer.alloc(100, 'a');
      }
    }
    let taken = 0;
    for await (const { bytes } of blocksOf(endless(), 1000)) {
      taken += bytes.length;
      expect(given - taken).toBeLessThanOrEqual(1100);
    }
    expect(taken).toBe(100_000);
  });

  test('whoever stops lets go of the content', async () => {
    let isClosed = false;
    async function* content() {
      try {
        for (;;) yield Buffer.from('a\n');
      } finally {
        isClosed = true;
      }
    }
    const blocks = blocksOf(content(), 10);
    await blocks.next();
    await blocks.return(undefined);
    expect(isClosed).toBe(true);
  });
});
