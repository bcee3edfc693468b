import { describe, expect, test } from 'vitest';
import { logEntrySchema } from '../core/event.ts';
import { isId } from '../core/id.ts';
import { sampleEntries } from './sample-data.ts';

const now = Date.UTC(2026, 10, 22, 15);
const DAY = 24 * 60 * 60 * 1000;

describe('sampleEntries', () => {
  const entries = [...sampleEntries(now)];
  const events = entries.flatMap((entry) => entry.events);

  test('are entries as the collector writes them', () => {
    for (const entry of entries) expect(logEntrySchema.parse(entry)).toEqual(entry);
    expect(events.every(({ id }) => isId(id))).toBe(true);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });

  test('are the same for the same time, and others for another', () => {
    const [first] = sampleEntries(now);
    expect([...sampleEntries(now)].at(-1)).toEqual(entries.at(-1));
    const [other] = sampleEntries(now + 1);
    expect(other?.events[0]?.id).not.toBe(first?.events[0]?.id);
  });

  test('are two months up to now, each filed under its day', () => {
    expect(events.every(({ time }) => time <= now && time > now - 62 * DAY)).toBe(true);
    expect(events.every(({ day, time }) => day === Math.floor(time / DAY))).toBe(true);
    expect(new Set(events.map(({ day }) => day)).size).toBe(61);
  });

  test('have the rhythm of a week: fewer at weekends', () => {
    const views = events.filter(({ name }) => name === 'pageview');
    const of = (weekday: number): number => views.filter(({ time }) => new Date(time).getUTCDay() === weekday).length;
    expect(of(0)).toBeLessThan(0.8 * of(2));
    expect(of(6)).toBeLessThan(0.8 * of(4));
  });
});
