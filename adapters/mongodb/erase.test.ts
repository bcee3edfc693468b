import { describe, expect, test } from 'vitest';
import {
  contentsOfReplica,
  contentsOf,
  expectExactly,
  follow,
  newReplica,
} from '../../core/store-contents.contract.ts';
import { day, distinct, entryOf, followerOf, site, stored, view } from '../../core/store-scene.contract.ts';
import { databaseOf } from './client.ts';
import { withMongod } from './databases.contract.ts';
import { mongodbStore } from './store.ts';

const databases = withMongod();
const soon = (): number => Date.now() + 3_600_000;
const anna = { visitor: 'uanna', user_id: 'anna' };

describe('an erasure of more than one transaction holds', () => {
  test('of a person, on many days and under many browsers', async () => {
    const store = await mongodbStore({ url: databases.fresh() });
    const log = followerOf(store);
    // A group of events a day: 220 groups. And 1,200 browsers on one day.
    const entries = Array.from({ length: 220 }, (_, n) =>
      entryOf([
        view(n * 10, { ...anna, path: `/${n % 3}`, day: day + n }),
        view(n * 10 + 1, { visitor: `v${n}`, day: day + n }),
      ]),
    );
    await log.apply(entries);
    const browsers = Array.from({ length: 1200 }, (_, n) => view(10_000 + n, { visitor: `vB${n}`, user_id: 'anna' }));
    await log.apply([entryOf(browsers)]);
    const replica = newReplica();
    await follow(replica, store);
    expect(await store.erase(0, { site, user_id: 'anna' }, soon())).toBe(220 + 1200);
    const left = entries.flatMap((entry) => entry.events.slice(1).map((event) => stored(event, entry)));
    await expectExactly(store, left);
    await follow(replica, store);
    expect(contentsOfReplica(replica)).toEqual(await contentsOf(store));
    await store.close();
  });

  test('of a site', async () => {
    const store = await mongodbStore({ url: databases.fresh() });
    const log = followerOf(store);
    const events = Array.from({ length: 1100 }, (_, n) =>
      view(n, { visitor: `v${n}`, path: `/${n}`, day: 20_000 + n }),
    );
    const other = entryOf([view(1)], { site: 'example.org' });
    await log.apply([entryOf(events), other]);
    const replica = newReplica();
    await follow(replica, store);
    expect(await store.erase(0, { site }, soon())).toBe(1100);
    await expectExactly(store, distinct([other]));
    await follow(replica, store);
    expect(contentsOfReplica(replica)).toEqual(await contentsOf(store));
    expect((await store.stats(site, 20_001, 10)).total_views).toBe(0);
    await store.close();
  });
});

test('nothing of an erased site is left anywhere but its ids and the word of its erasure', async () => {
  const url = databases.fresh();
  const store = await mongodbStore({ url });
  const refused = [{ day: 1, reason: 'bot', count: 1 }];
  await followerOf(store, 2).apply([entryOf([view(1, anna), view(2)], { refused })]);
  await store.erase(2, { site }, soon());
  const db = databases.client().db(databaseOf(url));
  const found: string[] = [];
  for (const { name } of await db.listCollections({ type: 'collection' }).toArray()) {
    const text = JSON.stringify(await db.collection(name).find().toArray());
    if (text.includes(site) || text.includes('anna')) found.push(name);
  }
  expect(found.sort()).toEqual(['erasures', 'ids']);
  await store.close();
});
