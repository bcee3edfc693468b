import assert from 'node:assert/strict';
import { opened } from './contract.ts';
import type { Case, Place } from './contract.ts';
import { NO_POSITION } from './ports.ts';
import type { Store } from './ports.ts';
import { randomOf, sampleEvents } from './sample.contract.ts';
import type { Follower } from './store-scene.contract.ts';
import { contentsOf, contentsOfReplica, expectConsistent, follow, newReplica } from './store-contents.contract.ts';
import { entriesOf, entryOf, followerOf, noon, site, view } from './store-scene.contract.ts';

/** `changes`: the feed that replicas follow. */
export const feedCases: Case<Place<Store>>[] = [
  {
    name: 'followed in small steps the feed comes to what reading all at once gives',
    run: (place) =>
      opened(place, async (store) => {
        await applyGroups(followerOf(store), 1, 12);
        for (const rowsMax of [1, 2, 7, 50, 100_000]) {
          const replica = newReplica();
          await follow(replica, store, rowsMax);
          assert.deepEqual(contentsOfReplica(replica), await contentsOf(store));
          assert.equal(replica.version, (await store.position(0)).version);
        }
        await expectConsistent(store);
      }),
  },
  {
    name: 'followed while batches are applied the feed misses nothing and repeats no event',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        const replicas = [1, 3, 20].map((rowsMax) => ({ rowsMax, replica: newReplica() }));
        for (let round = 1; round <= 6; round++) {
          const following = replicas.map(({ rowsMax, replica }) => follow(replica, store, rowsMax));
          await Promise.all([...following, applyGroups(log, round, 4)]);
        }
        for (const { rowsMax, replica } of replicas) {
          await follow(replica, store, rowsMax);
          assert.deepEqual(contentsOfReplica(replica), await contentsOf(store));
        }
      }),
  },
  {
    name: 'a step has at most rowsMax events and rowsMax visitor days',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        for (let n = 0; n < 20; n++) await log.apply([entryOf([view(n, { visitor: `v${n}` })])]);
        let version = 0;
        let steps = 0;
        for (;;) {
          const changes = await store.changes(0, version, 4);
          if (changes.version === version) break;
          assert.ok(changes.events.length <= 4 && changes.visitorDays.length <= 4);
          ({ version } = changes);
          steps += 1;
        }
        assert.ok(steps >= 5);
      }),
  },
  {
    name: 'a batch of more rows than rowsMax comes whole',
    run: (place) =>
      opened(place, async (store) => {
        const { position } = await followerOf(store).apply([entryOf(Array.from({ length: 30 }, (_, n) => view(n)))]);
        const changes = await store.changes(0, 0, 3);
        assert.equal(changes.events.length, 30);
        assert.equal(changes.version, position.version);
      }),
  },
  {
    name: "a visitor's day that changes again comes whole, as it is now",
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        const { position } = await log.apply([entryOf([view(1)])]);
        await log.apply([entryOf([view(2)])]);
        const { visitorDays, events } = await store.changes(0, position.version, 100);
        assert.deepEqual(
          visitorDays.map(({ state }) => state.visits[0]?.views.map(({ id }) => id)),
          [[view(1).id, view(2).id]],
        );
        assert.deepEqual(
          events.map(({ id }) => id),
          [view(2).id],
        );
      }),
  },
  {
    name: 'a batch that brought nothing new brings no event',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        const entry = entryOf([view(1)]);
        const { position } = await log.apply([entry]);
        const after = await log.apply([entry]);
        const { version, events } = await store.changes(0, position.version, 100);
        assert.deepEqual({ version, events }, { version: after.position.version, events: [] });
      }),
  },
  {
    name: 'each partition has a feed of its own',
    run: (place) =>
      opened(place, async (store) => {
        await followerOf(store, 0).apply([entryOf([view(1)])]);
        await followerOf(store, 1).apply([entryOf([view(2)], { site: 'example.org' })]);
        assert.deepEqual(
          (await contentsOf(store, 0)).events.map((event) => event.site),
          [site],
        );
        assert.deepEqual(
          (await contentsOf(store, 1)).events.map((event) => event.site),
          ['example.org'],
        );
      }),
  },
  {
    name: 'a replica goes on where it was after the store was closed and opened',
    async run(place) {
      const { position, replica } = await opened(place, async (store) => {
        const log = followerOf(store);
        const early = newReplica();
        await applyGroups(log, 1, 5);
        await follow(early, store, 3);
        await applyGroups(log, 2, 5);
        return { position: log.position, replica: early };
      });
      assert.notDeepEqual(position, NO_POSITION);
      await opened(place, async (store) => {
        await applyGroups(followerOf(store, 0, position), 3, 5);
        await follow(replica, store, 3);
        assert.deepEqual(contentsOfReplica(replica), await contentsOf(store));
      });
    },
  },
];

async function applyGroups(log: Follower, seed: number, groups: number): Promise<void> {
  const random = randomOf(seed);
  const events = sampleEvents(random, { count: 40, from: noon + 9 * 3_600_000, firstId: seed * 1000 });
  for (const group of Map.groupBy(events, () => random.below(groups)).values()) await log.apply(entriesOf(group));
}
