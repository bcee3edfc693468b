import { describe, expect, test } from 'vitest';
import { dayOf, dayOfIso, endOfDay, isoOfDay, isZone, utcOffset } from './day.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The local day of an instant in a zone, as a date. */
function localDate(zone: string, time: number): string {
  return isoOfDay(dayOf(time, utcOffset(zone, time)));
}

function dayNumber(iso: string): number {
  const day = dayOfIso(iso);
  if (day === undefined) throw new Error(`${iso} is no date`);
  return day;
}

describe('utcOffset', () => {
  test.each([
    ['UTC', '2026-07-01T00:00:00Z', 0],
    ['Europe/Berlin', '2026-01-15T12:00:00Z', 60],
    ['Europe/Berlin', '2026-07-15T12:00:00Z', 120],
    ['Europe/Berlin', '2026-03-29T00:59:59.999Z', 60],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', 120],
    ['Europe/Berlin', '2026-10-25T00:59:59.999Z', 120],
    ['Europe/Berlin', '2026-10-25T01:00:00Z', 60],
    ['America/St_Johns', '2026-01-15T12:00:00Z', -210],
    ['America/St_Johns', '2026-07-15T12:00:00Z', -150],
    ['Australia/Lord_Howe', '2026-01-15T12:00:00Z', 660],
    ['Australia/Lord_Howe', '2026-07-15T12:00:00Z', 630],
    ['Asia/Kathmandu', '2026-07-15T12:00:00Z', 345],
    ['America/Sao_Paulo', '2018-11-04T02:59:59.999Z', -180],
    ['America/Sao_Paulo', '2018-11-04T03:00:00Z', -120],
    ['America/Sao_Paulo', '2026-12-15T12:00:00Z', -180],
    ['Africa/Casablanca', '2026-03-01T12:00:00Z', 0],
    ['Africa/Casablanca', '2026-07-15T12:00:00Z', 60],
  ])('%s at %s is %i minutes', (zone, iso, minutes) => {
    expect(utcOffset(zone, Date.parse(iso))).toBe(minutes);
  });

  test('refuses a name that is no zone', () => {
    expect(() => utcOffset('Europe/Atlantis', 0)).toThrow(RangeError);
  });
});

describe('dayOf', () => {
  test('files an instant under the day that the site has then', () => {
    const time = Date.parse('2026-01-01T00:30:00Z');
    expect(localDate('America/New_York', time)).toBe('2025-12-31');
    expect(localDate('UTC', time)).toBe('2026-01-01');
    expect(localDate('Pacific/Kiritimati', time - 15 * HOUR)).toBe('2025-12-31');
    expect(localDate('Pacific/Kiritimati', time - 14 * HOUR)).toBe('2026-01-01');
  });

  test('works before 1970', () => {
    expect(dayOf(-1, 0)).toBe(-1);
    expect(dayOf(-1, 1)).toBe(0);
  });
});

describe('endOfDay', () => {
  test.each([
    ['UTC', '2026-11-22', 24],
    ['Asia/Kathmandu', '2026-11-22', 24],
    ['Europe/Berlin', '2026-03-28', 24],
    ['Europe/Berlin', '2026-03-29', 23],
    ['Europe/Berlin', '2026-10-25', 25],
    ['America/St_Johns', '2026-03-08', 23],
    ['America/St_Johns', '2026-11-01', 25],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['Australia/Lord_Howe', '2026-10-04', 23.5],
    ['Africa/Casablanca', '2026-02-15', 25],
    ['Africa/Casablanca', '2026-03-22', 23],
    // Clocks that go forward at midnight: the day begins at one.
    ['America/Sao_Paulo', '2018-11-04', 23],
    ['America/Santiago', '2026-09-06', 23],
    ['Africa/Cairo', '2026-04-24', 23],
    // Clocks that go back at midnight: the last hour comes twice.
    ['America/Sao_Paulo', '2018-02-17', 25],
    // Clocks that go back to midnight: the first hour comes twice.
    ['America/Havana', '2026-11-01', 25],
    ['Asia/Amman', '2018-10-26', 25],
    // Clocks that go forward at 23:00.
    ['America/Nuuk', '2026-03-28', 23],
  ])('%s: %s has %f hours', (zone, iso, hours) => {
    const day = dayNumber(iso);
    const start = endOfDay(zone, day - 1);
    const end = endOfDay(zone, day);
    expect((end - start) / HOUR).toBe(hours);
    expect(localDate(zone, start - 1)).toBe(isoOfDay(day - 1));
    expect(localDate(zone, start)).toBe(iso);
    expect(localDate(zone, end - 1)).toBe(iso);
    expect(localDate(zone, end)).toBe(isoOfDay(day + 1));
  });
});

describe('dates', () => {
  test('there and back', () => {
    for (const iso of ['1969-12-31', '1970-01-01', '2000-02-29', '2026-11-22', '9999-12-31']) {
      expect(isoOfDay(dayNumber(iso))).toBe(iso);
    }
    expect(dayOfIso('1970-01-02')).toBe(1);
  });

  test.each([
    '',
    '2026-2-3',
    '2026-02-30',
    '2025-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-11-22T00',
    ' 2026-11-22',
    '+02026-11-2',
  ])('%j is no date', (iso) => {
    expect(dayOfIso(iso)).toBeUndefined();
  });
});

describe('isZone', () => {
  test('knows the names of the runtime', () => {
    for (const zone of ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu']) expect(isZone(zone)).toBe(true);
    for (const zone of ['', 'Berlin', 'Europe/Atlantis', '__proto__', 'Europe/Berlin\u0000'])
      expect(isZone(zone)).toBe(false);
  });
});
