import { expect, test } from 'vitest';
import { newId } from '../../core/id.ts';
import { lastRefusalsKind } from '../../core/last-refusals.ts';
import { limits } from '../../core/limits.ts';
import { changeSite } from '../../server/sites.ts';
import { CHROME, NOON, openScene, seed, view } from './scene.ts';

const HOUR = 3_600_000;
const TODAY = Math.floor(NOON / 86_400_000);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

test("the seed's call answers to the letter", async () => {
  const scene = await openScene({ autoSites: true, openServers: true });
  const body =
    '{"site_id":"site-abc-123","event_type":"page_view","path":"/pricing","user_id":"user-xyz-789","timestamp":"2025-11-12T19:30:01Z"}';
  const reply = await scene.post('/event', body, { 'content-type': 'application/json', 'user-agent': 'curl/8.5.0' });
  expect(reply.status).toBe(202);
  const { event_id: id } = reply.json;
  expect(id).toMatch(UUID);
  expect(reply.text).toBe(`{"status":"accepted","event_id":"${String(id)}"}`);
  const [entry] = await scene.entries();
  expect(entry).toMatchObject({ site: 'site-abc-123', context: {} });
  expect(entry?.events).toEqual([
    {
      id,
      name: 'pageview',
      time: Date.UTC(2025, 10, 12, 19, 30, 1),
      day: Math.floor(Date.UTC(2025, 10, 12) / 86_400_000),
      utc_offset: 0,
      visitor: 'uuser-xyz-789',
      user_id: 'user-xyz-789',
      path: '/pricing',
    },
  ]);
});

test('timestamp, user_id and event_id may be left out; an id of the caller is kept', async () => {
  const scene = await openScene({ autoSites: true });
  await scene.post('/event', { site_id: 'a', event_type: 'signup', path: '/x' });
  expect((await scene.events())[0]).toEqual({
    id: expect.stringMatching(UUID) as string,
    name: 'signup',
    time: NOON,
    day: TODAY,
    utc_offset: 0,
    path: '/x',
  });
  const id = newId();
  const reply = await scene.post('/event', seed({ event_id: id.toUpperCase() }));
  expect(reply.json).toEqual({ status: 'accepted', event_id: id });
});

test("the visitor's address and agent make the visitor that a browser's would", async () => {
  const scene = await openScene({ openServers: true });
  await scene.addSite('a');
  await scene.post('/e', { site: 'a', events: [view()] });
  const said = { user_id: undefined, ip: '203.0.113.9', user_agent: CHROME, language: 'de' };
  await scene.post('/event', seed(said));
  await scene.post('/event', seed({ ...said, ip: '203.0.113.10' }));
  const [browser, same, other] = await scene.events();
  expect(same?.visitor).toBe(browser?.visitor);
  expect(other?.visitor).not.toBe(browser?.visitor);
  const entries = await scene.entries();
  expect(entries[1]?.context).toMatchObject({ browser: 'Chrome', language: 'de' });
  expect(JSON.stringify(entries)).not.toMatch(/203\.0\.113|Mozilla/);
});

test('off loopback old timestamps and the fields of a visitor need the key', async () => {
  const scene = await openScene();
  const key = await scene.addSite('a');
  const otherKey = await scene.addSite('b');
  const old = seed({ timestamp: new Date(NOON - 25 * HOUR).toISOString() });
  for (const body of [old, seed({ ip: '203.0.113.9' }), seed({ user_agent: CHROME })]) {
    for (const authorization of [undefined, `Bearer ${otherKey}`, 'Bearer', `Basic ${key}`]) {
      const reply = await scene.post('/event', body, authorization ? { authorization } : {});
      expect(reply.status).toBe(401);
      expect(reply.json).toMatchObject({ status: 'refused', reason: 'key_required' });
      expect(reply.headers.get('www-authenticate')).toBe('Bearer');
    }
    expect((await scene.post('/event', body, { authorization: `Bearer ${key}` })).status).toBe(202);
  }
  expect((await scene.post('/event', seed())).status).toBe(202);
  expect((await scene.post('/event', seed({ timestamp: new Date(NOON - 23 * HOUR).toISOString() }))).status).toBe(202);
});

