import { describe, expect, test, vi } from 'vitest';
import {
  formatBucket,
  formatChange,
  formatDates,
  formatMetric,
  formatMoment,
  formatShare,
  isBetter,
} from './format.ts';

// Whatever the language of the machine is.
vi.hoisted(() => vi.stubGlobal('navigator', { languages: ['en-US'] }));

describe('formatMetric', () => {
  test.each([
    ['visitors', 9_999, '9,999'],
    ['visitors', 12_345, '12.3K'],
    ['bounce_rate', 41.4, '41%'],
    ['views_per_visit', 2, '2.0'],
    ['visit_duration', 59.6, '1m'],
    ['visit_duration', 62, '1m 2s'],
    ['visit_duration', 7, '7s'],
    ['visit_duration', 0, '0s'],
    ['bounce_rate', null, '–'],
  ] as const)('%s %d is %s where space is short', (metric, value, text) => {
    expect(formatMetric(metric, value, 'short')).toBe(text);
  });

  test('is whole where there is space', () => {
    expect(formatMetric('visitors', 12_345)).toBe('12,345');
  });
});

test('a share is never nothing if there is something', () => {
  expect([formatShare(0), formatShare(0.001), formatShare(0.126)]).toEqual(['0%', '<1%', '13%']);
});

test('a change has no sign, and a huge one is a factor', () => {
  expect([formatChange(-12.4), formatChange(330), formatChange(4200)]).toEqual(['12%', '330%', '42×']);
});

test('a bounce rate is better when it falls', () => {
  expect([isBetter('bounce_rate', -1), isBetter('bounce_rate', 1), isBetter('visits', 1)]).toEqual([true, false, true]);
});

describe('dates', () => {
  test('are the site’s own, whatever the reader’s zone is', () => {
    expect(formatBucket('day', '2026-11-22')).toBe('Sun, Nov 22, 2026');
    expect(formatBucket('hour', '2026-11-22T23:00:00')).toContain('11:00');
    expect(formatBucket('month', '2026-11-01')).toBe('November 2026');
    expect(formatBucket('week', '2026-11-16')).toBe('Week of Nov 16, 2026');
  });

  test('a range says what is the same only once', () => {
    expect(formatDates('2026-11-01', '2026-11-28').replaceAll(/\s/g, ' ')).toBe('Nov 1 – 28, 2026');
    expect(formatDates('2026-11-22', '2026-11-22')).toBe('Nov 22, 2026');
  });
});

test('a moment is one of the reader’s own clock', () => {
  const noon = new Date(2026, 10, 22, 12, 5, 59);
  expect(formatMoment(noon.toISOString())).toBe('Nov 22, 12:05 PM');
});
