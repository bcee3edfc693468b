import assert from 'node:assert/strict';
import { PAGEVIEW } from '../sdk/src/wire.ts';
import { opened } from './contract.ts';
import type { Case, Place } from './contract.ts';
import type { Event } from './event.ts';
import type { Old, Store } from './ports.ts';
import { contentsOf, expectConsistent, expectExactly, plain } from './store-contents.contract.ts';
import { day, distinct, entryOf, followerOf, noon, site, view } from './store-scene.contract.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** `forget`: what a site does not keep any longer goes, and nothing else. */
export const forgetCases: Case<Place<Store>>[] = [
  {
    name: 'raw events of old days go, their visits and numbers stay',
    run: (place) =>
      opened(place, async (store) => {
        const entries = [entryOf([before(1, 1), before(1, 2, { name: 'signup' }), before(2, 3), view(4)])];
        await followerOf(store).apply(entries);
        const { days } = await contentsOf(store);
        const numbers = await store.stats(site, day - 1, 10);
        assert.equal(await store.forget(0, old({ eventsBefore: day })), 3);
        const left = await contentsOf(store);
        assert.deepEqual(left.days, days);
        assert.deepEqual(
          left.events.map(({ id }) => id),
          [view(4).id],
        );
        assert.deepEqual(await store.stats(site, day - 1, 10), numbers);
        assert.equal(await store.forget(0, old({ eventsBefore: day })), 0);
      }),
  },
  {
    name: 'visits and numbers of old days go with their raw events; other sites and days stay',
    run: (place) =>
      opened(place, async (store) => {
        const stay = [
          entryOf([view(1), before(1, 2)]),
          entryOf([before(9, 3)], { site: 'example.org' }),
          entryOf([before(1, 4, { visitor: undefined })]),
        ];
        const gone = entryOf([before(2, 5), before(9, 6, { visitor: 'ubert', user_id: 'bert' }), before(9, 7)]);
        await followerOf(store).apply([...stay, gone]);
        assert.equal(await store.forget(0, old({ eventsBefore: day - 1, visitsBefore: day - 1 })), 6);
        await expectExactly(store, distinct(stay));
        for (const closed of [day - 2, day - 9]) {
          assert.deepEqual(await store.stats(site, closed, 10), { total_views: 0, unique_users: 0, paths: [] });
        }
      }),
  },
  {
    name: 'an event that follows merges into a visit whose raw events are gone',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        await log.apply([entryOf([before(1, 1), before(1, 2, { path: '/b' })])]);
        await store.forget(0, old({ eventsBefore: day }));
        await log.apply([entryOf([before(1, 3, { name: 'signup' })])]);
        const { days } = await contentsOf(store);
        assert.equal(days[0]?.state.taken, 3);
        assert.equal(days[0]?.state.visits.length, 1);
        assert.equal((await store.stats(site, day - 1, 10)).total_views, 2);
        assert.equal((await log.apply([entryOf([before(1, 1)])])).duplicates, 1);
      }),
  },
  {
    name: 'what comes for a day that was forgotten goes with the next time',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        const stay = entryOf([view(1)]);
        await log.apply([stay, entryOf([before(3, 2)])]);
        const all = old({ eventsBefore: day - 2, visitsBefore: day - 2 });
        await store.forget(0, all);
        await log.apply([entryOf([before(3, 3)])]);
        assert.equal(await store.forget(0, all), 2);
        await expectExactly(store, distinct([stay]));
      }),
  },
  {
    name: 'more than one portion goes, and after the store was closed and opened',
    async run(place) {
      const many = Array.from({ length: 2500 }, (_, n) =>
        before(1 + (n % 5), 10 + n, { visitor: `v${String(n).padStart(11, '0')}`, path: `/${n % 90}` }),
      );
      const stay = entryOf([view(1), view(2, { visitor: undefined })]);
      await opened(place, async (store) => {
        const log = followerOf(store);
        for (let from = 0; from < many.length; from += 500) await log.apply([entryOf(many.slice(from, from + 500))]);
        await log.apply([stay]);
      });
      await opened(place, async (store) => {
        // Of each its event and its visitor's day.
        assert.equal(await store.forget(0, old({ eventsBefore: day, visitsBefore: day })), 2 * many.length);
        await expectExactly(store, distinct([stay]));
      });
      await opened(place, async (store) => {
        await expectConsistent(store);
        assert.equal(await store.forget(0, old({ eventsBefore: day, visitsBefore: day })), 0);
      });
    },
  },
  {
    name: 'a site that the store does not know has nothing to forget',
    run: (place) =>
      opened(place, async (store) => {
        const stay = entryOf([before(5, 1)]);
        await followerOf(store).apply([stay]);
        const other = { ...old({ eventsBefore: day, visitsBefore: day }), site: 'example.org' };
        assert.equal(await store.forget(0, other), 0);
        await expectExactly(store, distinct([stay]));
        assert.deepEqual(plain(await store.position(0)).version, 1);
      }),
  },
];

/** A page view so many days before the cases' day. */
function before(days: number, n: number, more: Partial<Event> = {}): Event {
  return view(n, { name: PAGEVIEW, time: noon - days * DAY_MS, day: day - days, ...more });
}

function old({ eventsBefore, visitsBefore = 0 }: { eventsBefore: number; visitsBefore?: number }): Old {
  return { site, eventsBefore, eventsFrom: eventsBefore * DAY_MS, visitsBefore };
}
