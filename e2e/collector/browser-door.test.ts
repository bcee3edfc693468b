import { expect, test } from 'vitest';
import { newId } from '../../core/id.ts';
import { lastRefusalsKind } from '../../core/last-refusals.ts';
import { ENGAGEMENT } from '../../sdk/src/wire.ts';
import { CHROME, NOON, openScene, seed, view } from './scene.ts';

const HOUR = 3_600_000;
const HEADLESS = CHROME.replace('Chrome/', 'HeadlessChrome/');
const TODAY = Math.floor(NOON / 86_400_000);

test('a batch is one entry in the log, answered once it is there', async () => {
  const scene = await openScene();
  await scene.addSite('a', { zone: 'Europe/Berlin' });
  const first = view({
    title: 'Start',
    referrer: 'https://www.google.com/',
    url: 'https://www.example.com/?utm_term=x#y',
  });
  const second = view({ name: 'signup', time: NOON - 5000, props: { plan: 'pro' }, interactive: false });
  const batch = { site: 'a', sent: NOON, language: 'de-ch', user_id: 'u1', events: [first, second] };
  const reply = await scene.post('/e', batch, { 'content-type': 'text/plain;charset=UTF-8' });
  expect(reply.status).toBe(202);
  expect(reply.json).toEqual({ accepted: 2, now: NOON, refused: [] });
  const entries = await scene.entries();
  expect(entries).toHaveLength(1);
  const visitor = entries[0]?.events[0]?.visitor;
  expect(visitor).toMatch(/^v[\w-]{11}$/);
  expect(entries[0]).toMatchObject({
    v: 1,
    site: 'a',
    received: NOON,
    context: { browser: 'Chrome', browser_version: '131', os: 'Linux', device: 'desktop', language: 'de-CH' },
  });
  expect(entries[0]?.events).toEqual([
    {
      id: first.id,
      name: 'pageview',
      time: NOON,
      day: TODAY,
      utc_offset: 60,
      visitor,
      user_id: 'u1',
      hostname: 'www.example.com',
      path: '/',
      title: 'Start',
      acquisition: { referrer: 'google.com', utm_term: 'x', source: 'Google', channel: 'Organic Search' },
    },
    {
      id: second.id,
      name: 'signup',
      time: NOON - 5000,
      day: TODAY,
      utc_offset: 60,
      visitor,
      user_id: 'u1',
      hostname: 'example.com',
      path: '/',
      props: [['plan', 'pro']],
      interactive: false,
    },
  ]);
});

test('bad events are told one by one, and the good ones count', async () => {
  const scene = await openScene();
  await scene.addSite('a', { hostnames: ['example.com'] });
  const events = [
    view({ url: 'https://evil.com/' }),
    view(),
    5,
    view({ time: NOON - 25 * HOUR }),
    view({ url: 'https://www.example.com/x' }),
  ];
  const reply = await scene.post('/e', { site: 'a', sent: NOON, events });
  expect(reply.status).toBe(202);
  expect(reply.json).toMatchObject({
    accepted: 2,
    refused: [
      { index: 0, reason: 'hostname', field: 'events[0].url' },
      { index: 2, reason: 'invalid', field: 'events[2]' },
      { index: 3, reason: 'too_old', field: 'events[3].time' },
    ],
  });
  const entries = await scene.entries();
  expect(entries).toHaveLength(1);
  expect(entries[0]?.refused).toEqual([
    { day: TODAY, reason: 'hostname', count: 1 },
    { day: TODAY, reason: 'invalid', count: 1 },
    { day: TODAY, reason: 'too_old', count: 1 },
  ]);
});

test('a batch without a good event is a refusal of its first one, and counted', async () => {
  const scene = await openScene();
  await scene.addSite('a', { hostnames: ['example.com'] });
  const events = [view({ url: 'https://evil.com/' }), view({ id: 'x' })];
  const reply = await scene.post('/e', { site: 'a', sent: NOON, events });
  expect(reply.status).toBe(403);
  expect(reply.json).toMatchObject({ status: 'refused', reason: 'hostname', field: 'events[0].url', accepted: 0 });
  expect(reply.json.refused).toHaveLength(2);
  await scene.app.close();
  expect(await scene.events()).toEqual([]);
  expect(await scene.refused()).toEqual({ [`a ${TODAY} hostname`]: 1, [`a ${TODAY} invalid`]: 1 });
});

