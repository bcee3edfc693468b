import { describe, expect, test } from 'vitest';
import type { Event } from '../../core/event.ts';
import { contentsOf } from '../../core/store-contents.contract.ts';
import { entryOf, followerOf, view } from '../../core/store-scene.contract.ts';
import { withMongod } from './databases.contract.ts';
import { mongodbStore } from './store.ts';

const databases = withMongod();

/** Applies events of the first seed's site, and answers what its collections hold. */
async function seedOf(...events: Event[]) {
  const url = databases.fresh();
  const store = await mongodbStore({ url });
  await followerOf(store, 5).apply([entryOf(events, { site: 'site-abc-123' })]);
  const db = databases.client().db(new URL(url).pathname.slice(1));
  const asked = { site_id: 'site-abc-123', date: '2025-11-12' };
  const read = (name: string) => db.collection(name).find(asked).toArray();
  const answer = {
    events: await read('events'),
    stats: await read('stats'),
    unique_users: await read('unique_users'),
    contents: await contentsOf(store, 5),
    plans: await Promise.all(
      ['events', 'stats', 'unique_users'].map(async (name) =>
        JSON.stringify(await db.collection(name).find(asked).explain()),
      ),
    ),
  };
  await store.close();
  return answer;
}

const time = Date.parse('2025-11-12T19:30:01Z');
const seed = { time, day: Math.floor(time / 86_400_000) };
const user = { visitor: 'uuser-xyz-789', user_id: 'user-xyz-789' };

describe("the first seed's collections", () => {
  test('hold the documented fields of the example', async () => {
    const event = view(1, { ...seed, ...user, path: '/pricing', acquisition: { referrer: 'google' } });
    const { events, stats, unique_users } = await seedOf(event);
    expect(events).toMatchObject([
      {
        event_id: event.id,
        site_id: 'site-abc-123',
        event_type: 'page_view',
        path: '/pricing',
        user_id: 'user-xyz-789',
        timestamp: new Date(time),
        date: '2025-11-12',
      },
    ]);
    expect(stats).toEqual([{ site_id: 'site-abc-123', date: '2025-11-12', total_views: 1, paths: { '/pricing': 1 } }]);
    expect(unique_users).toEqual([
      { site_id: 'site-abc-123', date: '2025-11-12', user_id: 'user-xyz-789', first_seen: new Date(time) },
    ]);
  });

  test('are asked for a day by an index', async () => {
    const { plans } = await seedOf(view(1, seed));
    for (const plan of plans) {
      expect(plan).toMatch(/"IXSCAN"/);
      expect(plan).not.toMatch(/"COLLSCAN"/);
    }
  });

  test('tell each user once, by the first event, and none of whom only engagement is known', async () => {
    const engaged = { name: 'engagement', view: view(9).id, engaged_ms: 5, depth: 5, visitor: 'vCCCCCCCCCCC' };
    const { unique_users } = await seedOf(
      view(1, { ...seed, ...user, time: time + 60_000 }),
      view(2, { ...seed, ...user, name: 'signup' }),
      view(3, { ...seed, ...engaged }),
      view(4, { ...seed, visitor: undefined }),
      view(5, seed),
    );
    expect(unique_users.map(({ user_id, first_seen }): unknown[] => [user_id, first_seen])).toEqual(
      expect.arrayContaining([
        ['user-xyz-789', new Date(time)],
        ['AAAAAAAAAAA', new Date(time)],
      ]),
    );
    expect(unique_users).toHaveLength(2);
  });

  test('a custom event that is called as the seeds call a page view stays one', async () => {
    const { events, stats, contents } = await seedOf(view(1, seed), view(2, { ...seed, name: 'page_view' }));
    expect(events.map((event) => event.event_type as string)).toEqual(['page_view', 'page_view']);
    expect(stats[0]?.total_views).toBe(1);
    expect(contents.events.map(({ name }) => name)).toEqual(['pageview', 'page_view']);
  });

  test('any path is a key', async () => {
    const paths = ['', '/a.b/$c', '$where', '.', '__proto__', '0', '漢字', '\'"\\', 'x'.repeat(2000)];
    const { stats } = await seedOf(
      ...paths.map((path, n) => view(n, { ...seed, path })),
      view(99, { ...seed, path: 'a\0b' }),
    );
    const kept = stats[0]?.paths as Record<string, number>;
    expect(Object.keys(kept).sort()).toEqual([...paths, 'a\ufffdb'].sort());
  });
});
