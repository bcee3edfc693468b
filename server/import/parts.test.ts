import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../collector/import/line-importer.ts';
import { Unusable } from '../../core/errors.ts';
import type { Event, Refused } from '../../core/event.ts';
import { NOTHING_READ } from '../../core/import.ts';
import { blocksOf } from './blocks.ts';
import { eventIdOf } from './identity.ts';
import { partsOf } from './parts.ts';
import type { Part } from './parts.ts';
import { newTally } from './tally.ts';
import type { Tally } from './tally.ts';

const limits = { importLineBytesMax: 20, importEventsMax: 3, importBytesMax: 60 };
const idOf = eventIdOf('00c0ffee');
const START = { position: 0, sha256: NOTHING_READ };
const sha = (text: Buffer | string): string => createHash('sha256').update(text).digest('hex');

/** `e7;` is an event of the time 7, `b;` a bot; without the semicolon it is not whole. Some are waited for. */
function take(line: string, at: number): Outcome | Promise<Outcome> {
  if (!line.endsWith(';')) return { skipped: 'broken' };
  if (line === 'b;') return { skipped: 'bot', day: 5 };
  if (!/^[ep]\d+;$/.test(line)) return { skipped: 'static' };
  const time = Number(line.slice(1, -1));
  const event: Event = { id: idOf(time, at), name: 'pageview', time, day: 0, utc_offset: 0, path: `/${line}` };
  return line.startsWith('p') ? Promise.resolve({ event }) : { event };
}

interface RunOptions {
  chunks?: string[] | Buffer[];
  start?: { position: number; sha256: string };
  partsMax?: number;
  tally?: Tally;
  takes?: typeof take;
}

/** The parts of one run, which ends after some. */
async function run(options: RunOptions): Promise<Part[]> {
  const { chunks = [], start = START, partsMax = Number.POSITIVE_INFINITY, tally = newTally(), takes = take } = options;
  async function* content() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const parts: Part[] = [];
  if (partsMax === 0) return parts;
  const blocks = blocksOf(content(), limits.importLineBytesMax);
  for await (const part of partsOf({ blocks, start, take: takes, tally, limits })) {
    parts.push(part);
    if (parts.length >= partsMax) break;
  }
  return parts;
}

const paths = (parts: Part[]) => parts.flatMap(({ events }) => events.map(({ path }) => path));
const refusedOf = (parts: Part[]): Refused[] => parts.flatMap(({ refused }) => refused);
const after = (content: string, position = content.length) => ({ position, sha256: sha(content.slice(0, position)) });

describe('partsOf', () => {
  test('an empty file has none', async () => {
    expect(await run({})).toEqual([]);
  });

  test('a part tells where it begins and ends, and the hash of the file up to there', async () => {
    const content = 'e1;\nx\nb;\np2;\nb;\n';
    const tally = newTally();
    const [part, ...more] = await run({ chunks: [content], tally });
    expect(more).toEqual([]);
    expect(part).toMatchObject({ from: 0, to: content.length, sha256: sha(content) });
    expect(part?.events.map(({ id, path }) => [id, path])).toEqual([
      [idOf(1, 0), '/e1;'],
      [idOf(2, 9), '/p2;'],
    ]);
    expect(part?.refused).toEqual([{ day: 5, reason: 'bot', count: 2 }]);
    expect(tally).toMatchObject({ lines: 5, before: 0, taken: 2, first: 1, last: 2, unfinished: false });
    expect([...tally.skipped]).toEqual([
      ['broken', { count: 1, line: 2 }],
      ['bot', { count: 2, line: 3 }],
    ]);
  });

  test('a part is full by its events, or by its bytes', async () => {
    const byEvents = await run({ chunks: ['e1;\ne2;\ne3;\ne4;\n'] });
    expect(byEvents.map(({ from, to, events }) => [from, to, events.length])).toEqual([
      [0, 12, 3],
      [12, 16, 1],
    ]);
    const byBytes = await run({ chunks: ['x\n'.repeat(40)] });
    expect(byBytes.map(({ from, to }) => [from, to])).toEqual([
      [0, 60],
      [60, 80],
    ]);
  });

  test('a line may end with two characters, of which none is its text', async () => {
    const parts = await run({ chunks: ['e1;\r\n\r\ne2;\r\ne3;\r'] });
    expect(paths(parts)).toEqual(['/e1;', '/e2;', '/e3;']);
    expect(parts[0]?.events[1]?.id).toBe(idOf(2, 7));
    expect(parts.at(-1)?.to).toBe(16);
  });

  test('bytes that are no UTF-8 are replaced', async () => {
    const seen: string[] = [];
    await run({
      chunks: [Buffer.from([0xff, 0xfe, 0, 10, 0xc3, 10])],
      takes: (line) => (seen.push(line), { skipped: 'broken' }),
    });
    expect(seen).toEqual(['\ufffd\ufffd\0', '\ufffd']);
  });

  test('rejects as `take` does', async () => {
    const away = () => Promise.reject(new Error('away'));
    await expect(run({ chunks: ['e1;\n'], takes: away })).rejects.toThrow('away');
  });
});

