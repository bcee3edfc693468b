import { describe, expect, test } from 'vitest';
import { changes, clockOf, dayOfDate, DAY_MS, HOUR_MS, instantAt, isoAt, localDay, startOfDay } from './zone.ts';

const at = (iso: string): number => Date.parse(iso);
const day = (iso: string): number => Date.parse(`${iso}T00:00:00Z`) / DAY_MS;

describe('startOfDay', () => {
  test.each([
    ['UTC', '2026-11-22', '2026-11-22T00:00:00Z'],
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00Z'],
    ['Europe/Berlin', '2026-03-30', '2026-03-29T22:00:00Z'],
    ['Asia/Kathmandu', '2026-11-22', '2026-11-21T18:15:00Z'],
    ['America/Santiago', '2026-09-06', '2026-09-06T04:00:00Z'],
    ['America/Santiago', '2026-04-05', '2026-04-05T04:00:00Z'],
  ])('%s %s', (zone, date, expected) => {
    expect(new Date(startOfDay(zone, day(date))).toISOString()).toBe(new Date(expected).toISOString());
  });
});

describe('instantAt', () => {
  test.each([
    ['an ordinary time', 'Europe/Berlin', '2026-11-22', 15 * HOUR_MS, '2026-11-22T14:00:00Z'],
    [
      'a time that is skipped is the change itself',
      'Europe/Berlin',
      '2026-03-29',
      2.5 * HOUR_MS,
      '2026-03-29T01:00:00Z',
    ],
    ['a time that comes twice is the first', 'Europe/Berlin', '2026-10-25', 2.5 * HOUR_MS, '2026-10-25T00:30:00Z'],
    ['a midnight that is skipped', 'America/Santiago', '2026-09-06', 0, '2026-09-06T04:00:00Z'],
    ['half an hour that is skipped', 'Australia/Lord_Howe', '2026-10-04', 2.25 * HOUR_MS, '2026-10-03T15:30:00Z'],
  ])('%s', (_, zone, date, clock, expected) => {
    expect(new Date(instantAt(zone, day(date), clock)).toISOString()).toBe(new Date(expected).toISOString());
  });
});

test('clockOf is what the clock shows', () => {
  expect(clockOf('Asia/Kathmandu', at('2026-11-22T18:15:00Z'))).toBe(0);
  expect(clockOf('Europe/Berlin', at('2026-03-29T01:00:00Z'))).toBe(3 * HOUR_MS);
});

test('localDay is the day of the zone', () => {
  expect(localDay('America/St_Johns', at('2026-11-20T03:29:59Z'))).toBe(day('2026-11-19'));
});

describe('changes', () => {
  test('of a year', () => {
    const found = changes('Europe/Berlin', at('2026-01-01T00:00:00Z'), at('2027-01-01T00:00:00Z'));
    expect(found.map((time) => new Date(time).toISOString())).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-10-25T01:00:00.000Z',
    ]);
  });

  test('none at the ends themselves', () => {
    expect(changes('Europe/Berlin', at('2026-03-29T01:00:00Z'), at('2026-10-25T01:00:00Z'))).toEqual([]);
    expect(changes('UTC', 0, at('2027-01-01T00:00:00Z'))).toEqual([]);
  });
});

describe('isoAt', () => {
  test.each([
    ['UTC', '2026-11-22T14:00:00Z', '2026-11-22T14:00:00+00:00'],
    ['Asia/Kathmandu', '2026-11-22T14:00:00Z', '2026-11-22T19:45:00+05:45'],
    ['America/St_Johns', '2026-11-22T14:00:00.123Z', '2026-11-22T10:30:00.123-03:30'],
  ])('%s', (zone, time, expected) => {
    expect(isoAt(zone, at(time))).toBe(expected);
    expect(Date.parse(isoAt(zone, at(time)))).toBe(at(time));
  });
});

test('dayOfDate carries months over and cuts dates', () => {
  expect(dayOfDate(2026, 13, 1)).toBe(day('2027-01-01'));
  expect(dayOfDate(2026, -1, 1)).toBe(day('2025-11-01'));
  expect(dayOfDate(2027, 2, 29)).toBe(day('2027-02-28'));
});
