import { expect, test } from 'vitest';
import { NOON, openScene } from './scene.ts';

/** The second seed's door. What it has in common with `/event` is tested there. */

const json = { 'content-type': 'application/json', 'user-agent': 'curl/8.5.0' };

test("the seed's call answers to the letter", async () => {
  const scene = await openScene({ autoSites: true, openServers: true });
  const body =
    '{"event":"page_view","user_id":"U1","props":{"url":"/","ref":"google"},"timestamp":"2025-11-26T12:00:00Z"}';
  const reply = await scene.post('/track', body, json);
  expect(reply.status).toBe(200);
  expect(reply.text).toBe('{"status":"ok"}');
  const [entry] = await scene.entries();
  expect(entry).toMatchObject({ site: 'default', context: {} });
  expect(entry?.events).toMatchObject([
    {
      name: 'pageview',
      time: Date.UTC(2025, 10, 26, 12),
      visitor: 'uU1',
      user_id: 'U1',
      path: '/',
      acquisition: { referrer: 'google', source: 'Google', channel: 'Organic Search' },
    },
  ]);
});

test('without timestamp it is now, under the site that was set', async () => {
  const scene = await openScene({ autoSites: true, trackSite: 'shop' });
  expect((await scene.post('/track', '{"event":"page_view","user_id":"U1","props":{"url":"/"}}', json)).status).toBe(
    200,
  );
  expect((await scene.post('/track', { event: 'signup', site_id: 'other', props: { plan: 'pro' } }, json)).status).toBe(
    200,
  );
  const entries = await scene.entries();
  expect(entries.map(({ site }) => site).sort()).toEqual(['other', 'shop']);
  expect((await scene.events()).map(({ name, time }) => `${name} ${time - NOON}`).sort()).toEqual([
    'pageview 0',
    'signup 0',
  ]);
});

test('a name that referred stands back behind the campaign of the address', async () => {
  const scene = await openScene({ autoSites: true });
  await scene.post('/track', { event: 'page_view', props: { url: '/?utm_source=news', ref: 'google' } }, json);
  await scene.post('/track', { event: 'page_view', props: { url: '/', ref: 'a&utm_source=b' } }, json);
  await scene.post('/track', { event: 'page_view', props: { url: '/', ref: 'https://www.bing.com/search?q=x' } }, json);
  expect((await scene.events()).map(({ acquisition }) => acquisition)).toMatchObject([
    { referrer: 'google', source: 'news', utm_source: 'news' },
    { referrer: 'a&utm_source=b', source: 'a&utm_source=b' },
    { referrer: 'bing.com/search', source: 'Bing', channel: 'Organic Search' },
  ]);
});

test('a list is answered event by event; what is refused is counted under the site', async () => {
  const scene = await openScene({ autoSites: true, limits: { refusalFlushMs: 10 } });
  const reply = await scene.post('/track', [{ event: 'a' }, { event: '' }], json);
  expect(reply.status).toBe(200);
  expect(reply.json).toMatchObject({
    status: 'ok',
    results: [{ status: 'accepted' }, { status: 'refused', field: '[1].event' }],
  });
  expect(await scene.refused()).toEqual({ [`default ${Math.floor(NOON / 86_400_000)} invalid`]: 1 });
  const alone = await scene.post('/track', { event: 'a', props: { url: 5 } }, json);
  expect(alone.status).toBe(400);
  expect(alone.json).toMatchObject({ status: 'refused', reason: 'invalid', field: 'props.url' });
});

test('off loopback the site must have been made, and old timestamps need its key', async () => {
  const scene = await openScene({ trackSite: 'shop' });
  expect((await scene.post('/track', { event: 'a' }, json)).json).toMatchObject({ reason: 'unknown_site' });
  const key = await scene.addSite('shop2');
  const old = { event: 'a', site_id: 'shop2', timestamp: '2020-01-01T00:00:00Z' };
  expect((await scene.post('/track', old, json)).status).toBe(401);
  expect((await scene.post('/track', old, { ...json, authorization: `Bearer ${key}` })).status).toBe(200);
});
