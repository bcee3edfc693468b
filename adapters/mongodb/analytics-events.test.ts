import { expect, test } from 'vitest';
import { entryOf, followerOf, view } from '../../core/store-scene.contract.ts';
import { withMongod } from './databases.contract.ts';
import { mongodbStore } from './store.ts';

const databases = withMongod();

const PARTITION = 5;
const time = Date.parse('2025-11-26T12:00:00Z');
const when = { time, day: Math.floor(time / 86_400_000) };
const track = { door: 'track' as const, site: 'shop' };
const anna = { ...when, visitor: 'uanna', user_id: 'anna' };

/** A store, its log, and the second seed's collection. */
async function open(url = databases.fresh()) {
  const store = await mongodbStore({ url });
  const log = followerOf(store, PARTITION, await store.position(PARTITION));
  const db = databases.client().db(new URL(url).pathname.slice(1));
  const analytics = db.collection('analytics_events');
  const ids = async (): Promise<string[]> =>
    (await analytics.find().toArray()).map(({ event_id }) => String(event_id)).sort();
  return { url, store, log, db, analytics, ids };
}

test("holds the seed's fields, of what came by its door alone, and once", async () => {
  const { store, log, analytics } = await open();
  const page = view(1, { ...anna, path: '/', acquisition: { referrer: 'google' } });
  const signup = view(2, {
    ...when,
    name: 'signup',
    visitor: undefined,
    props: [
      ['plan', 'pro'],
      ['a.b', 1],
      ['$c', true],
      ['__proto__', 'x'],
    ],
  });
  await log.apply([entryOf([page, signup], track), entryOf([view(3, when)], { site: 'shop' })]);
  await log.apply([entryOf([page], track), entryOf([{ ...page, path: '/other' }], track)]);
  const found = await analytics
    .find({}, { projection: { _id: 0 } })
    .sort({ event_id: 1 })
    .toArray();
  expect(found).toEqual([
    {
      partition: PARTITION,
      site_id: 'shop',
      event_id: page.id,
      event_type: 'page_view',
      user_id: 'anna',
      props: { url: '/', referrer: 'google' },
      timestamp: new Date(time),
    },
    {
      partition: PARTITION,
      site_id: 'shop',
      event_id: signup.id,
      event_type: 'signup',
      props: { url: signup.path, plan: 'pro', 'a.b': 1, $c: true, ['__proto__']: 'x' },
      timestamp: new Date(time),
    },
  ]);
  await store.close();
});

test('its documented indexes are there, and serve', async () => {
  const { store, log, analytics } = await open();
  await log.apply([entryOf([view(1, anna)], track)]);
  expect((await analytics.indexes()).map(({ key }) => key)).toEqual(
    expect.arrayContaining([{ event_type: 1 }, { user_id: 1 }, { timestamp: -1 }]),
  );
  for (const asked of [{ event_type: 'page_view' }, { user_id: 'anna' }, { timestamp: { $gte: new Date(0) } }]) {
    const plan = JSON.stringify(await analytics.find(asked).explain());
    expect(plan).toMatch(/"IXSCAN"/);
    expect(plan).not.toMatch(/"COLLSCAN"/);
  }
  await store.close();
});

test('an erasure takes a person out, or a site', async () => {
  const { store, log, ids } = await open();
  const many = Array.from({ length: 1200 }, (_, n) => view(n, anna));
  const [bert, other] = [view(2001, { ...when, visitor: 'ubert', user_id: 'bert' }), view(2002, anna)];
  await log.apply([entryOf(many, track), entryOf([bert], track), entryOf([other], { ...track, site: 'another' })]);
  await store.erase(PARTITION, { site: 'shop', user_id: 'anna' }, Date.now() + 1000);
  expect(await ids()).toEqual([bert.id, other.id].sort());
  await store.erase(PARTITION, { site: 'shop' }, Date.now() + 1000);
  expect(await ids()).toEqual([other.id]);
  await store.close();
});

test('where it was a view it becomes a collection', async () => {
  const { store, url, db } = await open();
  await store.close();
  await db.dropCollection('analytics_events');
  await db.createCollection('analytics_events', { viewOn: 'event_groups', pipeline: [] });
  await db.collection('footfall').updateOne({}, { $set: { version: 1 } });
  const again = await open(url);
  await again.log.apply([entryOf([view(1, anna)], track)]);
  expect(await again.ids()).toHaveLength(1);
  expect((await db.collection('footfall').findOne())?.version).toBe(2);
  await again.store.close();
});