test('a day whose salt has died needs a user_id', async () => {
  const scene = await openScene({ openServers: true });
  await scene.addSite('a');
  const said = { user_id: undefined, ip: '203.0.113.9', user_agent: CHROME };
  const reply = await scene.post('/event', seed({ ...said, timestamp: '2026-03-08T23:59:59Z' }));
  expect(reply.status).toBe(400);
  expect(reply.json).toMatchObject({ reason: 'too_old', field: 'timestamp' });
  expect(reply.json.fix).toContain('user_id');
  expect((await scene.post('/event', seed({ ...said, timestamp: '2026-03-09T00:00:00Z' }))).status).toBe(202);
  expect((await scene.post('/event', seed({ timestamp: '2026-03-08T23:59:59Z' }))).status).toBe(202);
});

test('a clock that is ahead is set to the arrival, one that is far ahead refused', async () => {
  const scene = await openScene({ openServers: true });
  await scene.addSite('a');
  expect((await scene.post('/event', seed({ timestamp: '2026-03-11T11:59:59Z' }))).status).toBe(202);
  expect((await scene.events())[0]?.time).toBe(NOON);
  const reply = await scene.post('/event', seed({ timestamp: '2026-03-11T12:00:01Z' }));
  expect(reply.status).toBe(400);
  expect(reply.json).toMatchObject({ reason: 'in_future', field: 'timestamp' });
});

test('a list is told one by one, one entry a site and browser', async () => {
  const scene = await openScene({ openServers: true });
  await scene.addSite('a');
  await scene.addSite('b');
  const list = [
    seed(),
    seed({ site_id: 'b' }),
    seed({ path: 5 }),
    seed({ site_id: 'nowhere' }),
    seed(),
    seed({ site_id: 'b', user_agent: CHROME }),
    'x',
  ];
  const reply = await scene.post('/event', list);
  expect(reply.status).toBe(202);
  const { status, results } = reply.json as { status: string; results: Record<string, unknown>[] };
  expect(status).toBe('accepted');
  expect(reply.headers.get('x-footfall-refused')).toBe('invalid unknown_site');
  expect(results.map((result) => result.reason ?? result.status)).toEqual([
    'accepted',
    'accepted',
    'invalid',
    'unknown_site',
    'accepted',
    'accepted',
    'invalid',
  ]);
  const stored = await scene.entries();
  expect(stored.map(({ site, events }) => `${site} ${events.length}`).toSorted()).toEqual(['a 2', 'b 1', 'b 1']);
  const ids = stored.flatMap(({ events }) => events.map(({ id }) => id));
  expect(new Set(results.flatMap(({ event_id: id }) => (id === undefined ? [] : [id])))).toEqual(new Set(ids));
  await scene.app.close();
  expect(await scene.refused()).toEqual({
    [`a ${TODAY} invalid`]: 1,
    [` ${TODAY} unknown_site`]: 1,
    [` ${TODAY} invalid`]: 1,
  });
});

test('a list without a good event is a refusal', async () => {
  const scene = await openScene();
  await scene.addSite('a');
  const reply = await scene.post('/event', [seed({ path: 5 }), seed({ site_id: 'nowhere' })]);
  expect(reply.status).toBe(400);
  expect(reply.json).toMatchObject({ status: 'refused', reason: 'invalid', field: '[0].path' });
  expect(reply.json.results).toHaveLength(2);
});

test('a list of too many sites is refused before they are looked up', async () => {
  const scene = await openScene({ limits: { serverSitesMax: 2 } });
  const list = ['a', 'b', 'c'].map((id) => seed({ site_id: id }));
  expect((await scene.post('/event', list)).json).toMatchObject({ reason: 'too_large', limit: 2 });
});

