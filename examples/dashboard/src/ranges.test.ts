import { describe, expect, test } from 'vitest';
import { bucketsOf, datesOf, daysOf, shift } from './ranges.ts';

describe('datesOf', () => {
  test('the end is excluded, so a midnight is the day before', () => {
    expect(datesOf(['2026-11-01T00:00:00+01:00', '2026-11-08T00:00:00+01:00'])).toEqual(['2026-11-01', '2026-11-07']);
  });

  test('an end within a day is that day', () => {
    expect(datesOf(['2026-11-21T15:30:00+00:00', '2026-11-22T15:30:00+00:00'])).toEqual(['2026-11-21', '2026-11-22']);
  });

  test('a new year', () => {
    expect(datesOf(['2025-12-31T00:00:00+00:00', '2026-01-01T00:00:00+00:00'])).toEqual(['2025-12-31', '2025-12-31']);
  });
});

test('a period shifts by its own length, over months and leap days', () => {
  expect(shift(['2028-03-01', '2028-03-07'], -1)).toEqual(['2028-02-23', '2028-02-29']);
  expect(shift(['2026-12-31', '2026-12-31'], 1)).toEqual(['2027-01-01', '2027-01-01']);
  expect(daysOf(['2026-10-25', '2026-10-25'])).toBe(1);
});

describe('bucketsOf', () => {
  test.each([
    ['day', 'hour'],
    ['7d', 'day'],
    ['30d', 'day'],
    ['6mo', 'week'],
    ['year', 'month'],
  ] as const)('%s is drawn by the %s', (range, bucket) => {
    expect(bucketsOf(range, undefined)?.[0]).toBe(bucket);
  });

  test('dates are drawn by their length', () => {
    expect(bucketsOf(['2026-11-22', '2026-11-22'], undefined)?.[0]).toBe('hour');
    expect(bucketsOf(['2026-11-01', '2026-11-22'], undefined)?.[0]).toBe('day');
    expect(bucketsOf(['2026-01-01', '2026-11-22'], undefined)?.[0]).toBe('week');
    expect(bucketsOf(['2020-01-01', '2026-11-22'], undefined)?.[0]).toBe('month');
  });

  test('of all time nothing is known until an answer says when it began', () => {
    expect(bucketsOf('all', undefined)).toBeUndefined();
    expect(bucketsOf('all', ['2026-11-20T00:00:00+00:00', '2026-11-23T00:00:00+00:00'])).toEqual(['day', 'hour']);
  });
});
