import assert from 'node:assert/strict';
import { opened } from './contract.ts';
import type { Case, Place } from './contract.ts';
import { NO_POSITION } from './ports.ts';
import type { Store } from './ports.ts';
import { contentsOf, everythingOf, expectConsistent, expectExactly } from './store-contents.contract.ts';
import { NOTHING, day, distinct, entryOf, followerOf, noon, site, troubles, view } from './store-scene.contract.ts';

/** `apply` and `position`: all of a batch, once, or nothing. */
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
];