test("the site's hosts are no sources", async () => {
  const scene = await openScene();
  await scene.addSite('a', { hostnames: ['example.com', 'example.net'] });
  const events = ['https://help.example.net/', 'https://other.example/'].map((referrer) => view({ referrer }));
  expect((await scene.post('/e', { site: 'a', sent: NOON, events })).status).toBe(202);
  expect((await scene.events()).map(({ acquisition }) => acquisition?.source)).toEqual([undefined, 'other.example']);
});

test('times are corrected by the clock of the sender', async () => {
  const scene = await openScene();
  await scene.addSite('a');
  await scene.post('/e', { site: 'a', sent: 1000, events: [view({ time: 400 })] });
  await scene.post('/e', { site: 'a', offset: -HOUR, events: [view({ time: NOON + HOUR - 7 })] });
  await scene.post('/e', { site: 'a', events: [view({ time: NOON + HOUR })] });
  expect((await scene.events()).map(({ time }) => time)).toEqual([NOON - 600, NOON - 7, NOON]);
});

test("engagement after midnight belongs to its view's day and visitor", async () => {
  const scene = await openScene();
  await scene.addSite('a');
  const id = newId();
  const midnight = NOON + 12 * HOUR;
  scene.clock.now = midnight - 1000;
  await scene.post('/e', { site: 'a', events: [view({ id, time: midnight - 1000 })] });
  scene.clock.now = midnight + 60_000;
  const said = { name: ENGAGEMENT, view: id, view_time: midnight - 1000, engaged_ms: 50_000, depth: 80 };
  await scene.post('/e', { site: 'a', events: [view({ time: midnight + 60_000, ...said }), view({ time: midnight })] });
  const [seen, engaged, next] = await scene.events();
  expect(engaged).toMatchObject({ day: TODAY, time: midnight + 60_000, view: id, engaged_ms: 50_000, depth: 80 });
  expect(engaged?.visitor).toBe(seen?.visitor);
  expect(next?.day).toBe(TODAY + 1);
  expect(next?.visitor).not.toBe(seen?.visitor);
});

test('an e-mail address is nowhere, and a user_id of a browser does not change its visitor', async () => {
  const scene = await openScene();
  await scene.addSite('a');
  await scene.post('/e', { site: 'a', events: [view()] });
  await scene.post('/e', { site: 'a', user_id: 'Ada@Example.com', events: [view()] });
  const [before, after] = await scene.events();
  expect(after?.visitor).toBe(before?.visitor);
  expect(after?.user_id).toMatch(/^email:[\w-]{22}$/);
  expect(JSON.stringify(await scene.entries()).toLowerCase()).not.toContain('ada@');
});

test('without an address to know there is no visitor', async () => {
  const scene = await openScene();
  await scene.addSite('a');
  scene.peer.address = undefined;
  await scene.post('/e', { site: 'a', events: [view()] });
  expect((await scene.events())[0]).not.toHaveProperty('visitor');
});

test('an unknown site is refused, and counted without its id', async () => {
  const scene = await openScene();
  const reply = await scene.post('/e', { site: 'nowhere', events: [view(), view()] });
  expect(reply.status).toBe(404);
  expect(reply.json).toMatchObject({ status: 'refused', reason: 'unknown_site', field: 'site' });
  await scene.app.close();
  expect(await scene.refused()).toEqual({ [` ${TODAY} unknown_site`]: 2 });
});

