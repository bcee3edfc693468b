import { describe, expect, test } from 'vitest';
import { questionLimits } from '../../core/question.ts';
import { bucketsOf } from './buckets.ts';
import type { TimeBucket } from './buckets.ts';
import { resolveRange } from './ranges.ts';
import type { Range } from './ranges.ts';
import { Wrong } from './wrong.ts';

function range(zone: string, from: string, to: string): Range {
  return resolveRange([from, to], { zone, now: 0 });
}

function labels(bucket: TimeBucket, zone: string, from: string, to: string): string[] {
  return bucketsOf(bucket, range(zone, from, to), zone).labels;
}

describe('bucketsOf', () => {
  test.each<[string, string, string, number]>([
    ['an ordinary day', 'Europe/Berlin', '2026-11-22', 24],
    ['spring', 'Europe/Berlin', '2026-03-29', 23],
    ['autumn', 'Europe/Berlin', '2026-10-25', 25],
    ['spring by half an hour', 'Australia/Lord_Howe', '2026-10-04', 24],
    ['autumn by half an hour', 'Australia/Lord_Howe', '2026-04-05', 25],
    ['spring at midnight', 'America/Santiago', '2026-09-06', 23],
    ['autumn at midnight', 'America/Santiago', '2026-04-04', 25],
    ['a zone of quarter hours', 'Pacific/Chatham', '2026-11-22', 24],
  ])('hours of %s', (_, zone, date, count) => {
    const found = labels('hour', zone, date, date);
    expect(found).toHaveLength(count);
    expect(new Set(found).size).toBe(count);
    expect(found.map((label) => Date.parse(label))).toEqual(
      found.map((label) => Date.parse(label)).toSorted((a, b) => a - b),
    );
  });

  test('days, weeks and months begin where they begin, even before the range', () => {
    expect(labels('day', 'Europe/Berlin', '2026-03-28', '2026-03-30')).toEqual([
      '2026-03-28',
      '2026-03-29',
      '2026-03-30',
    ]);
    expect(labels('week', 'Europe/Berlin', '2026-11-22', '2026-11-23')).toEqual(['2026-11-16', '2026-11-23']);
    expect(labels('month', 'UTC', '2026-11-22', '2027-01-01')).toEqual(['2026-11-01', '2026-12-01', '2027-01-01']);
  });

  test('an hour that the range begins within is told by its beginning', () => {
    const zone = 'Asia/Kolkata';
    const found = bucketsOf('hour', range(zone, '2026-11-22T10:10:00Z', '2026-11-22T11:00:00Z'), zone).labels;
    expect(found).toEqual(['2026-11-22T15:00:00+05:30', '2026-11-22T16:00:00+05:30']);
  });

  test('an hour that the clock change cut, and the range begins after, is told by the change', () => {
    const zone = 'Australia/Lord_Howe';
    const found = bucketsOf('hour', range(zone, '2026-04-04T15:10:00Z', '2026-04-04T16:00:00Z'), zone).labels;
    expect(found).toEqual(['2026-04-05T01:30:00+10:30', '2026-04-05T02:00:00+10:30']);
  });

  test.each<TimeBucket>(['minute', 'hour', 'day', 'week', 'month'])('each %s has its own number', (bucket) => {
    const days: [string, string] = bucket === 'minute' ? ['2026-10-24', '2026-10-26'] : ['2026-03-01', '2026-11-22'];
    const buckets = bucketsOf(bucket, range('Europe/Berlin', ...days), 'Europe/Berlin');
    const keys = buckets.labels.map((_, place) => buckets.keyAt(place) ?? -1);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.map((key) => buckets.placeOf(key))).toEqual(keys.map((_, place) => place));
    expect(buckets.placeOf(-1)).toBeUndefined();
  });

  test('more than there may be are refused, with those that would fit', () => {
    const tenDays = range('UTC', '2026-11-01', '2026-11-10');
    expect(() => bucketsOf('minute', tenDays, 'UTC')).toThrow(Wrong);
    expect(() => bucketsOf('minute', tenDays, 'UTC')).toThrow(String(questionLimits.bucketsMax));
    expect(() => bucketsOf('hour', range('UTC', '1980-01-01', '2026-11-10'), 'UTC')).toThrow(
      expect.objectContaining({ allowed: ['time:week', 'time:month'] }),
    );
    expect(bucketsOf('week', range('UTC', '1980-01-01', '2026-11-10'), 'UTC').labels).toHaveLength(2446);
  });
});
