import { expect, test } from 'vitest';
import type { Answer } from '../../../core/question.ts';
import { pointsOf } from './series.ts';

function states(starts: string[], asOf: string, zone: string, end: string): string[] {
  const answer: Answer = {
    results: starts.map((start) => ({ dimensions: [start], metrics: [1] })),
    meta: {
      definitions_version: 1,
      time_zone: zone,
      date_range: ['', end],
      notes: [],
      as_of: Date.parse(asOf),
    },
  };
  return pointsOf(answer).map(({ state }) => state);
}

test('the hour that runs is running, those that have not begun are coming', () => {
  const hours = ['2026-11-22T14:00:00+05:45', '2026-11-22T15:00:00+05:45', '2026-11-22T16:00:00+05:45'];
  const midnight = '2026-11-23T00:00:00+05:45';
  expect(states(hours, '2026-11-22T09:45:00Z', 'Asia/Kathmandu', midnight)).toEqual(['over', 'running', 'coming']);
});

test('the hour that comes twice is two hours', () => {
  const hours = ['2026-10-25T02:00:00+02:00', '2026-10-25T02:00:00+01:00'];
  const end = '2026-10-26T00:00:00+01:00';
  expect(states(hours, '2026-10-25T00:30:00Z', 'Europe/Berlin', end)).toEqual(['running', 'coming']);
  expect(states(hours, '2026-10-25T01:30:00Z', 'Europe/Berlin', end)).toEqual(['over', 'running']);
});

test('a range that ends now ends within a day, by the clock of the site', () => {
  const days = ['2026-11-21', '2026-11-22'];
  const now = '2026-11-22T20:00:00.500Z';
  expect(states(days, '2026-11-22T20:00:00.400Z', 'Asia/Tokyo', now)).toEqual(['over', 'running']);
  expect(states(['2026-11-22', '2026-11-23'], '2026-11-22T20:00:00.400Z', 'Asia/Tokyo', now)).toEqual([
    'over',
    'running',
  ]);
});

test('a period that is past is over', () => {
  const days = ['2026-11-20', '2026-11-21'];
  expect(states(days, '2026-11-22T00:00:01Z', 'UTC', '2026-11-22T00:00:00+00:00')).toEqual(['over', 'over']);
});
