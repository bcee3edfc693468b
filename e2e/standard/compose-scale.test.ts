import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Admin } from '@platformatic/kafka';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { newId } from '../../core/id.ts';
import { until } from '../support/until.ts';
import { buildImage } from './compose/built-image.ts';
import { keptPort } from './compose/kept-port.ts';
import { localCompose } from './compose/local-compose.ts';
import type { LocalCompose } from './compose/local-compose.ts';
import { postFrom } from './compose/post-from.ts';

/**
 * What `docker compose --profile scale up --build` starts, without a container engine, as `compose.test.ts` does it: Kafka,
 * MongoDB, two collectors behind HAProxy, three workers, the reporting. One after the other, the tests live with the same data.
 */

const SEED_EVENT =
  '{"event":"page_view","user_id":"U1","props":{"url":"/","ref":"google"},"timestamp":"2025-11-26T12:00:00Z"}';
const SEED_STATS =
  '{"site_id":"default","date":"2025-11-26","total_views":1,"unique_users":1,"top_paths":[{"path":"/","views":1}]}';
const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const JSON_TYPE = { 'content-type': 'application/json' };
/** Two proxies of the operator's own, one behind the other. */
const [PROXY, OUTER_PROXY] = ['127.0.0.9', '127.0.0.10'];

const folder = mkdtempSync(join(tmpdir(), 'footfall-compose-'));
let compose: LocalCompose;
let variables: Record<
  'COMPOSE_PROFILES' | 'PORT' | 'TRACK_PORT' | 'REPORTING_PORT' | 'TRUSTED_PROXIES' | 'COUNTRY_HEADER' | 'KAFKA_MEMORY',
  string
>;
let door: string;
let reporting: string;

