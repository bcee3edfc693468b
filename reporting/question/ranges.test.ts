import { describe, expect, test } from 'vitest';
import type { DateRange } from '../../core/question.ts';
import { comparisonRange, resolveRange } from './ranges.ts';
import { Wrong } from './wrong.ts';
import { isoAt } from './zone.ts';

/** A Sunday in Berlin, one hour ahead of UTC. */
const now = Date.parse('2026-11-22T12:34:56Z');
const zone = 'Europe/Berlin';

function resolved(range: DateRange, first?: string, inZone = zone): string[] {
  const { from, to } = resolveRange(range, { zone: inZone, now, first: first ? Date.parse(first) : undefined });
  return [isoAt(inZone, from), isoAt(inZone, to)];
}

describe('resolveRange', () => {
  const end = '2026-11-22T13:34:56+01:00';
  test.each<[DateRange, string]>([
    ['day', '2026-11-22T00:00:00+01:00'],
    ['24h', '2026-11-21T13:34:56+01:00'],
    ['7d', '2026-11-16T00:00:00+01:00'],
    ['28d', '2026-10-26T00:00:00+01:00'],
    ['30d', '2026-10-24T00:00:00+02:00'],
    ['91d', '2026-08-24T00:00:00+02:00'],
    ['month', '2026-11-01T00:00:00+01:00'],
    ['6mo', '2026-06-01T00:00:00+02:00'],
    ['12mo', '2025-12-01T00:00:00+01:00'],
    ['year', '2026-01-01T00:00:00+01:00'],
  ])('%s ends now', (range, from) => {
    expect(resolved(range)).toEqual([from, end]);
  });

  test('all begins on the day of the first event, or today', () => {
    expect(resolved('all', '2026-03-03T10:00:00Z')).toEqual(['2026-03-03T00:00:00+01:00', end]);
    expect(resolved('all')).toEqual(['2026-11-22T00:00:00+01:00', end]);
    expect(resolved('all', '2026-11-30T10:00:00Z')).toEqual(['2026-11-22T00:00:00+01:00', end]);
  });

  test('two dates are whole days', () => {
    expect(resolved(['2026-10-25', '2026-10-25'])).toEqual(['2026-10-25T00:00:00+02:00', '2026-10-26T00:00:00+01:00']);
    expect(resolved(['2026-11-30', '2026-12-01'])).toEqual(['2026-11-30T00:00:00+01:00', '2026-12-02T00:00:00+01:00']);
  });

  test('two instants are themselves', () => {
    expect(resolved(['2026-11-22T10:00:00Z', '2026-11-22T12:00:00.5+01:00'])).toEqual([
      '2026-11-22T11:00:00+01:00',
      '2026-11-22T12:00:00.500+01:00',
    ]);
  });

  test.each<[string, DateRange]>([
    ['an end before the beginning', ['2026-11-22', '2026-11-21']],
    ['no time at all', ['2026-11-22T10:00:00Z', '2026-11-22T10:00:00Z']],
    ['a time before computers', ['1900-01-01', '2026-11-21']],
    ['a far future', ['2026-11-21', '9999-12-31']],
  ])('%s is refused', (_, range) => {
    expect(() => resolved(range)).toThrow(Wrong);
  });
});

describe('comparisonRange', () => {
  function compared(range: DateRange, wanted: Parameters<typeof comparisonRange>[0], inZone = zone): string[] {
    const { from, to } = comparisonRange(wanted, resolveRange(range, { zone: inZone, now }), inZone);
    return [isoAt(inZone, from), isoAt(inZone, to)];
  }

  test.each<[DateRange, string, string]>([
    ['day', '2026-11-21T00:00:00+01:00', '2026-11-21T13:34:56+01:00'],
    ['7d', '2026-11-09T00:00:00+01:00', '2026-11-15T13:34:56+01:00'],
    ['24h', '2026-11-20T13:34:56+01:00', '2026-11-21T13:34:56+01:00'],
    ['month', '2026-10-10T00:00:00+02:00', '2026-10-31T13:34:56+01:00'],
  ])('the period before %s', (range, from, to) => {
    expect(compared(range, 'previous_period')).toEqual([from, to]);
  });

  test('the period before two dates are as many whole days, whatever the clocks do', () => {
    expect(compared(['2026-10-26', '2026-10-26'], 'previous_period')).toEqual([
      '2026-10-25T00:00:00+02:00',
      '2026-10-26T00:00:00+01:00',
    ]);
    expect(compared(['2026-09-07', '2026-09-07'], 'previous_period', 'America/Santiago')).toEqual([
      '2026-09-06T01:00:00-03:00',
      '2026-09-07T00:00:00-03:00',
    ]);
  });

  test('the year before', () => {
    expect(compared('month', 'year_before')).toEqual(['2025-11-01T00:00:00+01:00', '2025-11-22T13:34:56+01:00']);
    expect(compared(['2026-10-25', '2026-10-25'], 'year_before')).toEqual([
      '2025-10-25T00:00:00+02:00',
      '2025-10-26T00:00:00+02:00',
    ]);
  });

  test('any other', () => {
    expect(compared('day', ['2026-01-01', '2026-01-02'])).toEqual([
      '2026-01-01T00:00:00+01:00',
      '2026-01-03T00:00:00+01:00',
    ]);
    expect(() => compared('day', ['2026-01-02', '2026-01-01'])).toThrow(/include\.comparison/);
  });
});
