import { describe, expect, test } from 'vitest';
import { skipReasons } from '../../collector/import/judge-hit.ts';
import type { SkipReason } from '../../collector/import/judge-hit.ts';
import { summaryOf } from './summary.ts';
import { countSkipped, countTaken, newTally } from './tally.ts';

describe('summaryOf', () => {
  test('a table of what was taken and why the rest was not, with the first line of each', () => {
    const tally = newTally();
    for (let n = 0; n < 1234; n++) countTaken(tally, Date.UTC(2015, 4, 17, 10, 5) + n * 60_000);
    for (let n = 0; n < 12; n++) countSkipped(tally, 'static');
    countSkipped(tally, 'broken');
    countSkipped(tally, 'in_future');
    expect(summaryOf('access.log', tally, false)).toBe(
      [
        'access.log: 1,248 lines',
        '  taken      1,234  2015-05-17 10:05 to 2015-05-18 06:38 (UTC)',
        '  broken         1  neither a line of a known format nor whole; first in line 1247',
        '  in_future      1  a time in the future; first in line 1248',
        '  static        12  images, styles, scripts, fonts, feeds, downloads; first in line 1235',
      ]
        .toSorted((a, b) => order(a) - order(b))
        .join('\n'),
    );
  });

  /** The order of the table is that of the reasons. */
  function order(line: string): number {
    const what = line.trim().split(' ')[0] ?? '';
    if (what === 'access.log:') return -2;
    return what === 'taken' ? -1 : Object.keys(skipReasons).indexOf(what);
  }

  test('nothing at all', () => {
    expect(summaryOf('access.log', newTally(), false)).toBe('access.log: 0 lines\n  taken      0');
  });

  test('one event of one moment, from any order of times', () => {
    const tally = newTally();
    for (const minute of [5, 3, 9]) countTaken(tally, Date.UTC(2015, 4, 17, 10, minute, 59));
    expect(summaryOf('-', tally, false)).toContain('taken      3  2015-05-17 10:03 to 2015-05-17 10:09 (UTC)');
  });

  test('says what was imported earlier, and numbers the lines of the file', () => {
    const tally = newTally();
    tally.before = 1000;
    countSkipped(tally, 'bot');
    const text = summaryOf('access.log', tally, false);
    expect(text).toContain('\n  1,000 lines before them were imported earlier\n');
    expect(text).toContain('first in line 1001');
  });

  test('says that nothing was written, and that the last line waits', () => {
    const tally = { ...newTally(), unfinished: true };
    const text = summaryOf('access.log', tally, true);
    expect(text.split('\n')[0]).toBe('access.log: 0 lines, nothing written');
    expect(text).toMatch(/the last line is not whole, and is left for the next time$/);
  });

  test('has a row for each reason', () => {
    const tally = newTally();
    for (const reason of Object.keys(skipReasons) as SkipReason[]) countSkipped(tally, reason);
    const text = summaryOf('access.log', tally, false);
    for (const [reason, meaning] of Object.entries(skipReasons)) {
      expect(text).toMatch(new RegExp(`\n  ${reason} +1  `));
      expect(text).toContain(meaning);
    }
    expect(text.split('\n')).toHaveLength(2 + Object.keys(skipReasons).length);
  });
});
