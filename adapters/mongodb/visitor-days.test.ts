import { expect, test } from 'vitest';
import { expectConsistent } from '../../core/store-contents.contract.ts';
import { day, entryOf, followerOf, noon, site, view } from '../../core/store-scene.contract.ts';
import { databaseOf } from './client.ts';
import { withMongod } from './databases.contract.ts';
import { mongodbStore } from './store.ts';

const databases = withMongod();

test("a visitor's day that would be larger than a document freezes, and its events still count", async () => {
  const bytesMax = 200_000;
  const store = await mongodbStore({ url: databases.fresh(), limits: { visitorDayBytesMax: bytesMax } });
  const log = followerOf(store);
  const COUNT = 100;
  // 3 bytes a character: all of them take three times as much.
  const viewAt = (n: number) => view(n, { path: `/${n}/`.padEnd(2000, '漢'), time: noon + n });
  for (let from = 0; from < COUNT; from += 20) {
    await log.apply([entryOf(Array.from({ length: 20 }, (_, n) => viewAt(from + n)))]);
  }
  const [one] = (await store.changes(0, log.position.version - 1, 1000)).visitorDays;
  const { taken = 0, over, visits } = one?.state ?? {};
  expect(Buffer.byteLength(JSON.stringify(one?.state))).toBeLessThanOrEqual(bytesMax + 100);
  expect(taken).toBeGreaterThan(20);
  expect(over).toEqual({ pageviews: COUNT - taken, events: 0 });
  expect(visits?.[0]?.views).toHaveLength(taken);
  expect(await store.stats(site, day, 0)).toEqual({ total_views: COUNT, unique_users: 1, paths: [] });
  await store.close();
});

test("a visitor's day of 5,000 long paths in one batch is whole", async () => {
  const store = await mongodbStore({ url: databases.fresh() });
  const events = Array.from({ length: 5000 }, (_, n) => view(n, { path: `/${n}/`.padEnd(2000, 'x') }));
  await followerOf(store).apply([entryOf(events.slice(0, 2500)), entryOf(events.slice(2500))]);
  const [one] = (await store.changes(0, 0, 1_000_000)).visitorDays;
  expect(one?.state.taken).toBe(5000);
  await store.close();
});

test('a browser is found by every name under which it was used, whatever came last', async () => {
  const url = databases.fresh();
  const store = await mongodbStore({ url });
  const log = followerOf(store);
  for (const [n, user_id] of ['anna', 'bert', 'carla'].entries()) {
    await log.apply([entryOf([view(n, { user_id, time: noon + n })])]);
  }
  // Whoever lets old events go by himself: the visits alone tell.
  await databases.client().db(databaseOf(url)).collection('event_groups').deleteMany({});
  await store.erase(0, { site, user_id: 'anna' }, Date.now() + 1000);
  expect((await store.stats(site, day, 10)).unique_users).toBe(0);
  await store.close();
});

test('many batches of one visitor merge as one does', async () => {
  const store = await mongodbStore({ url: databases.fresh() });
  const log = followerOf(store);
  for (let n = 0; n < 60; n++) await log.apply([entryOf([view(n, { time: noon + ((n * 7) % 60) * 600_000 })])]);
  await expectConsistent(store);
  await store.close();
});

test('text that is not well-formed is kept as well as can be, and stops nothing', async () => {
  const store = await mongodbStore({ url: databases.fresh() });
  const log = followerOf(store);
  const events = ['\ud800', '\udfff', 'a\ud800b'].map((text, n) =>
    view(n, { visitor: `u${text}`, user_id: text, path: text, title: text, hostname: text }),
  );
  const entries = [entryOf(events), entryOf(events.slice(0, 1), { site: 'a\ud800' })];
  expect(await log.apply(entries)).toMatchObject({ events: 4, duplicates: 0 });
  expect(await log.apply(entries)).toMatchObject({ events: 0, duplicates: 4 });
  await log.apply([entryOf(events.map((event, n) => ({ ...event, id: view(10 + n).id })))]);
  expect(await store.stats(site, day, 9)).toMatchObject({ total_views: 6, unique_users: 2 });
  await store.close();
});
