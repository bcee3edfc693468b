import { describe, expect, test } from 'vitest';
import { limits } from '../core/limits.ts';
import { newSite } from '../core/site.ts';
import type { SiteSettings } from '../core/site-settings.ts';
import { ENGAGEMENT } from '../sdk/src/wire.ts';
import { parseBatch } from './batch.ts';
import { dater } from './date-batch.ts';
import type { DatedEvent } from './date-batch.ts';
import { memoryDocuments } from './memory.reference.ts';
import { Refusal } from './refusal.ts';
import { salts } from './salts.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 2, 10, 12);
const ID = '019aa8a0-5b1e-7c3d-9f2e-0a1b2c3d4e5f';

/** Dates the only event of a batch that arrives at noon (UTC) and was sent then. */
function date(
  event: object,
  zone = 'UTC',
  batch: object = { sent: NOON },
  settings: SiteSettings = {},
  within = limits,
): DatedEvent | Refusal {
  const known = salts({ documents: memoryDocuments(), limits, now: () => NOON, onError: () => {} });
  const { site } = newSite('a', { zone, ...settings });
  const body = { site: 'a', ...batch, events: [{ id: ID, name: 'pageview', url: 'https://a.example/', ...event }] };
  const parsed = parseBatch(JSON.stringify(body));
  const only = parsed instanceof Refusal ? undefined : parsed.events[0]?.event;
  if (parsed instanceof Refusal || !only) throw new Error('refused');
  return dater(site, parsed, NOON, known, within)(only, 0);
}

function engagement(time: number, viewTime: number): object {
  return { name: ENGAGEMENT, time, view: ID, view_time: viewTime };
}

describe('dater', () => {
  test('files an event under the local day of its corrected time', () => {
    expect(date({ time: NOON - 13 * HOUR })).toMatchObject({ time: NOON - 13 * HOUR, day: NOON / DAY - 0.5 - 1 });
    expect(date({ time: NOON - 13 * HOUR }, 'Asia/Tokyo')).toMatchObject({ day: NOON / DAY - 0.5, utc_offset: 540 });
    expect(date({ time: 0 }, 'UTC', { sent: 1000 })).toMatchObject({ time: NOON - 1000 });
  });

  test('takes what is just young enough', () => {
    expect(date({ time: NOON - limits.eventAgeMsMax })).toMatchObject({ time: NOON - limits.eventAgeMsMax });
    expect(date({ time: NOON - limits.eventAgeMsMax - 1 })).toMatchObject({
      reason: 'too_old',
      field: 'events[0].time',
      limit: limits.eventAgeMsMax,
    });
  });

  test.each([[-8.64e15], [-1], [0]])('refuses the time %d', (time) => {
    expect(date({ time })).toMatchObject({ reason: 'too_old' });
    expect(date({ time }, 'Europe/Berlin', { offset: -8.64e15 })).toMatchObject({ reason: 'too_old' });
  });

  test('sets what lies ahead to the arrival', () => {
    expect(date({ time: 8.64e15 }, 'Europe/Berlin', { offset: 8.64e15 })).toMatchObject({ time: NOON });
  });

  test('refuses what is of a day whose visits are deleted; the setting that old events need says which', () => {
    const old = { ...limits, eventAgeMsMax: 10 * DAY };
    const keep: SiteSettings = { keep_visits_days: 3 };
    const midnight = NOON - 12 * HOUR;
    expect(date({ time: midnight - 3 * DAY }, 'UTC', undefined, keep, old)).toMatchObject({ day: midnight / DAY - 3 });
    expect(date({ time: midnight - 3 * DAY - 1 }, 'UTC', undefined, keep, old)).toMatchObject({
      reason: 'day_closed',
      field: 'events[0].time',
      limit: '3 days ago',
    });
    expect(date(engagement(NOON, midnight - 3 * DAY - 1), 'UTC', undefined, keep, old)).toMatchObject({
      reason: 'day_closed',
      field: 'events[0].view_time',
    });
    expect(date({ time: midnight - 9 * DAY }, 'UTC', undefined, { keep_events_days: 3 }, old)).toMatchObject({
      day: midnight / DAY - 9,
    });
  });

  test("files engagement under its view's day, at its own time", () => {
    const midnight = NOON - 12 * HOUR;
    expect(date(engagement(midnight + 5, midnight - 5))).toMatchObject({
      time: midnight + 5,
      day: midnight / DAY - 1,
    });
    expect(date(engagement(midnight + 5, midnight + 1))).toMatchObject({ day: midnight / DAY });
  });

  test('does not let a view happen after its engagement', () => {
    const midnight = NOON - 12 * HOUR;
    expect(date(engagement(midnight - 5, midnight + 5))).toMatchObject({ day: midnight / DAY - 1 });
  });

  test('refuses engagement of a day whose salt has died', () => {
    const midnight = NOON - 12 * HOUR;
    // Yesterday's salt lives until the end of today, the one of the day before died at midnight.
    expect(date(engagement(NOON, midnight - DAY))).toMatchObject({ day: midnight / DAY - 1 });
    expect(date(engagement(NOON, midnight - DAY - 1))).toMatchObject({
      reason: 'too_old',
      field: 'events[0].view_time',
    });
    for (const viewTime of [0, -1, -8.64e15]) {
      expect(date(engagement(NOON, viewTime))).toMatchObject({ reason: 'too_old' });
      expect(date(engagement(NOON, viewTime), 'Europe/Berlin', { offset: -8.64e15 })).toMatchObject({
        reason: 'too_old',
      });
    }
  });

  test('files by the clock change of the site', () => {
    // On 2026-03-08 New York goes from -05:00 to -04:00.
    const time = NOON - limits.eventAgeMsMax;
    expect(date({ time }, 'America/New_York')).toMatchObject({ utc_offset: -240 });
  });
});
