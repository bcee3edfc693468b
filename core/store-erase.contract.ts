import assert from 'node:assert/strict';
import { opened } from './contract.ts';
import type { Case, Place } from './contract.ts';
import type { Event } from './event.ts';
import type { Store } from './ports.ts';
import {
  contentsOf,
  contentsOfReplica,
  expectConsistent,
  expectExactly,
  follow,
  newReplica,
  plain,
} from './store-contents.contract.ts';
import { day, distinct, entryOf, followerOf, noon, site, stored, view } from './store-scene.contract.ts';

/** `erase`: a person goes, and does not come back by what was queued. */
export const eraseCases: Case<Place<Store>>[] = [
  {
    name: 'erasing removes what a person did under their own key, and nothing else',
    run: (place) =>
      opened(place, async (store) => {
        const stay = entryOf([view(1), view(2, named('bert'))]);
        const elsewhere = entryOf([view(3, named('anna'))], { site: 'example.org' });
        const gone = entryOf([view(4, named('anna')), view(5, { ...named('anna'), day: day + 1, path: '/b' })]);
        await followerOf(store).apply([stay, elsewhere, gone]);
        assert.equal(await store.erase(0, { site, user_id: 'anna' }, soon()), 2);
        await expectExactly(store, distinct([stay, elsewhere]));
        assert.equal((await store.stats(site, day + 1, 10)).total_views, 0);
        assert.equal((await store.stats(site, day + 1, 10)).unique_users, 0);
        assert.equal(await store.erase(0, { site, user_id: 'anna' }, soon()), 0);
      }),
  },
  {
    name: 'erasing removes the visits of browsers that carried the user_id, with what they did before the login',
    run: (place) =>
      opened(place, async (store) => {
        const stay = entryOf([view(1, { visitor: 'vBBBBBBBBBBB' })]);
        const gone = [view(2), view(3, { user_id: 'anna', name: 'login' }), view(4, { time: noon + 300_000 })];
        await followerOf(store).apply([stay, entryOf(gone)]);
        assert.equal(await store.erase(0, { site, user_id: 'anna' }, soon()), 3);
        await expectExactly(store, distinct([stay]));
      }),
  },
  {
    name: 'erasing finds a user_id that another one in the same visit has covered',
    run: (place) =>
      opened(place, async (store) => {
        const entry = entryOf([view(1, { user_id: 'anna' }), view(2, { user_id: 'bert', time: noon + 300_000 })]);
        await followerOf(store).apply([entry, entryOf([view(3, { visitor: 'vBBBBBBBBBBB' })])]);
        assert.ok((await store.erase(0, { site, user_id: 'anna' }, soon())) >= 1);
        await expectConsistent(store);
        const { events } = await contentsOf(store);
        assert.deepEqual(
          events.filter((event) => event.user_id === 'anna'),
          [],
        );
        assert.ok(events.some((event) => event.id === view(3).id));
      }),
  },
  {
    name: 'what was queued before stays out, and is counted; what comes later comes in',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        const known = entryOf([view(1, named('anna')), view(2)]);
        await log.apply([known]);
        const before = Date.now() - 1000;
        await store.erase(0, { site, user_id: 'anna' }, soon());
        log.position = await store.position(0);
        const queued = entryOf([
          view(3, { ...named('anna'), time: before }),
          view(4, { user_id: 'anna', visitor: 'vCCCCCCCCCCC', time: before }),
          view(5, { visitor: 'vCCCCCCCCCCC', time: before }),
        ]);
        const applied = await log.apply([queued]);
        assert.deepEqual([applied.events, applied.erased], [1, 2]);
        assert.equal((await log.apply([known, queued])).events, 0);
        const later = entryOf([view(6, { ...named('anna'), time: Date.now() + 60_000 })]);
        assert.equal((await log.apply([later])).events, 1);
        await expectExactly(store, [
          ...known.events.slice(1).map((event) => stored(event, known)),
          ...queued.events.slice(2).map((event) => stored(event, queued)),
          ...later.events.map((event) => stored(event, later)),
        ]);
      }),
  },
  {
    name: 'an erasure counts before anything of the site was applied, and after the store was closed and opened',
    async run(place) {
      const before = Date.now() - 1000;
      const queued = entryOf([view(1, { ...named('anna'), time: before }), view(2, { time: before })]);
      await opened(place, (store) => store.erase(0, { site, user_id: 'anna' }, soon()));
      await opened(place, async (store) => {
        const applied = await followerOf(store, 0, await store.position(0)).apply([queued]);
        assert.deepEqual([applied.events, applied.erased], [1, 1]);
        await expectConsistent(store);
      });
    },
  },
  {
    name: 'a batch that was read before the erasure does not bring the person back',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        await log.apply([entryOf([view(1, named('anna'))])]);
        const inFlight = log.batch([entryOf([view(2, { ...named('anna'), time: Date.now() - 1000 })])]);
        await store.erase(0, { site, user_id: 'anna' }, soon());
        const applied = await store.apply(inFlight);
        if (applied.fenced) await store.apply({ ...inFlight, from: await store.position(0) });
        await expectExactly(store, []);
      }),
  },
  {
    name: 'a replica that follows the feed loses the person, too',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        const replica = newReplica();
        await log.apply([entryOf([view(1, named('anna')), view(2), view(3, { visitor: 'vBBBBBBBBBBB' })])]);
        await follow(replica, store, 1);
        await log.apply([entryOf([view(4, { user_id: 'anna' })])]);
        await follow(replica, store, 1);
        await store.erase(0, { site, user_id: 'anna' }, soon());
        const { erasures } = await store.changes(0, replica.version, 100);
        assert.ok(erasures.some((erasure) => erasure.site === site && erasure.user_id === 'anna'));
        await follow(replica, store, 1);
        assert.deepEqual(contentsOfReplica(replica), await contentsOf(store));
        assert.equal(replica.events.size, 1);
      }),
  },
  {
    name: 'a replica loses the person also if it never saw by whom a browser was used',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        const replica = newReplica();
        await log.apply([entryOf([view(1), view(2, { visitor: 'vBBBBBBBBBBB' })])]);
        await follow(replica, store);
        await log.apply([entryOf([view(3, { user_id: 'anna' })])]);
        await store.erase(0, { site, user_id: 'anna' }, soon());
        log.position = await store.position(0);
        await log.apply([entryOf([view(4, { time: Date.now() + 60_000 })])]);
        await follow(replica, store);
        assert.deepEqual(contentsOfReplica(replica), await contentsOf(store));
      }),
  },
  {
    name: 'erasing a whole site removes all of it with its counts of refused events, and nothing of another one',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        const replica = newReplica();
        const refused = [{ day, reason: 'bot', count: 2 }];
        const gone = entryOf([view(1, named('anna')), view(2, { day: day + 1 })], { refused });
        const other = entryOf([view(3, named('anna')), view(4)], { site: 'example.org', refused });
        await log.apply([gone, other, entryOf([view(5, { visitor: undefined })])]);
        await follow(replica, store);
        assert.equal(await store.erase(0, { site }, soon()), 3);
        const { erasures } = await store.changes(0, replica.version, 100);
        assert.deepEqual(erasures.map(plain), [{ site }]);
        await follow(replica, store);
        assert.deepEqual(contentsOfReplica(replica), await contentsOf(store));
        await expectExactly(store, distinct([other]));
        const nothing = { total_views: 0, unique_users: 0, paths: [] };
        assert.deepEqual([await store.stats(site, day, 10), await store.stats(site, day + 1, 10)], [nothing, nothing]);
        const counts = await store.documents.list('refused');
        assert.deepEqual(
          counts.map(({ value }) => (value as { site: string }).site),
          ['example.org'],
        );
      }),
  },
  {
    name: 'what was received for a site before it was erased stays out; what is received later comes in, however old',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        await log.apply([entryOf([view(1)])]);
        const queued = entryOf([view(2), view(3, { time: Date.now() + 60_000 })], { received: Date.now() - 1000 });
        const inFlight = log.batch([queued]);
        await store.erase(0, { site }, soon());
        log.position = await store.position(0);
        assert.equal((await store.apply(inFlight)).fenced, true);
        const applied = await log.apply([queued]);
        assert.deepEqual([applied.events, applied.erased], [0, 2]);
        const later = entryOf([view(4, { time: noon - 86_400_000, day: day - 1 })], { received: Date.now() + 60_000 });
        assert.equal((await log.apply([later])).events, 1);
        await expectExactly(store, distinct([later]));
      }),
  },
  {
    name: 'a person whose key looks like the name of one who was erased stays',
    run: (place) =>
      opened(place, async (store) => {
        await store.erase(0, { site, user_id: 'anna' }, soon());
        const others = ['ser|anna', '=anna', 'nna', ''];
        const entry = entryOf(others.map((user, n) => view(n + 1, { ...named(user), time: Date.now() - 1000 })));
        const log = followerOf(store, 0, await store.position(0));
        assert.equal((await log.apply([entry])).events, others.length);
      }),
  },
  {
    name: 'names that look alike are other people',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        const others = ['anna2', 'Anna', 'anna ', 'ser|anna', 'user|anna', '%', 'ann_', '*', "anna' OR '1'='1"];
        const entry = entryOf(others.map((user, n) => view(n + 1, { ...named(user), time: Date.now() - 1000 })));
        const half = { ...entry, events: entry.events.slice(0, 4) };
        await log.apply([half]);
        assert.equal(await store.erase(0, { site, user_id: 'anna' }, soon()), 0);
        assert.equal(await store.erase(0, { site, user_id: 'anna%' }, soon()), 0);
        log.position = await store.position(0);
        assert.equal((await log.apply([entry])).events, others.length - 4);
        await expectExactly(store, distinct([entry]));
      }),
  },
];

function named(user_id: string): Partial<Event> {
  return { visitor: `u${user_id}`, user_id };
}

/** Long enough for a tombstone to outlive the case. */
function soon(): number {
  return Date.now() + 7 * 24 * 60 * 60 * 1000;
}
