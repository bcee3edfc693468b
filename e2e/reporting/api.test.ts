import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerSchema, realtimeSchema, refusedAnswerSchema, sitesSchema } from '../../core/question.ts';
import { LOG_ENTRY_VERSION } from '../../core/event.ts';
import { newId } from '../../core/id.ts';
import { lastRefusalsKind } from '../../core/last-refusals.ts';
import { partitionOf } from '../../core/partition.ts';
import { reporting } from '../../reporting/reporting.ts';
import { until } from '../support/until.ts';
import { act, NOW, sentOf, stay, view } from './scenarios/tell.ts';
import { newWorld } from './world.ts';
import type { World } from './world.ts';

const SITE = 'a.example';
const PARTITIONS = 2;
const now = Date.parse(NOW);
const question = { site_id: SITE, date_range: 'day', metrics: ['visitors'] };

let world: World;

beforeAll(async () => {
  world = await newWorld({ partitions: PARTITIONS, now });
  await world.addSite(SITE, 'Asia/Kathmandu');
  await world.addSite('b.example', 'UTC');
  const read = view('reader', '11:50', '/long');
  await world.apply(
    SITE,
    sentOf(
      [
        read,
        stay(read, 8, 400),
        view('a', '11:56', '/'),
        view('a', '11:58:30', '/b'),
        view('@anna', '11:58:40', '/b'),
        act('b', '11:59', 'signup', '/b'),
        view('gone', '11:40', '/'),
        view('older', '11:20', '/'),
        view(undefined, '11:59', '/b'),
      ],
      'Asia/Kathmandu',
    ),
  );
  const from = await world.store.position(partitionOf(SITE, PARTITIONS));
  const entry = { v: LOG_ENTRY_VERSION, received: now, context: {}, events: [] } as const;
  const refusals = [
    { day: 20_779, reason: 'bot', count: 7 },
    { day: 20_778, reason: 'bot', count: 2 },
    { day: 20_779, reason: 'hostname', count: 9 },
  ];
  await world.store.apply({
    partition: partitionOf(SITE, PARTITIONS),
    from,
    to: { incarnation: 'log', offset: '1000' },
    quarantine: [],
    entries: [
      { ...entry, id: newId(), site: SITE, refused: refusals, events: [] },
      { ...entry, id: newId(), site: '', refused: [{ day: 20_779, reason: 'malformed_json', count: 3 }], events: [] },
    ],
  });
  await world.caughtUp();
  world.setNow(now);
});

afterAll(() => world.close());

async function get(path: string): Promise<{ status: number; body: unknown; headers: Headers }> {
  const answer = await world.app.request(path);
  return { status: answer.status, body: await answer.json(), headers: answer.headers };
}

function post(
  body: string,
  headers: Record<string, string> = { 'content-type': 'application/json' },
): Promise<Response> {
  return Promise.resolve(world.app.request('/api/v1/query', { method: 'POST', body, headers }));
}

