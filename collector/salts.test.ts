import { describe, expect, test } from 'vitest';
import { endOfDay } from '../core/day.ts';
import { Unavailable } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { newSite } from '../core/site.ts';
import { memoryDocuments } from './memory.reference.ts';
import type { MemoryDocuments } from './memory.reference.ts';
import { DEAD, salts } from './salts.ts';
import type { Salts } from './salts.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 2, 10, 12);
const today = Math.floor(NOON / DAY);
const { site } = newSite('a', { zone: 'UTC' });

function setUp(documents: MemoryDocuments = memoryDocuments()) {
  const clock = { now: NOON };
  const errors: unknown[] = [];
  const known: Salts = salts({ documents, limits, now: () => clock.now, onError: (error) => errors.push(error) });
  return { documents, clock, errors, known };
}

describe('salts', () => {
  test('are 32 random bytes a site and day, which die 24 hours after the day has ended', async () => {
    const { documents, known } = setUp();
    await known.of(site, today);
    const stored = documents.values.get(`salt|a|${today}`);
    expect(stored?.value).toEqual({ salt: expect.stringMatching(/^[\w-]{43}$/) as string });
    expect(stored?.expires).toBe(endOfDay('UTC', today) + 24 * HOUR);
  });

  test('differ by day and by site', async () => {
    const { documents, known } = setUp();
    await Promise.all([known.of(site, today), known.of(site, today - 1), known.of(newSite('b').site, today)]);
    const values = [...documents.values.values()].map(({ value }) => JSON.stringify(value));
    expect(values.length).toBeGreaterThanOrEqual(3);
    expect(new Set(values).size).toBe(values.length);
  });

  test('are the same for all collectors of a store: whoever is first makes them', async () => {
    const documents = memoryDocuments();
    const collectors = [setUp(documents), setUp(documents), setUp(documents)];
    const all = await Promise.all(collectors.map(async ({ known }) => known.of(site, today)));
    expect(all[1]).toEqual(all[0]);
    expect(all[2]).toEqual(all[0]);
  });

  test('are asked for once, however many wait, and known from then on', async () => {
    const { documents, known } = setUp();
    const [one, other] = await Promise.all([known.of(site, today - 1), known.of(site, today - 1)]);
    expect(one).toBe(other);
    expect(documents.asked.get('salt')).toBe(1);
    expect(known.of(site, today - 1)).toBe(one);
  });

  test("are never made for a day that is dead, and not before the zone's day has ended", async () => {
    const { documents, known, clock } = setUp();
    expect(known.of(site, today - 2)).toBe(DEAD);
    expect(known.isDead(site, today - 2)).toBe(true);
    expect(documents.values.size).toBe(0);
    const honolulu = newSite('h', { zone: 'Pacific/Honolulu' }).site;
    clock.now = endOfDay('Pacific/Honolulu', today - 2) + 24 * HOUR - 1;
    expect(known.isDead(honolulu, today - 2)).toBe(false);
    expect(await known.of(honolulu, today - 2)).not.toBe(DEAD);
    clock.now += 1;
    expect(known.isDead(honolulu, today - 2)).toBe(true);
    expect(known.of(honolulu, today - 2)).toBe(DEAD);
  });

  test('do not survive in memory', async () => {
    const { known, clock } = setUp();
    const salt = await known.of(site, today);
    if (salt === DEAD) throw new Error('dead');
    const other = await known.of(site, today - 1);
    if (other === DEAD) throw new Error('dead');
    clock.now = endOfDay('UTC', today - 1) + 24 * HOUR;
    await known.keep();
    expect(other.inner.every((byte) => byte === 0)).toBe(true);
    expect(salt.inner.some((byte) => byte !== 0)).toBe(true);
    clock.now = endOfDay('UTC', today) + 24 * HOUR;
    expect(known.of(site, today)).toBe(DEAD);
    expect(salt.outer.every((byte) => byte === 0)).toBe(true);
  });

  test("have tomorrow's made with today's, so that midnight comes without the store", async () => {
    const { documents, known, clock } = setUp();
    await known.of(site, today);
    await known.keep();
    documents.away = true;
    clock.now = NOON + DAY;
    expect(known.of(site, today + 1)).not.toBeInstanceOf(Promise);
    await expect(known.of(site, today + 2)).rejects.toBeInstanceOf(Unavailable);
  });

  test("have tomorrow's made later if the store was away", async () => {
    const { documents, known, clock, errors } = setUp();
    await known.of(site, today);
    await known.keep();
    clock.now = NOON + DAY;
    documents.away = true;
    await known.keep();
    expect(errors).toHaveLength(1);
    documents.away = false;
    await known.keep();
    documents.away = true;
    clock.now = NOON + 2 * DAY;
    expect(known.of(site, today + 2)).not.toBeInstanceOf(Promise);
  });

  test('of a week or a month live 24 hours longer than its last day, and the next is there before it begins', async () => {
    const { documents, known, clock } = setUp();
    // NOON is of Tuesday, 10 March 2026.
    const [monday, sunday] = [today - 1, today + 5];
    const { site: weekly } = newSite('w', { zone: 'Asia/Kathmandu', visitor_life: 'week' });
    const salt = await known.of(weekly, today);
    expect([known.of(weekly, monday), known.of(weekly, sunday)]).toEqual([salt, salt]);
    expect([...documents.values.keys()]).toEqual([`salt|w|week|${monday}`]);
    const dies = endOfDay('Asia/Kathmandu', sunday) + 24 * HOUR;
    expect(documents.values.get(`salt|w|week|${monday}`)?.expires).toBe(dies);

    clock.now += 5 * DAY;
    await known.keep();
    documents.away = true;
    clock.now += DAY;
    const next = known.of(weekly, sunday + 1);
    expect(next).not.toBeInstanceOf(Promise);
    expect(next).not.toBe(salt);
    expect(known.of(weekly, monday)).toBe(salt);
    clock.now = dies;
    expect(known.of(weekly, monday)).toBe(DEAD);
    expect(known.isDead(weekly, sunday)).toBe(true);

    documents.away = false;
    clock.now = NOON;
    await known.of(newSite('m', { visitor_life: 'month' }).site, today);
    const month = documents.values.get(`salt|m|month|${today - 9}`);
    expect(month?.expires).toBe(Date.UTC(2026, 3, 2));
  });

  test('are asked for again after a failure', async () => {
    const { documents, known } = setUp();
    documents.away = true;
    await expect(known.of(site, today)).rejects.toBeInstanceOf(Unavailable);
    documents.away = false;
    expect(await known.of(site, today)).not.toBe(DEAD);
  });
});
