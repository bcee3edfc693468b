import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { progress, progressLine } from './progress.ts';
import { newTally } from './tally.ts';

describe('progressLine', () => {
  const tally = { lines: 100_000, before: 20_000 };
  const line = (size: number | undefined, read: number, seconds: number, of = tally) =>
    progressLine('access.log', { size, read: () => read }, of, seconds);

  test('says how far it is, how fast, and for how long still', () => {
    expect(line(1000, 215, 3)).toBe('access.log  [#####···················]  21 %  120,000 lines  40,000/s  11 s left');
  });

  test.each([
    [0, '[························]  0 %'],
    [20, '[························]  2 %'],
    [21, '[#·······················]  2 %'],
    [999, '[########################]  99 %'],
    [1000, '[########################]  100 %  120,000 lines  13,333/s  0 s left'],
    // The file has grown since its size was asked for.
    [5000, '[########################]  100 %  120,000 lines  13,333/s  0 s left'],
  ])('%i of 1000 bytes', (read, text) => {
    expect(line(1000, read, 9)).toContain(text);
  });

  test('an empty file is done', () => {
    expect(line(0, 0, 0, { lines: 0, before: 0 })).toBe(
      `access.log  [${'#'.repeat(24)}]  100 %  0 lines  0/s  0 s left`,
    );
  });

  test('nothing read says nothing of what is left, and no time is no division by it', () => {
    expect(line(1000, 0, 0, { lines: 0, before: 0 })).toBe(`access.log  [${'·'.repeat(24)}]  0 %  0 lines  0/s`);
    expect(line(1000, 0, 0)).toContain('120,000,000/s');
  });

  test('what has no size has no bar', () => {
    expect(line(undefined, 1000, 3)).toBe('access.log  120,000 lines  40,000/s');
  });

  test.each([
    [1, '1 s'],
    [0.2, '1 s'],
    [89, '89 s'],
    [90, '2 min'],
    [5399, '90 min'],
    [5400, '1.5 h'],
    [36_000, '10.0 h'],
  ])('after %d s of half: as long still', (seconds, left) => {
    expect(line(1000, 500, seconds).endsWith(`  ${left} left`)).toBe(true);
  });
});

describe('progress', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function terminal(isTTY: boolean, columns = 80) {
    const written: string[] = [];
    const stream = { isTTY, columns, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
    return { written, bar: progress(stream) };
  }
  const source = { content: (async function* () {})(), size: 100, read: () => 50 };

  test('writes over one line again and again, and takes it away', () => {
    const { written, bar } = terminal(true);
    bar.show('access.log', source, newTally());
    expect(written).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(written.filter((text) => text.includes('50 %')).length).toBeGreaterThan(1);
    expect(written.join('')).not.toContain('\n');
    bar.end();
    expect(written.at(-1)).toBe('\r\u001b[K');
    const { length } = written;
    vi.advanceTimersByTime(1000);
    bar.end();
    expect(written.slice(length).join('')).toBe('\r\u001b[K');
  });

  test('shows only the last file', () => {
    const { written, bar } = terminal(true);
    bar.show('one.log', source, newTally());
    bar.show('two.log', source, newTally());
    vi.advanceTimersByTime(1000);
    bar.end();
    expect(written.join('')).toContain('two.log');
    expect(written.join('')).not.toContain('one.log');
  });

  test('stays within the line', () => {
    const { written, bar } = terminal(true, 40);
    bar.show(`${'a'.repeat(100)}.log`, source, newTally());
    vi.advanceTimersByTime(1000);
    expect(Math.max(...written.map(({ length }) => length))).toBe(39);
    bar.end();
  });

  test('writes nothing where nobody looks', () => {
    const { written, bar } = terminal(false);
    bar.show('access.log', source, newTally());
    vi.advanceTimersByTime(1000);
    bar.end();
    expect(written).toEqual([]);
  });
});
