import { describe, expect, test } from 'vitest';
import { dayOfIso } from './day.ts';
import { closedOf, oldOf } from './retention.ts';
import { newSite } from './site.ts';

const day = (iso: string): number => dayOfIso(iso) ?? NaN;
const NOW = Date.parse('2026-11-26T23:30:00Z');

describe('closedOf', () => {
  test('a site that chose nothing keeps all', () => {
    expect(closedOf({ zone: 'UTC' }, NOW)).toEqual({ eventsBefore: 0, visitsBefore: 0 });
    expect(oldOf(newSite('a').site, NOW)).toBeUndefined();
  });

  test('it keeps so many whole days before today, in its own zone', () => {
    const events = { keep_events_days: 30 };
    expect(closedOf({ zone: 'UTC', ...events }, NOW)).toEqual({ eventsBefore: day('2026-10-27'), visitsBefore: 0 });
    expect(closedOf({ zone: 'Asia/Kathmandu', ...events }, NOW).eventsBefore).toBe(day('2026-10-28'));
    const { site } = newSite('a', { zone: 'Asia/Kathmandu', keep_events_days: 1, keep_visits_days: 400 });
    expect(oldOf(site, NOW)).toEqual({
      site: 'a',
      eventsBefore: day('2026-11-26'),
      eventsFrom: Date.parse('2026-11-25T18:15:00Z'),
      visitsBefore: day('2025-10-23'),
    });
  });

  test('no raw event is kept without its visit', () => {
    const closed = closedOf({ zone: 'UTC', keep_events_days: 90, keep_visits_days: 10 }, NOW);
    expect(closed).toEqual({ eventsBefore: day('2026-11-16'), visitsBefore: day('2026-11-16') });
  });

  test('what is closed stays closed', () => {
    const closed = { events_before: day('2026-11-20'), visits_before: day('2026-06-01') };
    expect(closedOf({ zone: 'UTC', closed }, NOW)).toEqual({
      eventsBefore: day('2026-11-20'),
      visitsBefore: day('2026-06-01'),
    });
    expect(closedOf({ zone: 'UTC', closed, keep_events_days: 3, keep_visits_days: 900 }, NOW)).toEqual({
      eventsBefore: day('2026-11-23'),
      visitsBefore: day('2026-06-01'),
    });
  });
});