test('on loopback sites come into being, up to a number', async () => {
  const scene = await openScene({ autoSites: true, limits: { autoSitesMax: 2 } });
  expect((await scene.post('/e', { site: 'a', events: [{}] })).status).toBe(400);
  expect(await scene.store.documents.get('site', 'a')).toBeUndefined();
  expect((await scene.post('/e', { site: 'a', events: [view()] })).status).toBe(202);
  expect((await scene.post('/event', seed({ site_id: 'b' }))).status).toBe(202);
  const third = await scene.post('/e', { site: 'c', events: [view()] });
  expect(third.status).toBe(403);
  expect(third.json).toMatchObject({ reason: 'sites_full', limit: 2 });
  expect((await scene.post('/event', seed({ site_id: 'c' }))).json).toMatchObject({ reason: 'sites_full' });
  expect((await scene.post('/e', { site: 'a', events: [view()] })).status).toBe(202);
});

test('the door may have another name', async () => {
  const scene = await openScene({ autoSites: true, paths: { browser: '/collect' } });
  expect((await scene.post('/collect', { site: 'a', events: [view()] })).status).toBe(202);
  expect((await scene.post('/e', { site: 'a', events: [view()] })).status).toBe(404);
});

test('a browser that asks for privacy counts without a visitor and a user_id, and of it nothing is kept but its country', async () => {
  const scene = await openScene();
  await scene.addSite('a');
  const batch = () => ({ site: 'a', sent: NOON, user_id: 'u1', events: [view()] });
  for (const headers of [{ 'sec-gpc': '1' }, { dnt: '1' }]) {
    expect((await scene.post('/e', batch(), headers)).status).toBe(202);
  }
  expect((await scene.post('/e', { ...batch(), gpc: true })).status).toBe(202);
  const entries = await scene.entries();
  expect(entries).toHaveLength(3);
  for (const { context, events } of entries) {
    expect(context).toEqual({});
    expect(events[0]).toMatchObject({ name: 'pageview', path: '/' });
    expect(events[0]).not.toHaveProperty('visitor');
    expect(events[0]).not.toHaveProperty('user_id');
  }
});

test('a site may drop what they send, or make no difference', async () => {
  const scene = await openScene();
  for (const gpc of ['drop', 'ignore'] as const) {
    await scene.addSite(gpc);
    const site = await scene.store.documents.get('site', gpc);
    await scene.store.documents.put('site', gpc, { ...(site as object), gpc });
  }
  const of = (site: string) => ({ site, sent: NOON, user_id: 'u1', events: [view()] });
  const dropped = await scene.post('/e', of('drop'), { 'sec-gpc': '1' });
  expect(dropped).toMatchObject({ status: 403, json: { reason: 'gpc', field: 'sec-gpc' } });
  expect((await scene.post('/e', of('drop'))).status).toBe(202);
  expect((await scene.post('/e', of('ignore'), { dnt: '1' })).status).toBe(202);
  expect((await scene.post('/e', { ...of('ignore'), gpc: true })).status).toBe(202);
  const events = await scene.events();
  expect(events.map(({ visitor, user_id }) => [visitor !== undefined, user_id])).toEqual([
    [true, 'u1'],
    [true, 'u1'],
    [false, undefined],
  ]);
});

test('a page on a local host counts for a visitor at home there, and for nobody else', async () => {
  const scene = await openScene();
  await scene.addSite('a');
  const batch = { site: 'a', sent: NOON, events: [view({ url: 'http://localhost:5173/' }), view()] };
  const far = await scene.post('/e', batch);
  expect(far).toMatchObject({ status: 202, json: { accepted: 1, refused: [{ index: 0, reason: 'local_host' }] } });
  scene.peer.address = '127.0.0.1';
  expect((await scene.post('/e', { ...batch, events: [view({ url: 'http://localhost:5173/' })] })).status).toBe(202);
  expect(await scene.refused()).toEqual({ [`a ${TODAY} local_host`]: 1 });
});

test('a browser that a program drives counts where the site says so, also one without a window', async () => {
  const scene = await openScene();
  await scene.addSite('a');
  await scene.addSite('tested', { automation: 'count' });
  const of = (site: string) => ({ site, sent: NOON, webdriver: true, events: [view()] });
  const refused = await scene.post('/e', of('a'));
  expect(refused).toMatchObject({ status: 403, json: { reason: 'automation', field: 'webdriver' } });
  const agent = { 'user-agent': HEADLESS };
  expect((await scene.post('/e', { ...of('a'), webdriver: undefined }, agent)).json).toMatchObject({
    reason: 'automation',
  });
  expect((await scene.post('/e', of('tested'), agent)).status).toBe(202);
  expect((await scene.post('/e', of('tested'), { 'user-agent': 'curl/8.5.0' })).json).toMatchObject({ reason: 'bot' });
  const entry = (await scene.entries()).find(({ events }) => events.length > 0);
  expect(entry?.context).toMatchObject({ browser: 'Chrome' });
});

