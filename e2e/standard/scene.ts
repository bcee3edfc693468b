import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { startMongod } from '../../adapters/mongodb/mongod.contract.ts';
import type { Mongod } from '../../adapters/mongodb/mongod.contract.ts';
import { mongodbStore } from '../../adapters/mongodb/store.ts';
import { redisOfFile } from '../../adapters/redis/redis-server.contract.ts';
import type { RedisServer } from '../../adapters/redis/redis-server.contract.ts';
import { PARTITIONS_DEFAULT } from '../../core/limits.ts';
import type { Loss, Store } from '../../core/ports.ts';
import { verify } from '../../server/verify.ts';
import { differences, eventsOf, statsOf } from '../support/contents.ts';
import { drained } from '../support/http.ts';
import type { Load } from '../support/load.ts';
import { servers } from '../support/server.ts';
import type { Launched, Servers } from '../support/server.ts';
import { until } from '../support/until.ts';

/** A deployment of several processes: a queue and a MongoDB, which are real, and a process for each role. */
export interface Scene extends Pick<Servers, 'start' | 'run'> {
  mongod(): Mongod;
  /** Settings by which a process finds both; each test has its own data in them. */
  env(): Record<string, string>;
  /** Starts a process with that role, in a folder of its own. */
  launch(role: string, env?: Record<string, string>): Launched;
  withStore<T>(work: (store: Store) => Promise<T>): Promise<T>;
}

/** With Redis. */
export interface Standard extends Scene {
  redis(): RedisServer;
}

/** Leases that end soon, so that a test need not wait for long; the proxy is the test itself. */
const QUICK = { LEASE_MS: '1500', TRUSTED_PROXIES: '127.0.0.1,::1', READ_ENTRIES_MAX: '20' };

export function standard(): Standard {
  const redis = redisOfFile();
  return { ...sceneOn((test) => `${redis().url}/${test}`), redis };
}

/** @param queueUrl where the queue of the test with that number is */
export function sceneOn(queueUrl: (test: number) => string): Scene {
  const { folder, launch, start, run } = servers();
  let mongod: Mongod;
  let test = 0;

  beforeAll(async () => {
    const { program, missing } = inject('mongodb');
    if (missing) throw new Error(missing);
    mongod = await startMongod(program ?? '');
  });
  afterEach(() => {
    test += 1;
  });
  afterAll(() => mongod.stop());

  const storeUrl = (): string => mongod.url(`footfall-${test}`);
  const env = (): Record<string, string> => ({ QUEUE_URL: queueUrl(test), STORE_URL: storeUrl(), ...QUICK });
  return {
    mongod: () => mongod,
    env,
    start,
    run,
    launch: (role, more = {}) => launch({ folder: folder(), env: { ROLES: role, ...env(), ...more } }),
    async withStore(work) {
      const store = await mongodbStore({ url: storeUrl() });
      try {
        return await work(store);
      } finally {
        await store.close();
      }
    },
  };
}

/** What faults have come to; printed at the end of a test. */
export interface Outcome {
  acknowledged: number;
  counted: number;
  duplicated: number;
  /** Until the slowest of all successors had applied something. */
  'slowest ms'?: number;
}

export interface Counted {
  collector: string;
  reporting?: string;
  /** Of all events. */
  date: string;
  /** What kinds of loss the workers have told of. Default: none. */
  losses?: Loss['kind'][];
}

/**
 * All that was acknowledged is counted, once, and nothing else: in the events, in the answers of `reporting`, in a recount.
 */
export async function expectCountedOnce(
  { withStore }: Pick<Scene, 'withStore'>,
  load: Pick<Load, 'sent' | 'accepted'>,
  { collector, reporting, date, losses = [] }: Counted,
): Promise<Outcome> {
  await drained(collector);
  const sites = new Set([...load.sent.values()].map(({ site }) => site));
  return withStore(async (store) => {
    await until('all to be counted', async () => (await eventsOf(store)).length >= load.accepted.size, 60_000);
    const stored = await eventsOf(store);
    expect(differences(stored, load.sent)).toEqual([]);
    for (const site of reporting === undefined ? [] : sites) {
      const answer = await fetch(`${reporting}/stats?site_id=${site}&date=${date}`);
      expect(await answer.json()).toEqual(statsOf(load.sent.values(), site, date));
    }
    const verified = await verify(store, { partitions: PARTITIONS_DEFAULT });
    expect(verified).toEqual({ siteDays: sites.size, events: load.sent.size, forgotten: 0, differences: [] });
    expect(await store.documents.list('quarantine')).toEqual([]);
    const told = (await store.documents.list('loss')).map(({ value }) => (value as Loss).kind);
    expect(new Set(told)).toEqual(new Set(losses));
    const ids = new Set(stored.map(({ id }) => id));
    return { acknowledged: load.accepted.size, counted: ids.size, duplicated: stored.length - ids.size };
  });
}
