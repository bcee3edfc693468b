import { describe, expect, test } from 'vitest';
import { Unavailable } from '../core/errors.ts';
import { partitionOf } from '../core/partition.ts';
import type { Old } from '../core/ports.ts';
import { newSite, SITE_KIND } from '../core/site.ts';
import type { SiteSettings } from '../core/site-settings.ts';
import { retention } from './retention.ts';
import { memoryStore } from './simulation/memory-store.ts';
import { memoryStorePort } from './simulation/memory-store-port.ts';

const PARTITIONS = 8;
const DAY_MS = 24 * 60 * 60 * 1000;
const today = 20_779;
const NOON = (today + 0.5) * DAY_MS;

/** A store that tells what it was asked to forget. */
async function scene(sites: Record<string, SiteSettings>) {
  const store = memoryStorePort(memoryStore());
  for (const [id, settings] of Object.entries(sites))
    await store.documents.create(SITE_KIND, id, newSite(id, settings).site);
  const asked: [partition: number, old: Old][] = [];
  const away = { is: false };
  const { documents } = store;
  const forget = async (partition: number, old: Old): Promise<number> => {
    asked.push([partition, old]);
    if (away.is) throw new Unavailable('the store is away');
    return 0;
  };
  const process = () => retention({ documents, forget }, PARTITIONS);
  return { asked, away, process };
}

const never = new AbortController().signal;

describe('retention', () => {
  test('asks for nothing where all is kept', async () => {
    const { asked, process } = await scene({ a: {}, b: { gpc: 'drop' } });
    await process()(NOON, never);
    expect(asked).toEqual([]);
  });

  test('is done once a site and day, by whichever process comes first', async () => {
    const { asked, process } = await scene({ a: { keep_events_days: 7 }, b: { keep_visits_days: 2 } });
    const [one, other] = [process(), process()];
    await one(NOON, never);
    await other(NOON + 1000, never);
    await one(NOON + DAY_MS / 3, never);
    const olds: [number, Old][] = [
      [
        partitionOf('a', PARTITIONS),
        { site: 'a', eventsBefore: today - 7, eventsFrom: (today - 7) * DAY_MS, visitsBefore: 0 },
      ],
      [
        partitionOf('b', PARTITIONS),
        { site: 'b', eventsBefore: today - 2, eventsFrom: (today - 2) * DAY_MS, visitsBefore: today - 2 },
      ],
    ];
    expect(asked).toEqual(olds);
    await other(NOON + DAY_MS, never);
    expect(asked.slice(2).map(([, { site, eventsBefore }]) => [site, eventsBefore])).toEqual([
      ['a', today - 6],
      ['b', today - 1],
    ]);
  });

  test('what failed, or was cut, is done again', async () => {
    const { asked, away, process } = await scene({ a: { keep_events_days: 7 } });
    const one = process();
    away.is = true;
    await expect(one(NOON, never)).rejects.toThrow(Unavailable);
    away.is = false;
    await one(NOON, AbortSignal.abort());
    await one(NOON, never);
    expect(asked).toHaveLength(3);
    await one(NOON, never);
    expect(asked).toHaveLength(3);
  });
});
