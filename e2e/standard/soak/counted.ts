import { expect } from 'vitest';
import { PARTITIONS_DEFAULT } from '../../../core/limits.ts';
import { partitionOf } from '../../../core/partition.ts';
import type { Store, StoredEvent } from '../../../core/ports.ts';
import { verify } from '../../../server/verify.ts';
import { differences, statsOf } from '../../support/contents.ts';
import { drained } from '../../support/http.ts';
import type { Load, SentEvent } from '../../support/load.ts';
import { until } from '../../support/until.ts';
import type { Follower } from './follower.ts';

const ROWS_MAX = 5000;
const COUNTED_MS_MAX = 300_000;

/** What is to agree with what was acknowledged. */
export interface Everything {
  store: Store;
  load: Load;
  follower: Follower;
  collectors: string[];
  reporting: string[];
  /** Of all events. */
  date: string;
}

/**
 * All that was acknowledged is counted once, and nothing else is: in the events, in the answers of every reporting process,
 * in a recount. Nothing is in quarantine, no loss was told. `load` has stopped.
 */
export async function expectAllCounted({ store, load, follower, collectors, reporting, date }: Everything) {
  for (const collector of collectors) await drained(collector);
  await until('all to be counted', () => follower.waiting() === 0, COUNTED_MS_MAX);
  const sent = Map.groupBy(load.sent.values(), ({ site }) => partitionOf(site, PARTITIONS_DEFAULT));
  let stored = 0;
  let distinct = 0;
  for (let partition = 0; partition < PARTITIONS_DEFAULT; partition++) {
    const events = await eventsIn(store, partition);
    stored += events.length;
    distinct += new Set(events.map(({ id }) => id)).size;
    const ofPartition = new Map((sent.get(partition) ?? []).map((event): [string, SentEvent] => [event.id, event]));
    expect(differences(events, ofPartition)).toEqual([]);
  }
  expect(load.accepted.size).toBe(load.sent.size);
  const sites = new Set([...load.sent.values()].map(({ site }) => site));
  for (const address of reporting) for (const site of sites) await expectAnswer(address, load, site, date);
  const verified = await verify(store, { partitions: PARTITIONS_DEFAULT });
  expect(verified).toEqual({ siteDays: sites.size, events: load.sent.size, forgotten: 0, differences: [] });
  for (const kind of ['quarantine', 'loss']) expect(await store.documents.list(kind)).toEqual([]);
  return { acknowledged: load.accepted.size, counted: distinct, duplicated: stored - distinct };
}

/** A replica may still be on its way. */
async function expectAnswer(reporting: string, load: Load, site: string, date: string): Promise<void> {
  const stats = async (): Promise<unknown> => (await fetch(`${reporting}/stats?site_id=${site}&date=${date}`)).json();
  await expect.poll(stats, { timeout: COUNTED_MS_MAX, interval: 200 }).toEqual(statsOf(load.sent.values(), site, date));
}

async function eventsIn(store: Store, partition: number): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (let after = 0; ; ) {
    const changes = await store.changes(partition, after, ROWS_MAX);
    events.push(...changes.events);
    if (changes.version === after) return events;
    after = changes.version;
  }
}
