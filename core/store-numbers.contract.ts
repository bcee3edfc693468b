import assert from 'node:assert/strict';
import { ENGAGEMENT } from '../sdk/src/wire.ts';
import { opened } from './contract.ts';
import type { Case, Place } from './contract.ts';
import { daily } from './daily.contract.ts';
import type { LogEntry } from './event.ts';
import type { Store } from './ports.ts';
import { randomOf, sampleEvents } from './sample.contract.ts';
import { contentsOf, everythingOf, expectConsistent, expectExactly } from './store-contents.contract.ts';
import { day, distinct, entriesOf, entryOf, followerOf, noon, site, troubles, view } from './store-scene.contract.ts';

/** What the applied events come to: visits, `stats`, unique users. */
export const numberCases: Case<Place<Store>>[] = [
  {
    name: 'events without visitor are counted as events and page views, and are in no visit',
    run: (place) =>
      opened(place, async (store) => {
        const { visitor: _, ...nobody } = view(1);
        const entries = [entryOf([nobody, { ...nobody, id: view(2).id, name: 'signup' }, view(3)])];
        await followerOf(store).apply(entries);
        await expectExactly(store, distinct(entries));
        assert.deepEqual(await store.stats(site, day, 10), {
          total_views: 2,
          unique_users: 1,
          paths: [{ path: '/', views: 2 }],
        });
      }),
  },
  {
    name: 'unique users are the visitors with a page view or a custom event',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        const engaged = { name: ENGAGEMENT, view: view(9).id, engaged_ms: 5, depth: 5 };
        await log.apply([
          entryOf([
            view(1, { visitor: 'vAAAAAAAAAAA' }),
            view(2, { visitor: 'vAAAAAAAAAAA' }),
            view(3, { visitor: 'uanna', user_id: 'anna', name: 'signup' }),
            view(4, { visitor: 'vCCCCCCCCCCC', ...engaged }),
          ]),
        ]);
        assert.equal((await store.stats(site, day, 10)).unique_users, 2);
        await expectConsistent(store);
        await log.apply([entryOf([view(9, { visitor: 'vCCCCCCCCCCC' })])]);
        assert.equal((await store.stats(site, day, 10)).unique_users, 3);
        await expectConsistent(store);
      }),
  },
  {
    name: 'stats are by site and day, the most viewed paths first, then by path, at most as many as asked for',
    run: (place) =>
      opened(place, async (store) => {
        const paths = ['/b', '/c', '/a', '/c', '/d', '/B', '/c', '/d'];
        const events = paths.map((path, index) => view(index, { path }));
        const tomorrow = view(50, { day: day + 1 });
        await followerOf(store).apply([entryOf([...events, tomorrow]), entryOf([view(51)], { site: 'example.org' })]);
        const expected = [
          ['/c', 3],
          ['/d', 2],
          ['/B', 1],
          ['/a', 1],
          ['/b', 1],
        ].map(([path, views]) => ({ path, views }));
        assert.deepEqual(await store.stats(site, day, 10), { total_views: 8, unique_users: 1, paths: expected });
        assert.deepEqual((await store.stats(site, day, 3)).paths, expected.slice(0, 3));
        assert.equal((await store.stats(site, day + 1, 3)).total_views, 1);
        assert.equal((await store.stats('example.org', day, 3)).total_views, 1);
        assert.equal((await store.stats('example.net', day, 3)).total_views, 0);
      }),
  },
  {
    name: 'engagement that comes before its view waits for it, over batches and a restart',
    async run(place) {
      const late = view(2, { name: ENGAGEMENT, time: noon + 7_200_000, view: view(1).id, engaged_ms: 900, depth: 50 });
      const entries = [entryOf([late]), entryOf([view(1)])];
      const position = await opened(place, (store) => followerOf(store).apply(entries.slice(0, 1)));
      await opened(place, async (store) => {
        await followerOf(store, 0, position.position).apply(entries.slice(1));
        await expectExactly(store, distinct(entries));
        const [one] = (await contentsOf(store)).days;
        assert.equal(one?.state.visits[0]?.end, noon + 7_200_000);
        assert.deepEqual(one?.state.waiting, []);
      });
    },
  },
  ...daily([1, 2], [1, 2, 3, 4]).map((seed) => ({
    name: `any order, duplication and grouping of events gives what all at once gives (${seed})`,
    run: (place: Place<Store>) => opened(place, (store) => applyAtRandom(store, seed)),
  })),
  {
    name: 'all is still there after being closed and opened',
    async run(place) {
      const before = await opened(place, async (store) => {
        const log = followerOf(store);
        await log.apply(sampleEntries(7), troubles('1'));
        await store.documents.put('site', site, { id: site });
        return everythingOf(store);
      });
      await opened(place, async (store) => {
        assert.deepEqual(await everythingOf(store), before);
        await expectConsistent(store);
        const again = await followerOf(store, 0, before.position).apply(sampleEntries(7));
        assert.equal(again.events, 0);
      });
    },
  },
];

function sampleEntries(seed: number): LogEntry[] {
  const events = sampleEvents(randomOf(seed), { count: 60, from: noon + 9 * 3_600_000, firstId: seed * 1000 });
  return entriesOf(events);
}

/** Single events and small batches of two partitions, shuffled, many of them twice. */

async function applyAtRandom(store: Store, seed: number): Promise<void> {
  const random = randomOf(seed);
  const from = noon + 9 * 3_600_000;
  const sites = [
    { log: followerOf(store, 0), name: 'example.com', entries: [] as LogEntry[] },
    { log: followerOf(store, 0), name: 'example.org', entries: [] as LogEntry[] },
    { log: followerOf(store, 1), name: 'example.net', entries: [] as LogEntry[] },
  ];
  const [first, second] = sites;
  if (first && second) second.log = first.log;
  const pending = sites.flatMap((one, index) => {
    const events = sampleEvents(random, { count: 60, from, firstId: 1000 * index });
    const groups = events
      .concat(events.filter(() => random.chance(0.4)))
      .map((event) => ({ event, group: random.below(40) }));
    return [...Map.groupBy(random.shuffle(groups), ({ group }) => group).values()].map((group) => ({ one, group }));
  });
  for (const { one, group } of random.shuffle(pending)) {
    const entries = entriesOf(group.map(({ event }) => event)).map((entry) => ({ ...entry, site: one.name }));
    one.entries.push(...entries);
    await one.log.apply(entries);
  }
  await expectExactly(store, distinct([...(first?.entries ?? []), ...(second?.entries ?? [])]), 0);
  await expectExactly(store, distinct(sites[2]?.entries ?? []), 1);
}
