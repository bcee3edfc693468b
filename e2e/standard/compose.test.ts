import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { newId } from '../../core/id.ts';
import { send } from '../support/http.ts';
import { until } from '../support/until.ts';
import { buildImage } from './compose/built-image.ts';
import { keptPort } from './compose/kept-port.ts';
import { localCompose } from './compose/local-compose.ts';
import type { LocalCompose } from './compose/local-compose.ts';

/**
 * What `docker compose up --build` starts, without a container engine: the image's build is run on this machine, and its
 * processes with the commands and settings of `docker-compose.yml` (`compose/local-compose.ts`). One after the other, the
 * tests live with the same data, as its operator does.
 */

const SEED_EVENT = `{
  "site_id": "site-abc-123",
  "event_type": "page_view",
  "path": "/pricing",
  "user_id": "user-xyz-789",
  "timestamp": "2025-11-12T19:30:01Z"
}`;
const SEED_STATS =
  '{"site_id":"site-abc-123","date":"2025-11-12","total_views":1,"unique_users":1,"top_paths":[{"path":"/pricing","views":1}]}';
const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const SECRETS = ['setup/admin-url', 'footfall/store-url', 'footfall/queue-url', 'mongodb/key', 'redis/users.acl'];

const folder = mkdtempSync(join(tmpdir(), 'footfall-compose-'));
let compose: LocalCompose;
let variables: { PORT: string; REPORTING_PORT: string };
let collector: string;
let reporting: string;

