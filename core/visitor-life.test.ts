import { describe, expect, test } from 'vitest';
import { dayOfIso, isoOfDay } from './day.ts';
import { periodOf } from './visitor-life.ts';
import type { VisitorLife } from './visitor-life.ts';

function period(life: VisitorLife, iso: string): string {
  const { first, last } = periodOf(life, dayOfIso(iso) ?? NaN);
  return `${isoOfDay(first)} ${isoOfDay(last)}`;
}

describe('periodOf', () => {
  test.each<[VisitorLife, string, string]>([
    ['day', '2026-11-26', '2026-11-26 2026-11-26'],
    ['week', '2026-11-22', '2026-11-16 2026-11-22'],
    ['week', '2026-11-23', '2026-11-23 2026-11-29'],
    ['week', '2026-11-29', '2026-11-23 2026-11-29'],
    ['week', '2027-01-01', '2026-12-28 2027-01-03'],
    ['week', '1970-01-01', '1969-12-29 1970-01-04'],
    ['week', '1969-12-28', '1969-12-22 1969-12-28'],
    ['month', '2026-11-01', '2026-11-01 2026-11-30'],
    ['month', '2026-12-31', '2026-12-01 2026-12-31'],
    ['month', '2028-02-10', '2028-02-01 2028-02-29'],
    ['month', '2027-02-28', '2027-02-01 2027-02-28'],
  ])('%s of %s: %s', (life, day, expected) => {
    expect(period(life, day)).toBe(expected);
  });

  test.each<VisitorLife>(['week', 'month'])('each day is in one %s, and these follow one another', (life) => {
    const periods = Array.from({ length: 30_000 }, (_, day) => periodOf(life, day));
    const wrong = periods.filter(({ first, last }, day) => {
      const next = periods[day + 1];
      const isIn = first <= day && day <= last;
      return !isIn || (next && (next.first === first ? next.last !== last : next.first !== last + 1));
    });
    expect(wrong).toEqual([]);
  });
});