beforeAll(async () => {
  const [mongodb, kafka, haproxy] = [inject('mongodb'), inject('kafka'), inject('haproxy')];
  for (const { program, missing } of [mongodb, kafka, haproxy])
    if (program === undefined) throw new Error(missing ?? 'This test starts a mongod and a Kafka of its own.');
  compose = await localCompose({
    folder,
    app: buildImage(folder),
    programs: { mongod: mongodb.program ?? '', haproxy: haproxy.program ?? '' },
    folders: { '/opt/kafka/libs': kafka.program ?? '' },
  });
  variables = {
    COMPOSE_PROFILES: 'scale',
    PORT: `${await keptPort()}`,
    TRACK_PORT: `${await keptPort()}`,
    REPORTING_PORT: `${await keptPort()}`,
    TRUSTED_PROXIES: `${PROXY},${OUTER_PROXY}/32`,
    COUNTRY_HEADER: 'cf-ipcountry',
    // And what makes Java quick to start.
    KAFKA_MEMORY: '256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1',
  };
  door = `http://127.0.0.1:${variables.PORT}`;
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

/** Someone visits. */
interface Visit {
  from?: string;
  forwarded?: string;
  country?: string;
}

interface Row {
  dimensions: string[];
  metrics: number[];
}

/** A browser looks at a page, and is answered with success at once. */
async function viewed(site: string, { from, forwarded, country }: Visit = {}): Promise<void> {
  const time = Date.now();
  const events = [{ id: newId(), name: 'pageview', time, url: `https://${site}/x` }];
  const headers = { 'content-type': 'text/plain', 'user-agent': CHROME, 'accept-language': '*' };
  const answer = await postFrom(`${door}/e`, {
    body: JSON.stringify({ site, sent: time, events }),
    headers: {
      ...headers,
      ...(forwarded && { 'x-forwarded-for': forwarded }),
      ...(country && { 'cf-ipcountry': country }),
    },
    ...(from && { from }),
  });
  expect(answer).toMatchObject({ status: 202, body: expect.stringContaining('"accepted":1') });
}

test("the second seed's call, to the letter: counted, and in its collection", async () => {
  const answer = await postFrom(`http://127.0.0.1:${variables.TRACK_PORT}/track`, {
    body: SEED_EVENT,
    headers: JSON_TYPE,
  });
  expect(answer).toEqual({ status: 200, body: '{"status":"ok"}' });
  await until('it to be counted', async () => (await statsOf('default', '2025-11-26')) === SEED_STATS);
  const client = new MongoClient(compose.secret('footfall/store-url'));
  try {
    const found = await client.db('footfall').collection('analytics_events').find().toArray();
    expect(found).toMatchObject([
      {
        event_type: 'page_view',
        user_id: 'U1',
        props: { url: '/', referrer: 'google' },
        timestamp: new Date('2025-11-26T12:00:00Z'),
      },
    ]);
  } finally {
    await client.close();
  }
});

test('a visitor is who is connected to the balancer, whatever a header says; behind trusted proxies, whom these name', async () => {
  const today = new Date().toISOString().slice(0, 10);
  const visitorsOf = async (site: string, ...visits: Visit[]): Promise<unknown> => {
    for (const visit of visits) {
      // Twice, so that either collector has one.
      for (let n = 0; n < 2; n++) await viewed(site, visit);
    }
    const counted = `"total_views":${visits.length * 2}`;
    const stats = await until('all to be counted', async () => {
      const answer = await statsOf(site, today);
      return answer.includes(counted) && answer;
    });
    return (JSON.parse(stats) as { unique_users: number }).unique_users;
  };
  const forged = { forwarded: '203.0.113.1' };
  expect(await visitorsOf('one.example', {}, forged, { forwarded: `203.0.113.2, ${PROXY}` })).toBe(1);
  expect(await visitorsOf('two.example', forged, { ...forged, from: '127.0.0.2' })).toBe(2);
  const behind = (forwarded: string) => ({ from: PROXY, forwarded });
  expect(
    await visitorsOf(
      'proxy.example',
      behind('203.0.113.1'),
      behind('198.51.100.1, 203.0.113.1'),
      behind(`203.0.113.1, ${OUTER_PROXY}`),
      behind('203.0.113.2'),
    ),
  ).toBe(2);
});

test('the header with the country is believed of trusted proxies alone', async () => {
  // In Switzerland, by the file that comes with Footfall.
  const forwarded = '84.73.0.1';
  await viewed('country.example', { from: PROXY, forwarded, country: 'DE' });
  await viewed('country.example', { from: '127.0.0.2', forwarded, country: 'FR' });
  await viewed('country.example', { from: '127.0.0.3', country: 'FR' });
  const question = { site_id: 'country.example', date_range: 'day', metrics: ['visits'], dimensions: ['country'] };
  const asked = { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(question) };
  const rows = await until('all to be counted', async () => {
    const answer = (await (await fetch(`${reporting}/api/v1/query`, asked)).json()) as { results: Row[] };
    return answer.results.reduce((sum, row) => sum + row.metrics[0]!, 0) === 3 && answer.results;
  });
  expect(rows.map(({ dimensions, metrics }) => [...dimensions, ...metrics])).toEqual([
    ['', 2],
    ['DE', 1],
  ]);
});

test('the script, the limits of a body, and the dashboard are where they are without a balancer', async () => {
  const script = await fetch(`${door}/s.js`);
  expect([script.status, script.headers.get('content-type')]).toEqual([200, expect.stringContaining('javascript')]);
  const large = JSON.stringify([{ site_id: 'default', event_type: 'a', path: '/', title: 'x'.repeat(2 ** 20) }]);
  const answer = await postFrom(`${door}/event`, { body: large, headers: JSON_TYPE });
  expect(answer).toEqual({ status: 413, body: expect.stringContaining('1048576') });
  expect((await fetch(reporting)).status).toBe(200);
});

test('one collector is killed: the other takes all, and nothing is lost or counted twice', async () => {
  const [first] = compose.processes('collector-1');
  const takenBy = async (name: string): Promise<number> => {
    const metrics = await (await fetch(`http://127.0.0.1:${compose.processes(name).at(-1)?.env.PORT}/metrics`)).text();
    return Number(/^footfall_accepted_total(?:\{.*\})? (\d+)$/m.exec(metrics)?.[1] ?? 0);
  };
  const before = await takenBy('collector-1');
  let answered = 0;
  let failed = 0;
  /** A server of another program: it sends an event again until it is answered with success. */
  async function client(): Promise<void> {
    for (let n = 0; n < 50; n++) {
      const said = { site_id: 'k', event_type: 'page_view', path: '/', timestamp: '2025-11-26T12:00:00Z' };
      const body = JSON.stringify({ ...said, event_id: newId() });
      while ((await postFrom(`${door}/event`, { body, headers: JSON_TYPE })).status !== 202) {
        failed += 1;
        await pause(20);
      }
      answered += 1;
    }
  }
  const all = Promise.all(Array.from({ length: 8 }, client));
  await until('both to take part', () => answered > 100);
  expect(await takenBy('collector-1')).toBeGreaterThan(before);
  expect(await takenBy('collector-2')).toBeGreaterThan(0);
  process.kill(first?.pid ?? 0, 'SIGKILL');
  for (let n = 0; n < 4; n++) await viewed('k');
  await all;
  // Those in hand when it was killed.
  expect(failed).toBeLessThanOrEqual(8);
  await until('all to be counted', async () => (await statsOf('k', '2025-11-26')).includes('"total_views":400'));

  await compose.up(variables);
  await until('it to take part again', async () => {
    await viewed('k');
    return (await takenBy('collector-1')) > 0;
  });
});

test('without the password Kafka tells nothing', async () => {
  const topics = async (sasl?: { mechanism: 'PLAIN'; username: string; password: string }): Promise<string[]> => {
    const bootstrapBrokers = [`127.0.0.1:${compose.ports.kafka}`];
    const admin = new Admin({ clientId: 'other', bootstrapBrokers, retries: 0, timeout: 5000, ...(sasl && { sasl }) });
    try {
      return await admin.listTopics();
    } finally {
      await admin.close().catch(() => {});
    }
  };
  const login = { mechanism: 'PLAIN', username: 'footfall' } as const;
  await expect(topics()).rejects.toThrow('Listing topics failed');
  await expect(topics({ ...login, password: 'wrong' })).rejects.toThrow('Listing topics failed');
  const password = passwordOf(compose.secret('footfall/kafka-url'));
  const own = ['events_generic', 'events_page_view', 'events_signup', 'footfall'];
  expect((await topics({ ...login, password })).filter((name) => !name.startsWith('__')).sort()).toEqual(own);
});

test('no secret stands in a command, an environment or a log', () => {
  const services = ['secrets', 'kafka', 'mongodb', 'mongodb-setup', 'collector-1', 'collector-2'];
  services.push('balancer', 'kafka-worker', 'kafka-reporting');
  const told = services.map((name) => compose.processes(name).map((one) => [one.words, one.env, one.output()]));
  expect(told.map((some) => some.length > 0)).not.toContain(false);
  expect(compose.processes('kafka-worker').length).toBe(3);
  const urls = ['setup/admin-url', 'footfall/store-url', 'footfall/queue-url', 'footfall/kafka-url'];
  const passwords = urls.map((name) => passwordOf(compose.secret(name)));
  expect(new Set(passwords).size).toBe(4);
  for (const one of passwords) expect(JSON.stringify(told)).not.toContain(one);
  // Only what is run sees the file with it, and a visitor's address is in no log.
  expect(statSync(join(folder, 'memory/kafka/tmp/kafka.properties')).mode & 0o777).toBe(0o600);
  expect(compose.processes('balancer')[0]?.output()).not.toMatch(/127\.0\.0\.2\b|203\.0\.113/);
  expect(compose.strays()).toEqual([]);
});