describe('POST /api/v1/query', () => {
  test('answers as its own description says', async () => {
    const answer = await world.post({
      ...question,
      dimensions: ['time:hour', 'page'],
      include: { totals: true, total_rows: true, comparison: 'previous_period' },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    const body: unknown = await answer.json();
    expect(answerSchema.strict().parse(body)).toEqual(body);
  });

  test('tells up to when it counted', async () => {
    const { meta } = await world.ask({ site_id: SITE, date_range: 'day', metrics: ['visitors'] });
    expect(meta.as_of).toBeGreaterThanOrEqual(now);
    expect(meta).toMatchObject({ definitions_version: 1, time_zone: 'Asia/Kathmandu' });
  });

  test.each([
    ['what is not JSON', '{"site_id":', {}, 400, 'malformed_json'],
    ['nothing', '', {}, 400, 'malformed_json'],
    ['another content type', JSON.stringify(question), { 'content-type': 'text/plain' }, 415, 'content_type'],
    ['a form', 'site_id=a', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'content_type'],
    ['something that only begins like JSON', '{}', { 'content-type': 'application/jsonp' }, 415, 'content_type'],
    ['too much', JSON.stringify({ ...question, x: 'y'.repeat(300_000) }), {}, 413, 'too_large'],
    ['too much, and not said so', `{"x":"${'y'.repeat(300_000)}"}`, { 'content-length': '5' }, 413, 'too_large'],
    ['a list', '[]', {}, 422, 'question'],
    ['null', 'null', {}, 422, 'question'],
    ['a wrong metric', JSON.stringify({ ...question, metrics: ['money'] }), {}, 422, 'question'],
    ['a site nobody knows', JSON.stringify({ ...question, site_id: 'nobody.example' }), {}, 404, 'unknown_site'],
    ['a site that cannot be one', JSON.stringify({ ...question, site_id: "x' OR '1'='1" }), {}, 404, 'unknown_site'],
    ['a prototype', '{"__proto__":{"site_id":"a.example"},"constructor":1}', {}, 422, 'question'],
    ['a range too far', JSON.stringify({ ...question, date_range: ['0001-01-01', '0001-01-02'] }), {}, 422, 'question'],
    ['a wrong expression', JSON.stringify({ ...question, filters: [['matches', 'page', ['(']]] }), {}, 422, 'question'],
    [
      'too many buckets',
      JSON.stringify({ ...question, date_range: ['2020-01-01', '2026-11-22'], dimensions: ['time:minute'] }),
      {},
      422,
      'question',
    ],
  ])('refuses %s', async (_, body, headers, status, reason) => {
    const answer = await post(body, { 'content-type': 'application/json', ...headers });
    expect(answer.status).toBe(status);
    const refusal = (await answer.json()) as Record<string, unknown>;
    expect(refusal).toMatchObject({ status: 'refused', reason, fix: expect.any(String), message: expect.any(String) });
    expect(Array.isArray(refusal.allowed)).toBe(status === 422);
    expect(world.errors).toEqual([]);
  });

  test('other methods', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
      const answer = await world.app.request('/api/v1/query', { method });
      expect(answer.status).toBe(405);
    }
  });

  test('a caller who goes away ends the question', async () => {
    const abort = new AbortController();
    abort.abort();
    const request = new Request('http://localhost/api/v1/query', {
      method: 'POST',
      body: JSON.stringify(question),
      headers: { 'content-type': 'application/json' },
    });
    Object.defineProperty(request, 'signal', { value: abort.signal });
    expect((await world.app.request(request)).status).toBe(504);
  });

  test('a question that takes too long is ended', async () => {
    const file = `${world.folder}/slow.duckdb`;
    const limits = { questionMsMax: 0 };
    const slow = reporting({ store: world.store, replica: { file, partitions: PARTITIONS }, limits, now: () => now });
    const ask = () =>
      slow.request('/api/v1/query', {
        method: 'POST',
        body: JSON.stringify(question),
        headers: { 'content-type': 'application/json' },
      });
    const answer = await until('the replica to be built', async () => {
      const one = await ask();
      return one.status !== 503 && one;
    });
    expect(answer.status).toBe(504);
    expect(await answer.json()).toMatchObject({ reason: 'timeout', fix: expect.stringContaining('shorter') });
    await slow.close();
  });
});

describe('GET /api/v1/realtime', () => {
  test('who is there: views, events and engagement of the last five minutes', async () => {
    const { status, body } = await get(`/api/v1/realtime?site_id=${SITE}`);
    expect(status).toBe(200);
    const live = realtimeSchema.strict().parse(body);
    // a, anna and b did something, the reader still reads; gone and older are gone.
    expect(live.visitors).toBe(4);
    expect(live.pages).toEqual([
      { page: '/b', visitors: 3 },
      { page: '/', visitors: 1 },
    ]);
    expect(live.pageviews).toHaveLength(30);
    expect(live.pageviews[0]?.minute).toBe('2026-11-22T17:16:00+05:45');
    expect(live.pageviews.at(-1)?.minute).toBe('2026-11-22T17:45:00+05:45');
    const counts = live.pageviews
      .filter(({ pageviews }) => pageviews > 0)
      .map((one) => [one.minute.slice(11, 16), one.pageviews]);
    expect(counts).toEqual([
      ['17:25', 1],
      ['17:35', 1],
      ['17:41', 1],
      ['17:43', 2],
      ['17:44', 1],
    ]);
  });

  test('of an empty site', async () => {
    const { body } = await get('/api/v1/realtime?site_id=b.example');
    expect(body).toMatchObject({ visitors: 0, pages: [] });
  });

  test.each([
    '',
    '?site_id=',
    '?site_id=nobody.example',
    '?site_id=%00',
    "?site_id='--",
    `?site_id=${'x'.repeat(5000)}`,
  ])('refuses %s', async (query) => {
    expect(await get(`/api/v1/realtime${query}`)).toMatchObject({ status: 404, body: { reason: 'unknown_site' } });
  });
});

describe('GET /api/v1/sites', () => {
  test('tells the sites without their secrets', async () => {
    const { body } = await get('/api/v1/sites');
    expect(
      sitesSchema
        .strict()
        .parse(body)
        .sites.map(({ id, zone }) => [id, zone]),
    ).toEqual([
      [SITE, 'Asia/Kathmandu'],
      ['b.example', 'UTC'],
    ]);
    expect(JSON.stringify(body)).not.toMatch(/pepper|sha256/);
  });
});