describe('the last line', () => {
  test('is left for the next time where it is not whole', async () => {
    const tally = newTally();
    const parts = await run({ chunks: ['e1;\ne2'], tally });
    expect(parts).toMatchObject([{ from: 0, to: 4, sha256: sha('e1;\n') }]);
    expect(tally).toMatchObject({ lines: 1, taken: 1, unfinished: true });
    const next = newTally();
    const rest = await run({ chunks: ['e1;\ne2;\n'], start: after('e1;\n'), tally: next });
    expect(paths(rest)).toEqual(['/e2;']);
    expect(next).toMatchObject({ lines: 1, before: 1, unfinished: false });
  });

  test('is taken where it lacks only its end, which is no line when it comes', async () => {
    const parts = await run({ chunks: ['e1;\ne2;'] });
    expect(paths(parts)).toEqual(['/e1;', '/e2;']);
    const start = after('e1;\ne2;');
    expect(parts.at(-1)).toMatchObject({ to: start.position, sha256: start.sha256 });
    expect(await run({ chunks: ['e1;\ne2;'], start })).toEqual([]);
    for (const end of ['\n', '\r\n']) {
      const tally = newTally();
      const more = await run({ chunks: [`e1;\ne2;${end}x\n`], start, tally });
      expect(tally).toMatchObject({ before: 2, lines: 1 });
      expect(tally.skipped.get('broken')).toEqual({ count: 1, line: 3 });
      expect(more).toMatchObject([{ from: 7, to: 9 + end.length }]);
    }
  });

  test('that is no page view is left, too, only if it is broken', async () => {
    const tally = newTally();
    expect(await run({ chunks: ['b;'], tally })).toMatchObject([{ to: 2 }]);
    expect(tally.unfinished).toBe(false);
  });
});

describe('a line that is too long', () => {
  const long = 'e1;'.repeat(20);

  test.each([
    ['at once', [`e1;\n${long}\ne2;\n`]],
    ['in pieces', `e1;\n${long}\ne2;\n`.split('')],
    ['with its end apart', [`e1;\n${long}`, '\n', 'e2;\n']],
  ])('counts as one, is in no part before it ends, and nothing of it is taken: %s', async (_how, chunks) => {
    const tally = newTally();
    const parts = await run({ chunks, tally });
    expect(paths(parts)).toEqual(['/e1;', '/e2;']);
    expect(parts.at(-1)?.to).toBe(long.length + 9);
    expect(tally).toMatchObject({ lines: 3, taken: 2 });
    expect(tally.skipped.get('too_long')).toEqual({ count: 1, line: 2 });
    for (const { to } of parts) expect([4, long.length + 5, long.length + 9]).toContain(to);
  });

  test('that does not end is left for the next time as a whole', async () => {
    const tally = newTally();
    for (const chunks of [[`e1;\n${long}`], `e1;\n${long}`.split('')]) {
      expect(await run({ chunks, tally })).toMatchObject([{ from: 0, to: 4 }]);
      expect(tally.unfinished).toBe(true);
    }
    const next = newTally();
    const rest = await run({ chunks: [`e1;\n${long}e2;\ne3;\n`], start: after('e1;\n'), tally: next });
    expect(paths(rest)).toEqual(['/e3;']);
    expect(next.skipped.get('too_long')).toEqual({ count: 1, line: 2 });
  });

  test('does not end a part where a followed file waits in its middle', async () => {
    const parts = await run({ chunks: ['e1;\n', long, '', 'e2;', '', '\n', ''] });
    expect(parts.map(({ from, to }) => [from, to])).toEqual([
      [0, 4],
      [4, long.length + 8],
    ]);
    expect(parts[1]?.sha256).toBe(sha(`e1;\n${long}e2;\n`));
  });
});

describe('a file that is followed', () => {
  test('has a part whenever nothing more is there, and none without content', async () => {
    const parts = await run({ chunks: ['', 'e1;\n', '', '', 'e2', '', ';\n', ''] });
    expect(parts.map(({ from, to }) => [from, to])).toEqual([
      [0, 4],
      [4, 8],
    ]);
  });

  test('is gone on with where it was', async () => {
    const parts = await run({ chunks: ['', 'e1;\ne2', '', ';\n', ''], start: after('e1;\n') });
    expect(parts.map(({ from, to }) => [from, to])).toEqual([[4, 8]]);
    expect(paths(parts)).toEqual(['/e2;']);
  });
});

