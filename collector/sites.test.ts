import { describe, expect, test } from 'vitest';
import { Unavailable } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { newSite } from '../core/site.ts';
import { memoryDocuments } from './memory.reference.ts';
import { sites } from './sites.ts';

const SECONDS = limits.siteCacheSeconds * 1000;

function setUp({ autoSites = false, siteCacheMax = 10_000 } = {}) {
  const documents = memoryDocuments();
  const clock = { now: 1_000_000 };
  const errors: unknown[] = [];
  const known = sites({
    documents,
    autoSites,
    limits: { ...limits, autoSitesMax: 2, siteCacheMax },
    now: () => clock.now,
    onError: (error) => errors.push(error),
  });
  return { documents, clock, errors, known };
}

describe('sites', () => {
  test('are found, and known from then on', async () => {
    const { documents, known } = setUp();
    const { site } = newSite('a');
    await documents.put('site', 'a', site);
    const [one, other] = await Promise.all([known.find('a', true), known.find('a', true)]);
    expect(one).toEqual(site);
    expect(other).toBe(one);
    expect(known.find('a', true)).toBe(one);
    // The put, and one get.
    expect(documents.asked.get('site')).toBe(2);
  });

  test('are refreshed behind the back of requests, and outlive an outage of the store', async () => {
    const { documents, clock, errors, known } = setUp();
    await documents.put('site', 'a', newSite('a').site);
    const first = await known.find('a', false);
    const changed = newSite('a', { hostnames: ['example.com'] }).site;
    await documents.put('site', 'a', changed);
    clock.now += SECONDS;
    expect(known.find('a', false)).toBe(first);
    await Promise.resolve();
    expect(known.find('a', false)).toEqual(changed);

    documents.away = true;
    clock.now += SECONDS;
    expect(known.find('a', false)).toEqual(changed);
    await new Promise(setImmediate);
    expect(known.find('a', false)).toEqual(changed);
    expect(errors).toHaveLength(1);
  });

  test('are gone a little after they were deleted', async () => {
    const { documents, clock, known } = setUp();
    await documents.put('site', 'a', newSite('a').site);
    await known.find('a', false);
    await documents.delete('site', 'a');
    clock.now += SECONDS;
    await known.find('a', false);
    await new Promise(setImmediate);
    expect(known.find('a', false)).toMatchObject({ reason: 'unknown_site' });
  });

  test('that do not exist are remembered for a while, too', async () => {
    const { documents, clock, known } = setUp();
    expect(await known.find('a', true)).toMatchObject({ reason: 'unknown_site' });
    expect(known.find('a', true)).toMatchObject({ reason: 'unknown_site' });
    expect(documents.asked.get('site')).toBe(1);
    const { site } = newSite('a');
    await documents.put('site', 'a', site);
    clock.now += SECONDS;
    expect(await known.find('a', true)).toEqual(site);
  });

  test('that are not known make the request wait for the store', async () => {
    const { documents, known } = setUp();
    documents.away = true;
    await expect(known.find('a', true)).rejects.toBeInstanceOf(Unavailable);
    documents.away = false;
    expect(await known.find('a', true)).toMatchObject({ reason: 'unknown_site' });
  });

  test('come into being with their first event where they may, up to a number, and without a key', async () => {
    const { documents, known } = setUp({ autoSites: true });
    expect(await known.find('a', false)).toMatchObject({ reason: 'unknown_site' });
    const one = await known.find('a', true);
    expect(one).toMatchObject({ id: 'a', zone: 'UTC' });
    expect(one).not.toHaveProperty('key_sha256');
    expect(documents.values.get('site|a')?.value).toEqual(one);
    await known.find('b', true);
    expect(await known.find('c', true)).toMatchObject({ reason: 'sites_full', limit: 2 });
    expect(known.find('c', true)).toMatchObject({ reason: 'sites_full' });
    expect(known.find('a', true)).toBe(one);
  });

  test('take no more memory than they may: guessed ids push out no site', async () => {
    const { documents, known } = setUp({ siteCacheMax: 3 });
    await documents.put('site', 'a', newSite('a').site);
    const site = await known.find('a', false);
    for (let guess = 0; guess < 50; guess++) await known.find(`guess-${guess}`, true);
    expect(known.find('a', false)).toBe(site);
    expect(known.find('guess-49', true)).not.toBeInstanceOf(Promise);
    expect(known.find('guess-0', true)).toBeInstanceOf(Promise);
  });

  test('whose document is broken are an error, not a site', async () => {
    const { documents, known } = setUp();
    await documents.put('site', 'a', { id: 'a', zone: 'Mars/Base' });
    await expect(known.find('a', true)).rejects.toThrow(/zone/);
  });
});
