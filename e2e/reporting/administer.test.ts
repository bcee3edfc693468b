import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isKeyOf, siteSchema } from '../../core/site.ts';
import { reporting } from '../../reporting/reporting.ts';
import type { Reporting } from '../../reporting/reporting.ts';
import { administration } from '../../server/administration.ts';
import { eventsOf } from '../support/contents.ts';
import { NOW, sentOf, view } from './scenarios/tell.ts';
import { newWorld } from './world.ts';
import type { World } from './world.ts';

/** What the API changes: sites, their keys, and whom the data holds. */

const PARTITIONS = 2;
const SITE = 'a.example';
let world: World;
let app: Reporting;

beforeAll(async () => {
  world = await newWorld({ partitions: PARTITIONS, now: Date.parse(NOW) });
  await world.addSite(SITE, 'UTC');
  await world.apply(SITE, sentOf([view('@ada', '11:00', '/'), view('@grace', '11:01', '/')], 'UTC'));
  app = open();
});
afterAll(async () => {
  await app.close();
  await world.close();
});

function open(more: { mayRead?: () => boolean } = {}): Reporting {
  const { store } = world;
  return reporting({
    store,
    replica: { file: `${world.folder}/own-${more.mayRead ? 'closed' : 'open'}.duckdb`, partitions: PARTITIONS },
    administration: administration({ store, partitions: PARTITIONS }),
    ...more,
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };

async function send(method: string, path: string, body: unknown, headers: Record<string, string> = JSON_TYPE) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await app.request(`/api/v1${path}`, { method, headers, body: text });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const kept = async (id: string) => siteSchema.parse(await world.store.documents.get('site', id));

describe('sites', () => {
  test('are made once, with a key that is told only then', async () => {
    const asked = {
      id: 'new.example',
      zone: 'Europe/Berlin',
      hostnames: ['New.Example'],
      excluded_paths: ['/admin/**'],
    };
    const { status, body } = await send('POST', '/sites', asked);
    expect(status).toBe(201);
    const site = { ...asked, hostnames: ['new.example'], created: expect.any(Number) };
    expect(body).toEqual({ site, key: expect.stringMatching(/^ffk_/) });
    expect(isKeyOf(await kept('new.example'), String(body.key))).toBe(true);
    expect(await send('POST', '/sites', asked)).toMatchObject({ status: 409, body: { reason: 'exists' } });
    const listed = (await (await app.request('/api/v1/sites')).json()) as { sites: object[] };
    expect(listed.sites).toContainEqual(site);
    expect(JSON.stringify(listed)).not.toMatch(/pepper|key/);
  });

  test('are changed by what is named, and keep the rest', async () => {
    await send('POST', '/sites', { id: 'changed.example', gpc: 'drop', query_params: ['id'] });
    const before = await kept('changed.example');
    const { status, body } = await send('PATCH', '/sites/changed.example', { masking: 'off', query_params: [] });
    expect(status).toBe(200);
    const { pepper: _pepper, key_sha256: _key, query_params: _params, ...rest } = before;
    expect(body).toEqual({ site: { ...rest, masking: 'off' } });
    expect(await kept('changed.example')).toMatchObject({ pepper: before.pepper, key_sha256: before.key_sha256 });
    expect(await send('PATCH', '/sites/none.example', {})).toMatchObject({
      status: 404,
      body: { reason: 'unknown_site' },
    });
    const zone = await send('PATCH', '/sites/changed.example', { zone: 'Europe/Rome' });
    expect(zone).toMatchObject({ status: 400, body: { reason: 'invalid', field: 'zone' } });
  });

  test('get a new key, which voids the one before', async () => {
    const { body: made } = await send('POST', '/sites', { id: 'keys.example' });
    const { status, body } = await send('POST', '/sites/keys.example/key', '');
    expect(status).toBe(200);
    const site = await kept('keys.example');
    expect([isKeyOf(site, String(body.key)), isKeyOf(site, String(made.key))]).toEqual([true, false]);
    expect((await send('POST', '/sites/none.example/key', '')).status).toBe(404);
  });

  test.each([
    [{ id: 'a b' }, 'id'],
    [{}, 'id'],
    [{ id: 5 }, 'id'],
    [[], 'body'],
    [{ id: 'x', zone: 'Mars/Olympus' }, 'zone'],
    [{ id: 'x', hostnames: ['https://x/'] }, 'hostnames'],
    [{ id: 'x', hostnames: 'x' }, 'hostnames'],
    [{ id: 'x', gpc: 'never' }, 'gpc'],
    [{ id: 'x', excluded_addresses: ['1.2.3.4/33'] }, 'excluded_addresses'],
    [{ id: 'x', excluded_countries: ['Switzerland'] }, 'excluded_countries'],
    [{ id: 'x', excluded_paths: ['admin'] }, 'excluded_paths'],
    [{ id: 'x', query_params: ['a&b'] }, 'query_params'],
    [{ id: 'x', pepper: 'mine' }, 'site'],
  ])('refuses %j, and names the field', async (body, field) => {
    expect(await send('POST', '/sites', body)).toMatchObject({ status: 400, body: { reason: 'invalid', field } });
    expect(await world.store.documents.get('site', 'x')).toBeUndefined();
  });
});

test('a person is erased, and nobody else', async () => {
  const before = await eventsOf(world.store);
  expect(new Set(before.map(({ user_id }) => user_id))).toEqual(new Set(['ada', 'grace']));
  expect(await send('POST', '/erase', { site_id: SITE, user_id: 'ada' })).toEqual({ status: 200, body: { events: 1 } });
  expect((await eventsOf(world.store)).map(({ user_id }) => user_id)).toEqual(['grace']);
  expect((await send('POST', '/erase', { site_id: 'none', user_id: 'ada' })).status).toBe(404);
  for (const wrong of [{ site_id: SITE }, { site_id: SITE, user_id: '' }, { user_id: { $ne: 1 }, site_id: SITE }])
    expect(await send('POST', '/erase', wrong)).toMatchObject({ status: 400, body: { field: 'user_id' } });
});

describe('nobody changes anything', () => {
  const calls = [
    ['POST', '/sites'],
    ['PATCH', `/sites/${SITE}`],
    ['POST', `/sites/${SITE}/key`],
    ['POST', '/erase'],
  ] as const;
  const body = { id: 'evil.example', site_id: SITE, user_id: 'grace' };

  test.each(calls)('from a page of another origin: %s %s', async (method, path) => {
    for (const from of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ])
      expect((await send(method, path, body, { ...JSON_TYPE, ...from })).status).toBe(403);
  });

  test.each(calls.filter(([, path]) => !path.endsWith('key')))(
    'without a body of JSON: %s %s',
    async (method, path) => {
      expect((await send(method, path, body, { 'content-type': 'text/plain' })).status).toBe(415);
    },
  );

  test('without the right to read, or where the program gives none', async () => {
    const closed = open({ mayRead: () => false });
    for (const [method, path] of calls) {
      const init = { method, headers: JSON_TYPE, body: JSON.stringify(body) };
      expect((await closed.request(`/api/v1${path}`, init)).status).toBe(401);
      expect((await world.app.request(`/api/v1${path}`, init)).status).toBe(404);
    }
    await closed.close();
    expect((await eventsOf(world.store)).map(({ user_id }) => user_id)).toEqual(['grace']);
    expect(await world.store.documents.get('site', 'evil.example')).toBeUndefined();
  });
});