describe('what was imported before', () => {
  const content = 'e1;\ne2;\ne3;\ne4;\n';

  test.each([
    ['another beginning', `e9;\n${content.slice(4)}`],
    ['another byte at its end', `e1;\ne2;\re3;\n`],
    ['shorter', content.slice(0, 7)],
    ['empty', ''],
  ])('must still be there: %s', async (_what, changed) => {
    for (const chunks of [[changed], changed.split('')]) {
      await expect(run({ chunks, start: after(content, 8) })).rejects.toThrow(Unusable);
    }
  });

  test('a hash that is another one is refused, before any line is taken', async () => {
    const takes = () => {
      throw new Error('taken');
    };
    for (const position of [0, 8]) {
      const start = { position, sha256: sha('other') };
      await expect(run({ chunks: [content], start, takes })).rejects.toThrow(Unusable);
    }
  });

  test('is neither taken nor counted again', async () => {
    const tally = newTally();
    expect(paths(await run({ chunks: [content], start: after(content, 8), tally }))).toEqual(['/e3;', '/e4;']);
    expect(tally).toMatchObject({ before: 2, lines: 2 });
    const whole = newTally();
    expect(await run({ chunks: [content], start: after(content), tally: whole })).toEqual([]);
    expect(whole).toMatchObject({ before: 4, lines: 0 });
  });
});

describe('any interruption', () => {
  const line = fc.oneof(
    { weight: 5, arbitrary: fc.tuple(fc.constantFrom('e', 'p'), fc.nat(300)).map(([kind, n]) => `${kind}${n};`) },
    { weight: 3, arbitrary: fc.constantFrom('b;', 'x', '', 's;', '\u00fc') },
    { weight: 1, arbitrary: fc.integer({ min: 18, max: 90 }).map((length) => 'e1'.repeat(length / 2)) },
  );
  const file = fc
    .record({
      lines: fc.array(line, { maxLength: 25 }),
      end: fc.constantFrom('\n', '\r\n'),
      isWhole: fc.boolean(),
    })
    .map(({ lines, end, isWhole }) => Buffer.from(lines.join(end) + (isWhole ? end : '')));
  const runs = fc.array(
    fc.record({
      /** How much of the file is there by then, in thousandths. */
      grown: fc.nat(1000),
      partsMax: fc.nat(4),
      cuts: fc.array(fc.nat(1000), { maxLength: 30 }),
    }),
    { maxLength: 8 },
  );

  function cut(content: Buffer, places: number[]): Buffer[] {
    const ends = [...places.map((place) => place % (content.length + 1)), content.length].sort((a, b) => a - b);
    return ends.map((end, n) => content.subarray(ends[n - 1] ?? 0, end));
  }

  const sum = (refused: Refused[]) => refused.reduce((all, { count }) => all + count, 0);

  test('and any growth and cutting comes to the same events, with the same ids, and the same position', async () => {
    await fc.assert(
      fc.asyncProperty(file, runs, async (content, all) => {
        const wholeTally = newTally();
        const whole = await run({ chunks: [content], tally: wholeTally });
        const wholeEnd = whole.at(-1)?.to ?? 0;
        const parts: Part[] = [];
        let start = START;
        const growing = [...all].sort((a, b) => a.grown - b.grown);
        let tally = newTally();
        for (const { grown, partsMax, cuts } of [...growing, { grown: 1000, partsMax: 1e9, cuts: [] }]) {
          tally = newTally();
          const there = content.subarray(0, Math.floor((content.length * grown) / 1000));
          const some = await run({ chunks: cut(there, cuts), start, partsMax, tally });
          for (const { from, to, sha256 } of some) {
            expect(from).toBe(start.position);
            expect(to).toBeGreaterThan(from);
            expect(sha256).toBe(sha(content.subarray(0, to)));
            start = { position: to, sha256 };
          }
          parts.push(...some);
        }
        expect(parts.flatMap(({ events }) => events)).toEqual(whole.flatMap(({ events }) => events));
        expect(sum(refusedOf(parts))).toBe(sum(refusedOf(whole)));
        expect(start.position).toBe(wholeEnd);
        expect(tally.unfinished).toBe(wholeTally.unfinished);
        for (const { events } of parts) expect(events.length).toBeLessThanOrEqual(limits.importEventsMax);
      }),
      { numRuns: 1000 },
    );
  });
});