describe('GET /api/v1/refused', () => {
  test('counts by day and reason', async () => {
    const { body } = await get(`/api/v1/refused?site_id=${SITE}`);
    expect(refusedAnswerSchema.strict().parse(body).refused).toEqual([
      { date: '2026-11-22', reason: 'hostname', count: 9 },
      { date: '2026-11-22', reason: 'bot', count: 7 },
      { date: '2026-11-21', reason: 'bot', count: 2 },
    ]);
  });

  test('between two days', async () => {
    expect((await get(`/api/v1/refused?site_id=${SITE}&from=2026-11-22`)).body).toEqual({
      refused: [
        { date: '2026-11-22', reason: 'hostname', count: 9 },
        { date: '2026-11-22', reason: 'bot', count: 7 },
      ],
      last: [],
    });
    expect((await get(`/api/v1/refused?site_id=${SITE}&to=2026-11-21`)).body).toEqual({
      refused: [{ date: '2026-11-21', reason: 'bot', count: 2 }],
      last: [],
    });
  });

  test('of no known site', async () => {
    expect((await get('/api/v1/refused')).body).toEqual({
      refused: [{ date: '2026-11-22', reason: 'malformed_json', count: 3 }],
      last: [],
    });
  });

  test('the last of a site, of all collectors together, the latest first, none of long ago', async () => {
    const one = (time: number, reason: string) => ({ time, reason, field: 'user-agent', browser: 'Chrome' });
    const kind = lastRefusalsKind(SITE);
    const old = one(now - 49 * 3_600_000, 'bot');
    await world.store.documents.put(kind, 'a', { refusals: [old, one(now - 3000, 'hostname')] });
    await world.store.documents.put(kind, 'b', { refusals: [one(now - 2000, 'bot')] });
    const { body } = await get(`/api/v1/refused?site_id=${SITE}`);
    const { last } = refusedAnswerSchema.strict().parse(body);
    expect(last.map(({ time, reason }) => [Date.parse(time) - now, reason])).toEqual([
      [-2000, 'bot'],
      [-3000, 'hostname'],
    ]);
  });

  test.each(['from=yesterday', 'to=2026-02-30', 'from=1', "site_id=x'y"])('refuses %s', async (query) => {
    expect(await get(`/api/v1/refused?${query}`)).toMatchObject({ status: 400, body: { reason: 'invalid' } });
  });
});

describe('the description', () => {
  test('is an OpenAPI document with all endpoints', async () => {
    const { status, body } = await get('/api/v1/openapi.json');
    expect(status).toBe(200);
    const { openapi, paths, components } = body as {
      openapi: string;
      paths: Record<string, unknown>;
      components: { schemas: Record<string, unknown> };
    };
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/api/v1/query', '/api/v1/realtime', '/api/v1/sites', '/api/v1/refused']),
    );
    const references = [...JSON.stringify(body).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
    for (const name of references) expect(components.schemas).toHaveProperty(name ?? '');
  });

  test('is a page that loads nothing and runs nothing', async () => {
    const answer = await world.app.request('/api/v1/reference');
    const html = await answer.text();
    expect(answer.headers.get('content-type')).toContain('text/html');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|script-src/);
    expect(html).toContain('/api/v1/query');
    expect(html).toContain('previous_period');
    expect(html).not.toMatch(/<script|\son\w+=|https?:\/\/(?!github\.com)/);
  });

  test('the page at the root has links that lead somewhere', async () => {
    const answer = await world.app.request('/');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const links = [...(await answer.text()).matchAll(/href="([^"]+)"/g)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) expect((await world.app.request(`/${link}`)).status).toBe(200);
  });
});

test('nothing is told to who may not read, but the description is', async () => {
  const file = `${world.folder}/closed.duckdb`;
  const options = { store: world.store, replica: { file, partitions: PARTITIONS }, mayRead: () => false };
  const closed = reporting(options);
  for (const path of ['realtime?site_id=a.example', 'sites', 'refused', 'nothing']) {
    const answer = await closed.request(`/api/v1/${path}`);
    expect([path, answer.status, answer.headers.get('www-authenticate')]).toEqual([path, 401, 'Bearer']);
  }
  const asked = await closed.request('/api/v1/query', { method: 'POST', body: JSON.stringify(question) });
  expect(asked.status).toBe(401);
  expect((await closed.request('/stats?site_id=a.example&date=2026-11-22')).status).toBe(401);
  for (const path of ['/', '/healthz', '/api/v1/openapi.json', '/api/v1/reference']) {
    expect([path, (await closed.request(path)).status]).toEqual([path, 200]);
  }
  await closed.close();
});

test('an address nobody knows', async () => {
  expect(await get('/api/v2/query')).toMatchObject({ status: 404, body: { reason: 'not_found' } });
  expect(await get('/%2e%2e/%2e%2e/etc/passwd')).toMatchObject({ status: 404 });
});
