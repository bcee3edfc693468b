import { expect, test } from 'vitest';
import { deployment } from './support/deployment.ts';
import { drained } from './support/http.ts';

const { newData, start } = deployment();

/** The first seed's README, section "API Documentation", letter by letter. */
const EVENT = `{
  "site_id": "site-abc-123",
  "event_type": "page_view",
  "path": "/pricing",
  "user_id": "user-xyz-789",
  "timestamp": "2025-11-12T19:30:01Z"
}`;
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

test("the seed's two calls on fresh data, to the letter", async () => {
  const { collector, reporting } = await start(await newData());
  const post = (body: string) =>
    fetch(`${collector}/event`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });

  const accepted = await post(EVENT);
  expect(accepted.status).toBe(202);
  expect(accepted.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await accepted.text()).toMatch(new RegExp(`^\\{"status":"accepted","event_id":"${UUID}"\\}$`));

  for (const path of ['/', '/pricing', '/blog/post-1', '/blog/post-1', '/pricing']) {
    const other = { ...JSON.parse(EVENT), path, user_id: path === '/' ? 'user-2' : 'user-3' };
    expect((await post(JSON.stringify(other))).status).toBe(202);
  }
  await drained(collector);
  const stats = await fetch(`${reporting}/stats?site_id=site-abc-123&date=2025-11-12`);
  expect(stats.status).toBe(200);
  expect(stats.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await stats.text()).toBe(
    '{"site_id":"site-abc-123","date":"2025-11-12","total_views":6,"unique_users":3,' +
      '"top_paths":[{"path":"/pricing","views":3},{"path":"/blog/post-1","views":2},{"path":"/","views":1}]}',
  );
});

test('a repeated call with its own event_id counts once; without timestamp and user_id it counts now, for nobody', async () => {
  const { collector, reporting } = await start(await newData());
  const event_id = '0199f3a0-0000-7000-8000-000000000001';
  const event = { site_id: 'site-abc-123', event_type: 'page_view', path: '/pricing', event_id };
  const today = new Date().toISOString().slice(0, 10);
  for (let time = 0; time < 3; time++) {
    const answer = await fetch(`${collector}/event`, { method: 'POST', body: JSON.stringify(event) });
    expect(await answer.text()).toBe(`{"status":"accepted","event_id":"${event_id}"}`);
  }
  await drained(collector);
  const counts = await Promise.all(
    [today, new Date().toISOString().slice(0, 10)].map(async (date) => {
      const stats = await fetch(`${reporting}/stats?site_id=site-abc-123&date=${date}`);
      return (await stats.json()) as { total_views: number; unique_users: number };
    }),
  );
  // Two days only if midnight came in between.
  expect(Math.max(...counts.map(({ total_views }) => total_views))).toBe(1);
  expect(counts.map(({ unique_users }) => unique_users)).toEqual([0, 0]);
});
