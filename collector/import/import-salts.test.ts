import { describe, expect, test } from 'vitest';
import { endOfDay } from '../../core/day.ts';
import { Unavailable } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { newSite } from '../../core/site.ts';
import { visitorKey } from '../identify.ts';
import { memoryDocuments } from '../memory.reference.ts';
import type { MemoryDocuments } from '../memory.reference.ts';
import { salts } from '../salts.ts';
import { IMPORT_SALT_KIND, importSalts } from './import-salts.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 2, 10, 12);
const today = Math.floor(NOON / DAY);
const longAgo = today - 1000;
const { site } = newSite('a');
const { site: other } = newSite('ab');

/** What one process of an import has; a second on the same documents is the next one, after the first was killed. */
function setUp(documents: MemoryDocuments = memoryDocuments()) {
  const clock = { now: NOON };
  const now = () => clock.now;
  const live = salts({ documents, limits, now, onError: () => {} });
  const known = importSalts({ live, documents, hours: 48, now });
  const keyOf = async (day: number, of = site) =>
    visitorKey(await known.of(of, day), of, { address: '203.0.113.9', agent: 'Agent/1.0' });
  const kept = () => [...documents.values.values()].filter(({ kind }) => kind === IMPORT_SALT_KIND).map(({ id }) => id);
  return { documents, clock, live, known, keyOf, kept };
}

describe('importSalts', () => {
  test("a living day's salt is the one that visitors of today have, and is stored nowhere else", async () => {
    const { live, known, kept } = setUp();
    for (const day of [today, today - 1]) expect(await known.of(site, day)).toBe(await live.of(site, day));
    expect(kept()).toEqual([]);
  });

  test("a dead day's salt is stored, differs by day and site, and is at hand from then on", async () => {
    const { known, kept, keyOf, documents } = setUp();
    const keys = [await keyOf(longAgo), await keyOf(longAgo + 1), await keyOf(today - 2), await keyOf(longAgo, other)];
    expect(new Set(keys).size).toBe(keys.length);
    expect(kept()).toEqual([`a|${longAgo}`, `a|${longAgo + 1}`, `a|${today - 2}`, `ab|${longAgo}`]);
    expect([...documents.values.values()].map(({ kind }) => kind)).not.toContain('salt');
    expect(known.of(site, longAgo)).not.toBeInstanceOf(Promise);
    documents.away = true;
    expect(await keyOf(longAgo)).toBe(keys[0]);
  });

  test('serves all days of a month where visitors live as long', async () => {
    const { keyOf, kept, known } = setUp();
    const { site: monthly } = newSite('m', { visitor_life: 'month' });
    // 15 June, 30 June and 1 July of 2023.
    const keys = [await keyOf(19_523, monthly), await keyOf(19_538, monthly), await keyOf(19_539, monthly)];
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
    expect(kept()).toEqual(['m|month|19509', 'm|month|19539']);
    await known.end(monthly);
    expect(kept()).toEqual([]);
  });

  test('is the same for all that wait for it at once', async () => {
    const { known } = setUp();
    const [one, two] = await Promise.all([known.of(site, longAgo), known.of(site, longAgo)]);
    expect(one).toEqual(two);
  });

  test('an import that was killed and started again tells the same visitors apart', async () => {
    const first = setUp();
    const keys = [await first.keyOf(longAgo), await first.keyOf(today)];
    const again = setUp(first.documents);
    expect([await again.keyOf(longAgo), await again.keyOf(today)]).toEqual(keys);
  });

  test('one that lives while it is asked for and has died when the answer comes is one of the import', async () => {
    const { documents, clock, known, kept, live } = setUp();
    const dies = endOfDay('UTC', today - 1) + limits.saltHours * HOUR;
    clock.now = dies - 1;
    const asked = known.of(site, today - 1);
    expect(asked).toBeInstanceOf(Promise);
    clock.now = dies;
    expect((await asked).inner).toHaveLength(64);
    expect(kept()).toEqual([`a|${today - 1}`]);
    expect(live.of(site, today - 1)).toBe('dead');
    expect(await setUp(documents).known.of(site, longAgo)).toBeDefined();
  });

  test('a salt that is in memory and dies there is replaced', async () => {
    const { clock, live, known, kept } = setUp();
    const living = await known.of(site, today);
    clock.now = endOfDay('UTC', today) + limits.saltHours * HOUR;
    await live.keep();
    const next = await known.of(site, today);
    expect(living.inner.every((byte) => byte === 0)).toBe(true);
    expect(next.inner.some((byte) => byte !== 0)).toBe(true);
    expect(kept()).toEqual([`a|${today}`]);
  });

  test('dies by itself where the import does not end', async () => {
    const { documents, keyOf } = setUp();
    await keyOf(longAgo);
    expect(documents.values.get(`${IMPORT_SALT_KIND}|a|${longAgo}`)?.expires).toBe(NOON + 48 * HOUR);
  });

  test('is gone with the end, from memory and from the store; what another site or today needs stays', async () => {
    const { documents, known, keyOf, kept } = setUp();
    const key = await keyOf(longAgo);
    const otherKey = await keyOf(longAgo, other);
    const todayKey = await keyOf(today);
    const salt = await known.of(site, longAgo);
    await known.end(site);
    expect([...salt.inner, ...salt.outer].every((byte) => byte === 0)).toBe(true);
    expect(kept()).toEqual([`ab|${longAgo}`]);
    expect(await keyOf(today)).toBe(todayKey);
    expect(await keyOf(longAgo, other)).toBe(otherKey);
    expect(await keyOf(longAgo)).not.toBe(key);
    expect(await setUp(documents).keyOf(longAgo, other)).toBe(otherKey);
  });

  test('the end takes what earlier runs have left', async () => {
    const { documents, keyOf } = setUp();
    await keyOf(longAgo);
    const last = setUp(documents);
    await last.known.end(site);
    expect(last.kept()).toEqual([]);
  });

  test('says so where the store is away, and is asked for again afterwards', async () => {
    const { documents, known } = setUp();
    documents.away = true;
    await expect(known.of(site, longAgo)).rejects.toThrow(Unavailable);
    await expect(known.of(site, today)).rejects.toThrow(Unavailable);
    await expect(known.end(site)).rejects.toThrow(Unavailable);
    documents.away = false;
    expect(await known.of(site, longAgo)).toBeDefined();
  });
});
