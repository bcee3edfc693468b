import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { collector } from '../../collector/collector.ts';
import { QueueFull, Unavailable } from '../../core/errors.ts';
import { BROWSER, NOON, openScene, seed, view } from './scene.ts';

const TODAY = Math.floor(NOON / 86_400_000);

test('it can be mounted in another app', async () => {
  const scene = await openScene({ autoSites: true });
  const outer = new Hono();
  outer.get('/', (c) => c.text('outer'));
  outer.route('/analytics', scene.app);
  const body = JSON.stringify({ site: 'a', events: [view()] });
  const answer = await outer.request('/analytics/e', { method: 'POST', body, headers: BROWSER });
  expect(answer.status).toBe(202);
  expect((await outer.request('/analytics/healthz')).status).toBe(200);
  expect((await outer.request('/analytics/e')).status).toBe(405);
  expect(await (await outer.request('/')).text()).toBe('outer');
});

test('health says how much waits, and 503 when the queue cannot be asked', async () => {
  const scene = await openScene({ autoSites: true });
  expect(await (await scene.app.request('/healthz')).json()).toEqual({
    status: 'ok',
    queue: { entries: 0, age_ms: 0 },
  });
  await scene.post('/e', { site: 'a', events: [view()] });
  const { queue } = (await (await scene.app.request('/healthz')).json()) as { queue: { entries: number } };
  expect(queue.entries).toBe(1);
  const away = collector({
    queue: { ...scene.queue, depth: () => Promise.reject(new Unavailable('away')) },
    store: scene.store,
  });
  const answer = await away.request('/healthz');
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ status: 'refused', reason: 'unavailable' });
  await away.close();
});

test('metrics are for those who may read them', async () => {
  const scene = await openScene({ autoSites: true });
  expect((await scene.app.request('/metrics')).status).toBe(403);
  const mayRead = (c: { req: { header: (name: string) => string | undefined } }) =>
    Promise.resolve(c.req.header('authorization') === 'Bearer secret');
  const open = await openScene({ autoSites: true, mayRead });
  expect((await open.app.request('/metrics')).status).toBe(403);
  await open.post('/e', { site: 'a', events: [view(), view(), { ...view(), id: 5 }] });
  await open.post('/event', [seed(), seed({ path: 5 })]);
  await open.post('/e', '{', {});
  await open.post('/e', { site: 'a', events: [view()] }, { 'user-agent': 'curl/8.5.0' });
  const answer = await open.app.request('/metrics', { headers: { authorization: 'Bearer secret' } });
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const text = await answer.text();
  expect(text).toMatch(/^footfall_accepted_total 3$/m);
  expect(text).toMatch(/^footfall_refused_total\{reason="invalid"\} 2$/m);
  expect(text).toMatch(/^footfall_refused_total\{reason="malformed_json"\} 1$/m);
  expect(text).toMatch(/^footfall_refused_total\{reason="bot"\} 1$/m);
  expect(text).toMatch(/^footfall_queue_entries 2$/m);
  expect(text).toMatch(/^footfall_queue_age_seconds \d/m);
  expect(text).toMatch(/^footfall_append_seconds_count 2$/m);
});

test.each([
  [new QueueFull('full'), 'queue_full'],
  [new Unavailable('disk full: /data/queue.db'), 'unavailable'],
])('a queue that cannot take events is a 503, not a false 202: %s', async (error, reason) => {
  const scene = await openScene({ autoSites: true });
  let away = true;
  const queue = {
    ...scene.queue,
    async append(entries: Parameters<typeof scene.queue.append>[0]) {
      if (away) throw error;
      await scene.queue.append(entries);
    },
  };
  const app = collector({ queue, store: scene.store, autoSites: true, now: () => NOON });
  for (const [path, body] of [
    ['/e', { site: 'a', events: [view(), view()] }],
    ['/event', seed()],
  ] as const) {
    const answer = await app.request(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: BROWSER,
    });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.headers.get('access-control-expose-headers')).toBe('retry-after');
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ status: 'refused', reason });
    expect(text).not.toContain('/data');
  }
  away = false;
  await app.close();
  expect(await scene.events()).toEqual([]);
  expect(await scene.refused()).toEqual({ [`a ${TODAY} ${reason}`]: 3 });
});

test('an outage of the store stops no site that had events before, and no visitor', async () => {
  const scene = await openScene();
  await scene.addSite('a');
  const documents = scene.store.documents;
  let away = false;
  const failing = (): Promise<never> => Promise.reject(new Unavailable('away'));
  const store = {
    documents: {
      ...documents,
      get: (...args: Parameters<typeof documents.get>) => (away ? failing() : documents.get(...args)),
      create: (...args: Parameters<typeof documents.create>) => (away ? failing() : documents.create(...args)),
    },
  };
  const clock = { now: NOON };
  const now = () => clock.now;
  const app = collector({ queue: scene.queue, store, now, remoteAddress: () => '203.0.113.9' });
  const send = (site: string) =>
    app.request('/e', {
      method: 'POST',
      body: JSON.stringify({ site, events: [view({ time: clock.now })] }),
      headers: BROWSER,
    });
  expect((await send('a')).status).toBe(202);
  // Tomorrow's salt is made behind the request's back.
  await new Promise(setImmediate);
  away = true;
  clock.now = NOON + 60_000;
  expect((await send('a')).status).toBe(202);
  clock.now = NOON + 24 * 3_600_000;
  expect((await send('a')).status).toBe(202);
  const unknown = await send('b');
  expect(unknown.status).toBe(503);
  expect(await unknown.json()).toMatchObject({ reason: 'unavailable' });
  away = false;
  expect((await send('b')).status).toBe(404);
  await app.close();
  expect((await scene.events()).map(({ visitor }) => typeof visitor)).toEqual(['string', 'string', 'string']);
});

test('refused events reach the log by themselves after a while', async () => {
  const scene = await openScene({ limits: { refusalFlushMs: 10 } });
  await scene.post('/e', '{');
  const until = Date.now() + 20_000;
  while (Object.keys(await scene.refused()).length === 0 && Date.now() < until) await new Promise(setImmediate);
  expect(await scene.refused()).toEqual({ [` ${TODAY} malformed_json`]: 1 });
});

test('what goes wrong on our side is told to the log, not to the caller', async () => {
  const scene = await openScene();
  await scene.store.documents.put('site', 'a', { id: 'a', zone: 'Mars/Base' });
  const reply = await scene.post('/e', { site: 'a', events: [view()] });
  expect(reply.status).toBe(500);
  expect(reply.json).toMatchObject({ status: 'refused', reason: 'internal', field: 'service' });
  expect(reply.text).not.toMatch(/zone|zod|\.ts/i);
  expect(scene.log.join()).toContain('zone');
});
