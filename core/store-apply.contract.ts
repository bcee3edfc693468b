import assert from 'node:assert/strict';
import { ENGAGEMENT } from '../sdk/src/wire.ts';
import { opened } from './contract.ts';
import type { Case, Place } from './contract.ts';
import type { LogEntry } from './event.ts';
import { NO_POSITION } from './ports.ts';
import type { Batch, Store } from './ports.ts';
import { randomOf, sampleEvents } from './sample.contract.ts';
import {
  contentsOf,
  day,
  distinct,
  entriesOf,
  entryOf,
  expectConsistent,
  expectExactly,
  followerOf,
  noon,
  site,
  view,
} from './store-scene.contract.ts';

/** `apply`, `position` and `stats`: all of a batch, once, or nothing. */
export const applyCases: Case<Place<Store>>[] = [
  {
    name: 'an untouched partition has no position, no changes and no numbers',
    run: (place) =>
      opened(place, async (store) => {
        assert.deepEqual(await store.position(0), NO_POSITION);
        assert.deepEqual(await store.changes(0, 0, 10), { version: 0, events: [], visitorDays: [], erasures: [] });
        assert.deepEqual(await store.stats(site, day, 10), { total_views: 0, unique_users: 0, paths: [] });
      }),
  },
  {
    name: 'apply writes what the entries say and moves the position of its partition only',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        const entries = [entryOf([view(1), view(2, { path: '/b' })], { context: { browser: 'Firefox' } })];
        const applied = await log.apply(entries);
        assert.deepEqual(applied, { fenced: false, position: log.position, ...NOTHING, events: 2 });
        await expectExactly(store, distinct(entries));
        assert.deepEqual(await store.position(1), NO_POSITION);
        assert.equal((await store.changes(1, 0, 10)).version, 0);
      }),
  },
  {
    name: 'an empty batch moves the position, too',
    run: (place) =>
      opened(place, async (store) => {
        const applied = await followerOf(store).apply([]);
        assert.deepEqual(applied, { fenced: false, position: applied.position, ...NOTHING });
        await expectExactly(store, []);
      }),
  },
  {
    name: 'the same batch again is fenced and changes nothing',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        await log.apply([entryOf([view(1)])]);
        const batch = log.batch([entryOf([view(2)], { refused: [{ day, reason: 'bot', count: 2 }] })], troubles('1'));
        await store.apply(batch);
        const before = await everythingOf(store);
        assert.deepEqual(await store.apply(batch), { fenced: true });
        assert.deepEqual(await everythingOf(store), before);
      }),
  },
  {
    name: 'a zombie, whose position is an old one, is fenced and changes nothing',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        const first = log.batch([entryOf([view(1)])]);
        await log.apply([entryOf([view(2)])]);
        const second = log.batch([entryOf([view(3)], { refused: [{ day, reason: 'bot', count: 1 }] })], troubles('2'));
        await log.apply([entryOf([view(4)])]);
        const before = await everythingOf(store);
        assert.deepEqual(await store.apply(first), { fenced: true });
        assert.deepEqual(await store.apply(second), { fenced: true });
        assert.deepEqual(await everythingOf(store), before);
        assert.equal((await log.apply([entryOf([view(3)])])).events, 1);
      }),
  },
  {
    name: 'a position is the same only if log, offset and version are',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        await log.apply([entryOf([view(1)])]);
        const before = await everythingOf(store);
        const wrong = [
          NO_POSITION,
          { ...log.position, incarnation: 'log-2' },
          { ...log.position, offset: '77' },
          { ...log.position, version: log.position.version - 1 },
          { ...log.position, version: log.position.version + 1 },
        ];
        for (const from of wrong) {
          assert.deepEqual(await store.apply(log.batch([entryOf([view(2)])], { from })), { fenced: true });
        }
        assert.deepEqual(await everythingOf(store), before);
      }),
  },
  {
    name: 'the version grows also when the position comes back to where it was',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        await log.apply([entryOf([view(1)])]);
        const old = log.batch([entryOf([view(2)])]);
        await log.apply([], { to: { incarnation: 'log-2', offset: '9' } });
        await log.apply([], { to: { incarnation: old.from.incarnation, offset: old.from.offset } });
        assert.deepEqual(await store.apply(old), { fenced: true });
        await expectConsistent(store);
        assert.equal((await contentsOf(store)).events.length, 1);
      }),
  },
  {
    name: 'of racing applies exactly one wins',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        for (let round = 0; round < 5; round++) {
          const batches = [1, 2, 3].map((n) => log.batch([entryOf([view(round * 10 + n)])], { from: log.position }));
          const answers = await Promise.all(batches.map((batch) => store.apply(batch)));
          const won = answers.filter((answer) => !answer.fenced);
          assert.equal(won.length, 1);
          log.position = await store.position(0);
          assert.deepEqual(won[0], { fenced: false, position: log.position, ...NOTHING, events: 1 });
        }
        assert.equal((await contentsOf(store)).events.length, 5);
        await expectConsistent(store);
      }),
  },
  {
    name: 'an id counts once: within an entry, within a batch, in later batches, when the log is read again',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        const entries = [entryOf([view(1), view(1), view(2)]), entryOf([view(2), view(3)])];
        assert.deepEqual(await log.apply(entries), {
          fenced: false,
          position: log.position,
          ...NOTHING,
          events: 3,
          duplicates: 2,
        });
        assert.deepEqual(await log.apply([entryOf([view(3), view(4)])]), {
          fenced: false,
          position: log.position,
          ...NOTHING,
          events: 1,
          duplicates: 1,
        });
        const again = await log.apply(entries, { to: { incarnation: 'log-2', offset: '2' } });
        assert.deepEqual(again, { fenced: false, position: log.position, ...NOTHING, duplicates: 5 });
        await expectExactly(store, distinct([entryOf([view(1), view(2), view(3), view(4)])]));
      }),
  },
  {
    name: 'a retry may say another time and visitor: the first counts, and that is no conflict',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        const first = entryOf([view(1)]);
        await log.apply([first]);
        const retry = view(1, { time: noon + 90_000, visitor: 'vBBBBBBBBBBB' });
        assert.deepEqual(await log.apply([entryOf([retry])]), {
          fenced: false,
          position: log.position,
          ...NOTHING,
          duplicates: 1,
        });
        await expectExactly(store, distinct([first]));
      }),
  },
  {
    name: 'the same id with other content is a conflict, and the first in the log wins',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        const first = entryOf([view(1, { path: '/first' }), view(1, { path: '/second' })]);
        const conflict = { ...NOTHING, duplicates: 1, conflicts: 1 };
        assert.deepEqual(await log.apply([first]), { fenced: false, position: log.position, ...conflict, events: 1 });
        const third = entryOf([view(1, { path: '/third' })]);
        assert.deepEqual(await log.apply([third]), { fenced: false, position: log.position, ...conflict });
        await expectExactly(store, distinct([first]));
      }),
  },
  {
    name: 'the same id at another site is another event',
    run: (place) =>
      opened(place, async (store) => {
        const entries = [entryOf([view(1)]), entryOf([view(1)], { site: 'example.org' })];
        assert.equal((await followerOf(store).apply(entries)).events, 2);
        await expectExactly(store, distinct(entries));
      }),
  },
  {
    name: 'ids are known for 7 days at least',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        const entry = entryOf([view(1)]);
        const now = Date.now();
        await store.sweep(now);
        await log.apply([entry]);
        for (let days = 1; days <= 7; days++) await store.sweep(now + days * 24 * 60 * 60 * 1000);
        assert.equal((await log.apply([entry])).duplicates, 1);
        await expectExactly(store, distinct([entry]));
      }),
  },
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
  ...[1, 2, 3, 4].map((seed) => ({
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

const NOTHING = { events: 0, duplicates: 0, conflicts: 0, erased: 0 };

/** What is no event of a batch, to see that it is written once. */
function troubles(offset: string): Pick<Batch, 'quarantine' | 'loss'> {
  return {
    quarantine: [{ offset, reason: 'not JSON', body: '{' }],
    loss: { kind: 'gap', detail: 'entries are missing' },
  };
}

async function everythingOf(store: Store) {
  const kinds = ['quarantine', 'loss', 'refused', 'site'];
  return {
    position: await store.position(0),
    contents: await contentsOf(store),
    stats: await store.stats(site, day, 100),
    documents: await Promise.all(kinds.map((kind) => store.documents.list(kind))),
  };
}

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
