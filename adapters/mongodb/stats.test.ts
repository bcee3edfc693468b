import { describe, expect, test } from 'vitest';
import { day, entryOf, followerOf, site, view } from '../../core/store-scene.contract.ts';
import { withMongod } from './databases.contract.ts';
import { OTHER_PATHS } from './stats.ts';
import { mongodbStore } from './store.ts';

const databases = withMongod();

/** Counts page views, a batch after the other, and answers the day. */
async function counted(pathsMax: number, batches: string[][]) {
  const store = await mongodbStore({ url: databases.fresh(), limits: { statsPathsMax: pathsMax } });
  const log = followerOf(store);
  let n = 0;
  for (const paths of batches) await log.apply([entryOf(paths.map((path) => view((n += 1), { path })))]);
  const found = await store.stats(site, day, 1000);
  await store.close();
  return found;
}

describe('the limit of distinct paths', () => {
  test('what comes after it counts under (other); what was there goes on', async () => {
    const { total_views, paths } = await counted(2, [['/a', '/b', '/c'], ['/c', '/d', '/a'], ['/b'], ['/e']]);
    expect(total_views).toBe(8);
    expect(paths).toEqual([
      { path: OTHER_PATHS, views: 4 },
      { path: '/a', views: 2 },
      { path: '/b', views: 2 },
    ]);
  });

  test('a page with the name of the rest shares its count', async () => {
    expect(await counted(1, [[OTHER_PATHS], ['/a', '/b', OTHER_PATHS]])).toMatchObject({
      total_views: 4,
      paths: [{ path: OTHER_PATHS, views: 4 }],
    });
  });

  test('an erasure lowers the rest for what was counted there', async () => {
    const store = await mongodbStore({ url: databases.fresh(), limits: { statsPathsMax: 1 } });
    const log = followerOf(store);
    const named = { visitor: 'uanna', user_id: 'anna' };
    const views = [view(1, { path: '/a' }), view(2, { path: '/b' }), view(3, { path: '/c', ...named })];
    await log.apply([entryOf([...views, view(4, { path: '/a', ...named })])]);
    await store.erase(0, { site, user_id: 'anna' }, Date.now() + 1000);
    expect(await store.stats(site, day, 9)).toMatchObject({
      total_views: 2,
      paths: [
        { path: OTHER_PATHS, views: 1 },
        { path: '/a', views: 1 },
      ],
    });
    await store.close();
  });
});

describe('a day of 100,000 paths', () => {
  const PATHS = 100_000;
  const BATCH = 5000;

  test('is taken in and read in bounded time', async () => {
    const url = databases.fresh();
    const store = await mongodbStore({ url });
    const log = followerOf(store);
    const pathOf = (n: number): string => `/a.b/$c/${n}/${'x'.repeat(n % 100 === 0 ? 1900 : 30)}`;
    const began = Date.now();
    for (let from = 0; from < PATHS; from += BATCH) {
      const events = Array.from({ length: BATCH }, (_, n) =>
        view(from + n, { path: pathOf(from + n), visitor: `v${Math.floor((from + n) / 100)}` }),
      );
      await log.apply([entryOf(events)]);
    }
    const last = view(PATHS, { path: pathOf(77_777) });
    await log.apply([entryOf([last])]);
    const taken = Date.now();
    const { total_views, unique_users, paths } = await store.stats(site, day, 10);
    const read = Date.now();
    expect({ total_views, unique_users }).toEqual({ total_views: PATHS + 1, unique_users: 1001 });
    expect(paths).toHaveLength(10);
    expect(paths[0]).toEqual({ path: last.path, views: 2 });
    expect(taken - began).toBeLessThan(60_000);
    expect(read - taken).toBeLessThan(3000);

    const db = databases.client().db(new URL(url).pathname.slice(1));
    const [seed] = await db.collection<{ paths: Record<string, number> }>('stats').find().toArray();
    expect(Object.keys(seed?.paths ?? {})).toHaveLength(1000);
    expect(seed?.paths[last.path]).toBe(2);
    await store.close();
  });
});