const three = ['a', 'b', 'c'].map((id) => seed({ site_id: id }));

test.each([
  ['of too many events', three, { serverEventsMax: 2 }, 'too_large', 3],
  ['of too many sites', three, { serverSitesMax: 2 }, 'too_large', 3],
  ['of too many bytes, which is not read', three, { serverBodyBytesMax: 20 }, 'too_large', 1],
  ['of none', [], {}, 'invalid', 1],
  ['that is none', '[{', {}, 'malformed_json', 1],
])('a list %s counts for no site, each event once', async (_, list, own, reason, count) => {
  const scene = await openScene({ limits: own });
  await scene.addSite('a');
  expect((await scene.post('/event', list)).json).toMatchObject({ status: 'refused', reason });
  await scene.app.close();
  expect(await scene.refused()).toEqual({ [` ${TODAY} ${reason}`]: count });
});

test("the site's hosts are no sources", async () => {
  const scene = await openScene();
  await scene.addSite('a', { hostnames: ['example.com', 'example.net'] });
  const referrers = ['https://help.example.net/', 'https://other.example/'];
  const calls = referrers.map((referrer) => seed({ site_id: 'a', hostname: 'example.com', referrer }));
  expect((await scene.post('/event', calls)).status).toBe(202);
  expect((await scene.events()).map(({ acquisition }) => acquisition?.source)).toEqual([undefined, 'other.example']);
});

test("the caller's own address and agent are not judged and not used", async () => {
  const scene = await openScene();
  await scene.addSite('a', { hostnames: ['example.com'] });
  const headers = { 'user-agent': 'Googlebot/2.1', purpose: 'prefetch' };
  expect((await scene.post('/event', seed({ user_id: undefined, hostname: 'other.example' }), headers)).status).toBe(
    202,
  );
  const [entry] = await scene.entries();
  expect(entry?.context).toEqual({});
  expect(entry?.events[0]).not.toHaveProperty('visitor');
});

test('a day whose visits are deleted is closed, also under a choice that keeps more', async () => {
  const scene = await openScene({ openServers: true });
  await scene.addSite('a', { keep_visits_days: 30 });
  const at = (days: number) => seed({ timestamp: new Date(NOON - days * 24 * HOUR).toISOString() });
  expect((await scene.post('/event', at(30))).status).toBe(202);
  const closed = await scene.post('/event', at(31));
  expect(closed.status).toBe(400);
  expect(closed.json).toMatchObject({ reason: 'day_closed', field: 'timestamp', limit: '30 days ago' });
  expect(closed.headers.get('x-footfall-refused')).toBe('day_closed');

  await changeSite(scene.store.documents, 'a', { keep_visits_days: 'ever' as never }, NOON);
  scene.clock.now += limits.siteCacheSeconds * 1000;
  expect((await scene.post('/event', at(30))).status).toBe(202);
  const still = await scene.post('/event', at(31));
  expect(still.json).toMatchObject({ reason: 'day_closed', limit: 'a day that has not been deleted' });
});

test('an event that cannot be read is among the last refusals of the site that it names', async () => {
  const scene = await openScene({ limits: { refusalLogFlushMs: 10 } });
  await scene.addSite('a');
  await scene.post('/event', seed({ path: 5 }));
  await scene.post('/event', [seed(), seed({ path: 'x'.repeat(9000) }), seed({ site_id: 'nobody', path: 5 })]);
  const kept = async () => {
    const documents = await scene.store.documents.list(lastRefusalsKind('a'));
    return documents.flatMap(({ value }) => (value as { refusals: object[] }).refusals);
  };
  await expect.poll(kept).toEqual([
    { time: NOON, reason: 'invalid', field: 'path' },
    { time: NOON, reason: 'too_long', field: '[1].path' },
  ]);
});