test('what a site does not count, by address, country and path', async () => {
  const scene = await openScene();
  await scene.addSite('a', { excluded_addresses: ['198.51.100.0/24'], excluded_paths: ['/admin/**'] });
  const admin = view({ url: 'https://example.com/admin/users' });
  const some = await scene.post('/e', { site: 'a', sent: NOON, events: [admin, view()] });
  expect(some).toMatchObject({ status: 202, json: { accepted: 1, refused: [{ index: 0, reason: 'excluded_path' }] } });
  scene.peer.address = '198.51.100.7';
  const all = await scene.post('/e', { site: 'a', sent: NOON, events: [view()] });
  expect(all).toMatchObject({ status: 403, json: { reason: 'excluded_address' } });
  expect(all.text).not.toContain('198.51');
  const counts = { [`a ${TODAY} excluded_path`]: 1, [`a ${TODAY} excluded_address`]: 1 };
  await expect.poll(() => scene.refused()).toEqual(counts);
});

test('what has no business in a page is hidden, and of the query only what the site takes for a part of the page stays', async () => {
  const scene = await openScene();
  await scene.addSite('a', { query_params: ['id'] });
  await scene.addSite('b', { masking: 'off' });
  const sent = {
    title: 'Hello ada@example.com',
    url: 'https://example.com/u/ada%40example.com?id=7&token=secret',
    referrer: 'https://other.example/reset/9f86d081884c7d659a2feaa0c55ad015',
    props: { card: '4111 1111 1111 1111' },
  };
  const engaged = view({ name: ENGAGEMENT, view: newId(), view_time: NOON, engaged_ms: 5, url: sent.url });
  await scene.post('/e', { site: 'a', sent: NOON, events: [view(sent), engaged] });
  await scene.post('/e', { site: 'b', sent: NOON, events: [view(sent)] });
  const key = await scene.addSite('c');
  await scene.post('/event', { site_id: 'c', event_type: 'x', path: '/u/ada@example.com' }, { 'x-footfall-key': key });
  const [masked, engagement, plain, called] = await scene.events();
  expect(masked).toMatchObject({
    title: 'Hello [email]',
    path: '/u/[email]?id=7',
    acquisition: { referrer: 'other.example/reset/[token]' },
    props: [['card', '[card]']],
  });
  expect(engagement?.path).toBe(masked?.path);
  expect(plain).toMatchObject({ title: sent.title, path: '/u/ada%40example.com', props: [['card', sent.props.card]] });
  expect(called?.path).toBe('/u/[email]');
});

test('of a refused event nothing is kept that would not be kept of others', async () => {
  const scene = await openScene({ limits: { refusalLogFlushMs: 10 } });
  await scene.addSite('a', { excluded_paths: ['/admin/**'] });
  await scene.addSite('drops', { gpc: 'drop' });
  const admin = view({ name: 'hello ada@example.com', url: 'https://example.com/admin/x?token=s3cret#y' });
  await scene.post('/e', { site: 'a', sent: NOON, events: [admin] });
  await scene.post('/e', { site: 'a', sent: NOON, events: [admin] }, { 'sec-gpc': '1' });
  await scene.post('/e', { site: 'drops', sent: NOON, events: [view()] }, { 'sec-gpc': '1' });
  const call = { path: '/reset?token=s3cret#y', hostname: 'ada@example.com', ip: '203.0.113.4' };
  await scene.post('/event', seed({ site_id: 'a', ...call }), { 'content-type': 'application/json' });
  const kept = async (site: string) => {
    const documents = await scene.store.documents.list(lastRefusalsKind(site));
    return documents.flatMap(({ value }) => (value as { refusals: object[] }).refusals);
  };
  const page = { time: NOON, name: 'hello [email]', hostname: 'example.com', path: '/admin/x' };
  const excluded = { ...page, reason: 'excluded_path', field: 'events[0].url' };
  await expect
    .poll(() => kept('a'))
    .toEqual([
      { ...excluded, browser: 'Chrome', os: 'Linux', device: 'desktop' },
      excluded,
      { time: NOON, reason: 'key_required', field: 'ip', name: 'pageview', hostname: '[email]', path: '/reset' },
    ]);
  await expect
    .poll(() => kept('drops'))
    .toEqual([{ time: NOON, reason: 'gpc', field: 'sec-gpc', hostname: 'example.com', path: '/' }]);
});