beforeAll(async () => {
  const [redis, mongodb] = [inject('redis'), inject('mongodb')];
  const programs = { 'redis-server': redis.program ?? '', mongod: mongodb.program ?? '' };
  for (const { program, missing } of [redis, mongodb])
    if (program === undefined) throw new Error(missing ?? 'This test starts a redis-server and a mongod of its own.');
  const app = buildImage(folder);
  compose = await localCompose({ folder, app, programs });
  variables = { PORT: `${await keptPort()}`, REPORTING_PORT: `${await keptPort()}` };
  collector = `http://127.0.0.1:${variables.PORT}`;
  reporting = `http://127.0.0.1:${variables.REPORTING_PORT}`;
  await compose.up(variables);
}, 300_000);
afterAll(async () => {
  await compose?.down();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

const passwordOf = (url: string): string => new URL(url).password;
const statsOf = async (site: string, date: string): Promise<string> =>
  (await fetch(`${reporting}/stats?site_id=${site}&date=${date}`)).text();

test("the seed's two calls, to the letter", async () => {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(`${collector}/event`, { method: 'POST', headers, body: SEED_EVENT });
  expect(answer.status).toBe(202);
  expect(await answer.json()).toEqual({ status: 'accepted', event_id: expect.any(String) });
  await until('it to be counted', async () => (await statsOf('site-abc-123', '2025-11-12')) === SEED_STATS);
});

test('the script, a batch of a browser, and the dashboard', async () => {
  const script = await fetch(`${collector}/s.js`);
  expect([script.status, script.headers.get('content-type')]).toEqual([200, expect.stringContaining('javascript')]);
  const page = await fetch(reporting);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('<title>');

  const time = Date.now();
  const batch = {
    site: 'b',
    sent: time,
    events: [{ id: newId(), name: 'pageview', time, url: 'https://b.example/x' }],
  };
  const headers = { 'content-type': 'text/plain', 'user-agent': CHROME, 'accept-language': '*' };
  const answer = await fetch(`${collector}/e`, { method: 'POST', headers, body: JSON.stringify(batch) });
  expect(await answer.json()).toMatchObject({ accepted: 1, refused: [] });
  const date = new Date(time).toISOString().slice(0, 10);
  await until('it to be counted', async () => (await statsOf('b', date)).includes('"path":"/x","views":1'));
});

test('without the password neither Redis nor MongoDB tells anything, and with it a store does no more than it must', async () => {
  const redis = async (username: string, password: string, ...command: string[]) => {
    const options = { port: compose.ports.redis, username, password, lazyConnect: true, enableReadyCheck: false };
    const client = new Redis({ ...options, retryStrategy: () => null, maxRetriesPerRequest: 0 });
    client.on('error', () => {});
    try {
      await client.connect();
      return await client.call(command[0] ?? '', command.slice(1));
    } finally {
      client.disconnect();
    }
  };
  const queueSecret = passwordOf(compose.secret('footfall/queue-url'));
  expect(await redis('footfall', queueSecret, 'EXISTS', 'footfall:log')).toBe(1);
  expect(await redis('health', 'any', 'PING')).toBe('PONG');
  await expect(redis('footfall', 'wrong', 'EXISTS', 'footfall:log')).rejects.toThrow(/WRONGPASS|NOAUTH|closed/);
  await expect(redis('default', '', 'EXISTS', 'footfall:log')).rejects.toThrow(/WRONGPASS|NOAUTH|closed/);
  await expect(redis('health', 'any', 'EXISTS', 'footfall:log')).rejects.toThrow('NOPERM');
  for (const command of ['FLUSHALL', 'KEYS *', 'CONFIG SET maxmemory 1', 'ACL LIST', 'GET other'])
    await expect(redis('footfall', queueSecret, ...command.split(' '))).rejects.toThrow('NOPERM');

  const mongodb = async <T>(url: string, work: (client: MongoClient) => Promise<T>): Promise<T> => {
    const client = new MongoClient(url, { serverSelectionTimeoutMS: 5000 });
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  };
  const storeUrl = compose.secret('footfall/store-url');
  const count = (client: MongoClient): Promise<number> => client.db('footfall').collection('events').countDocuments();
  expect(await mongodb(storeUrl, count)).toBe(2);
  await expect(mongodb(storeUrl.replace(passwordOf(storeUrl), 'wrong'), count)).rejects.toThrow(
    'Authentication failed',
  );
  await expect(mongodb(storeUrl.replace(/\/\/.*@/, '//'), count)).rejects.toThrow('requires authentication');
  await expect(mongodb(storeUrl, (client) => client.db('footfall').dropDatabase())).rejects.toThrow('not authorized');
  await expect(mongodb(storeUrl, (client) => client.db('admin').collection('system.users').findOne())).rejects.toThrow(
    'not authorized',
  );
});

test('no secret stands in a command, an environment or a log, and each is for the eyes of its user', () => {
  const services = ['secrets', 'redis', 'mongodb', 'mongodb-setup', 'collector', 'worker', 'reporting'];
  const told = services.flatMap((name) => compose.processes(name).map((one) => [one.words, one.env, one.output()]));
  expect(told.length).toBe(services.length);
  const all = JSON.stringify(told);
  const passwords = ['setup/admin-url', 'footfall/store-url', 'footfall/queue-url'].map((name) =>
    passwordOf(compose.secret(name)),
  );
  expect(new Set(passwords).size).toBe(3);
  for (const one of [...passwords, compose.secret('mongodb/key')]) {
    expect(one.length).toBeGreaterThan(40);
    expect(all).not.toContain(one);
    expect(compose.secret('redis/users.acl')).not.toContain(one);
  }
  expect(compose.strays()).toEqual([]);
});

test('down and up again: the same secrets and numbers, published to a network, with two workers', async () => {
  const before = SECRETS.map(compose.secret);
  // Nobody works, so that these stay in Redis over its end.
  expect(await compose.processes('worker')[0]?.stop(15_000)).toBe(0);
  const waiting = { site_id: 'w', event_type: 'page_view', path: '/', timestamp: '2025-11-12T10:00:00Z' };
  // Together, so that Redis writes several in one stroke.
  const answers = await Promise.all(Array.from({ length: 40 }, () => send(`${collector}/event`, waiting)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  const ended = {
    reporting: [0],
    worker: [],
    collector: [0],
    'mongodb-setup': [],
    mongodb: [0],
    redis: [0],
    secrets: [],
  };
  expect(await compose.down()).toEqual(ended);
  const open = { ...variables, PUBLISH_HOST: '0.0.0.0', REPORTING_PUBLISH_HOST: '127.0.0.1' };
  await compose.up(open, { worker: 2 });
  expect(SECRETS.map(compose.secret)).toEqual(before);
  expect(await statsOf('site-abc-123', '2025-11-12')).toBe(SEED_STATS);
  await until('what waited to be counted', async () => (await statsOf('w', '2025-11-12')).includes('"total_views":40'));
  // Redis says so when it cannot read its own log again.
  expect(compose.processes('redis').at(-1)?.output()).not.toContain('CRITICAL');

  // The rules of an open collector; of the reporting only this machine can read.
  const event = { event_type: 'page_view', path: '/again' };
  expect((await send(`${collector}/event`, { ...event, site_id: 'new' })).status).toBe(404);
  expect((await fetch(`${collector}/metrics`)).status).toBe(403);

  // Two share the partitions, and either does all when the other goes.
  const date = new Date().toISOString().slice(0, 10);
  const oneMore = async (views: number): Promise<void> => {
    expect((await send(`${collector}/event`, { ...event, site_id: 'b' })).status).toBe(202);
    await until('it to be counted', async () =>
      (await statsOf('b', date)).includes(`"path":"/again","views":${views}`),
    );
  };
  await oneMore(1);
  expect(await compose.processes('worker').at(-1)?.stop(15_000)).toBe(0);
  await oneMore(2);
});
