import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { startMongod } from '../../adapters/mongodb/mongod.contract.ts';
import type { Mongod } from '../../adapters/mongodb/mongod.contract.ts';
import { mongodbStore } from '../../adapters/mongodb/store.ts';
import { startRedis } from '../../adapters/redis/redis-server.contract.ts';
import type { RedisServer } from '../../adapters/redis/redis-server.contract.ts';
import { PARTITIONS_DEFAULT } from '../../core/limits.ts';
import type { Store } from '../../core/ports.ts';
import { verify } from '../../server/verify.ts';
import { differences, eventsOf, statsOf } from '../support/contents.ts';
import { drained } from '../support/http.ts';
import type { Load } from '../support/load.ts';
import { servers } from '../support/server.ts';
import type { Launched, Servers } from '../support/server.ts';
import { until } from '../support/until.ts';

/** The standard deployment: Redis and MongoDB, which are real, and a process for each role. */
export interface Standard extends Pick<Servers, 'start' | 'run'> {
  redis(): RedisServer;
  mongod(): Mongod;
  /** Settings by which a process finds both; each test has its own data in them. */
  env(): Record<string, string>;
  /** Starts a process with that role, in a folder of its own. */
  launch(role: string, env?: Record<string, string>): Launched;
  withStore<T>(work: (store: Store) => Promise<T>): Promise<T>;
}

/** Leases that end soon, so that a test need not wait for long; the proxy is the test itself. */
const QUICK = { LEASE_MS: '1500', TRUSTED_PROXIES: '127.0.0.1,::1', READ_ENTRIES_MAX: '20' };

export function standard(): Standard {
  const { folder, launch, start, run } = servers();
  let redis: RedisServer;
  let mongod: Mongod;
  let test = 0;

  beforeAll(async () => {
    const programs = [inject('redis'), inject('mongodb')];
    for (const { missing } of programs) if (missing) throw new Error(missing);
    [redis, mongod] = await Promise.all([
      startRedis(programs[0]?.program ?? ''),
      startMongod(programs[1]?.program ?? ''),
    ]);
  });
  afterEach(() => {
    test += 1;
  });
  afterAll(() => Promise.all([redis.stop(), mongod.stop()]));

  const storeUrl = (): string => mongod.url(`footfall-${test}`);
  const env = (): Record<string, string> => ({ QUEUE_URL: `${redis.url}/${test}`, STORE_URL: storeUrl(), ...QUICK });
  return {
    redis: () => redis,
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
}

/**
 * All that was acknowledged is counted, once, and nothing else: in the events, in the answers of `reporting`, in a recount.
 */
export async function expectCountedOnce(
  { withStore }: Standard,
  load: Load,
  { collector, reporting, date }: { collector: string; reporting?: string; date: string },
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
    expect(verified).toEqual({ siteDays: sites.size, events: load.sent.size, differences: [] });
    for (const kind of ['quarantine', 'loss']) expect(await store.documents.list(kind)).toEqual([]);
    const ids = new Set(stored.map(({ id }) => id));
    return { acknowledged: load.accepted.size, counted: ids.size, duplicated: stored.length - ids.size };
  });
}