test('a batch that is refused as a whole counts for the site that it names, with as many events as it has', async () => {
  const scene = await openScene({ limits: { refusalFlushMs: 10 } });
  await scene.addSite('a');
  const long = { sent: NOON, user_id: 'x'.repeat(300), events: [view(), view(), view()] };
  for (const site of ['a', 'nobody']) expect((await scene.post('/e', { site, ...long })).status).toBe(400);
  expect((await scene.post('/e', { site: 'a', events: 'none' })).status).toBe(400);
  const counts = async () =>
    (await scene.entries()).flatMap(({ site, refused }) =>
      (refused ?? []).map(({ reason, count }) => `${site} ${reason} ${count}`),
    );
  await expect.poll(async () => (await counts()).sort()).toEqual([' too_long 3', 'a invalid 1', 'a too_long 3']);
});

test('the answer to what is stored whole is in a header as well, which pages of all origins may read', async () => {
  const scene = await openScene();
  await scene.addSite('a');
  const whole = await scene.post('/e', { site: 'a', sent: NOON, events: [view(), view()] });
  expect(whole.headers.get('x-footfall')).toBe(whole.text);
  expect(whole.headers.get('access-control-expose-headers')).toBe('x-footfall');
  const some = await scene.post('/e', { site: 'a', sent: NOON, events: [view(), { ...view(), id: 'x' }] });
  expect(some.status).toBe(202);
  expect(some.headers.get('x-footfall')).toBeNull();
});

test('a refused answer says the reason in a header, and the owner finds it among the last refusals', async () => {
  const scene = await openScene({ limits: { refusalLogFlushMs: 10, refusalsKeptMax: 3 } });
  await scene.addSite('a', { excluded_paths: ['/admin/**'] });
  const bot = await scene.post('/e', { site: 'a', sent: NOON, events: [view()] }, { 'user-agent': 'GPTBot/1.2' });
  expect(bot.headers.get('x-footfall-refused')).toBe('ai_bot');
  const admin = view({ url: 'https://example.com/admin/ada@example.com' });
  const some = await scene.post('/e', { site: 'a', sent: NOON, events: [view(), admin, { ...view(), id: 'x' }] });
  expect(some.headers.get('x-footfall-refused')).toBe('excluded_path invalid');
  const key = { 'content-type': 'application/json' };
  await scene.post('/event', seed({ site_id: 'a', ip: '203.0.113.4' }), key);
  const kept = async () => {
    const documents = await scene.store.documents.list(lastRefusalsKind('a'));
    return documents.flatMap(({ value }) => (value as { refusals: object[] }).refusals);
  };
  await expect.poll(kept).toEqual([
    {
      time: NOON,
      reason: 'excluded_path',
      field: 'events[1].url',
      name: 'pageview',
      hostname: 'example.com',
      path: '/admin/[email]',
      browser: 'Chrome',
      os: 'Linux',
      device: 'desktop',
    },
    { time: NOON, reason: 'invalid', field: 'events[2].id', browser: 'Chrome', os: 'Linux', device: 'desktop' },
    expect.objectContaining({ reason: 'key_required', field: 'ip' }),
  ]);
  const told = JSON.stringify(await kept());
  for (const secret of ['203.0.113', 'Mozilla', 'GPTBot', 'ada@']) expect(told).not.toContain(secret);
});
