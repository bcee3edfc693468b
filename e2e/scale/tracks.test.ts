import { Producer } from '@platformatic/kafka';
import { expect, test } from 'vitest';
import { kafkaOfFile } from '../../adapters/kafka/broker.contract.ts';
import { send } from '../support/http.ts';
import { servers } from '../support/server.ts';
import type { Server } from '../support/server.ts';
import { until } from '../support/until.ts';

/** The second seed's way through Kafka's topics, with everything else in one process. */

const kafka = kafkaOfFile();
const { folder, start } = servers();

/** What another program writes into a topic. */
function produce(topic: string, ...values: string[]): Promise<void> {
  return produceAs({}, topic, ...values);
}

async function produceAs(headers: Record<string, string>, topic: string, ...values: string[]): Promise<void> {
  const producer = new Producer({ clientId: 'other', bootstrapBrokers: [kafka().address], autocreateTopics: false });
  const own = new Map(Object.entries(headers).map(([name, value]) => [Buffer.from(name), Buffer.from(value)]));
  const messages = values.map((value) => ({ topic, partition: 0, value: Buffer.from(value), headers: own }));
  await producer.send({ messages, acks: -1 });
  await producer.close();
}

async function total(reporting: string, site: string, date: string): Promise<unknown> {
  const answer = await fetch(`${reporting}/stats?site_id=${site}&date=${date}`);
  return answer.json();
}

test("the seed's call and other programs' messages are counted once, also after kill -9", async () => {
  const [data, env] = [folder(), { QUEUE_URL: `${kafka().url}/log`, LEASE_MS: '6000' }];
  const first = await start({ folder: data, env });
  const call = {
    event: 'page_view',
    user_id: 'U1',
    props: { url: '/', ref: 'google' },
    timestamp: '2025-11-26T12:00:00Z',
  };
  const answer = await send(`${first.collector}/track`, call);
  expect([answer.status, await answer.text()]).toEqual([200, '{"status":"ok"}']);
  expect((await send(`${first.collector}/track`, { ...call, event: 'signup' })).status).toBe(200);
  expect((await send(`${first.collector}/track`, { ...call, event: 'odd' })).status).toBe(200);
  await produce('events_page_view', JSON.stringify({ ...call, user_id: 'U2', props: { url: '/two' } }), '{', 'null');
  await produce('events_generic', JSON.stringify({ ...call, event: 'page_view', user_id: 'U3' }));
  const day = {
    site_id: 'default',
    date: '2025-11-26',
    total_views: 3,
    unique_users: 3,
    top_paths: [
      { path: '/', views: 2 },
      { path: '/two', views: 1 },
    ],
  };
  await until('all to be counted', async () => {
    return JSON.stringify(await total(first.reporting, 'default', day.date)) === JSON.stringify(day);
  });
  await first.end('SIGKILL');
  await produce(
    'events_signup',
    JSON.stringify({ ...call, event: 'page_view', user_id: 'U4', props: { url: '/two' } }),
  );

  const next = await start({ folder: data, env });
  await until('what came meanwhile', async () => {
    const { total_views, unique_users } = (await total(next.reporting, 'default', day.date)) as typeof day;
    return total_views === 4 && unique_users === 4;
  });
  expect(await total(next.reporting, 'default', day.date)).toMatchObject({ total_views: 4, unique_users: 4 });
  const metrics = await (await fetch(`${next.collector}/metrics`)).text();
  expect(metrics).toMatch(/^footfall_worker_losses_total 0$/m);
});

test('a message that is produced again with its id, in a header or in the body, counts once', async () => {
  const env = { QUEUE_URL: `${kafka().url}/ids`, LEASE_MS: '6000' };
  const { reporting } = await start({ folder: folder(), env });
  const body = { event: 'page_view', user_id: 'U1', timestamp: '2025-11-25T12:00:00Z' };
  const at = (url: string, more: object = {}): string => JSON.stringify({ ...body, ...more, props: { url } });
  const [one, other] = [crypto.randomUUID(), crypto.randomUUID()];
  for (let n = 0; n < 3; n++) {
    await produceAs({ event_id: one.toUpperCase() }, 'events_page_view', at('/header'));
    await produce('events_page_view', at('/body', { event_id: other }));
    await produceAs({ event_id: 'no UUID' }, 'events_page_view', at('/each'));
  }
  const paths = [
    { path: '/each', views: 3 },
    { path: '/body', views: 1 },
    { path: '/header', views: 1 },
  ];
  await until('all to be counted', async () => {
    const { top_paths } = (await total(reporting, 'default', '2025-11-25')) as { top_paths: object[] };
    return JSON.stringify(top_paths) === JSON.stringify(paths);
  });
  expect(await total(reporting, 'default', '2025-11-25')).toMatchObject({ total_views: 5 });
});

test('messages that are lost before they were brought are counted as a loss', async () => {
  const [data, env] = [folder(), { QUEUE_URL: `${kafka().url}/lost`, LEASE_MS: '6000' }];
  const said = { event: 'page_view', site_id: 'lost', timestamp: '2025-11-24T12:00:00Z' };
  const event = (path: string) => JSON.stringify({ ...said, props: { url: path } });
  const viewsIn = async ({ reporting }: Server): Promise<unknown> =>
    ((await total(reporting, 'lost', '2025-11-24')) as { total_views: number }).total_views;
  const first = await start({ folder: data, env });
  await produce('events_signup', event('/brought'));
  await until('it to be counted', async () => (await viewsIn(first)) === 1);
  await first.end('SIGTERM');
  await produce('events_signup', event('/lost'), event('/lost'));
  const [offset] = await kafka().ask(async (admin) => {
    const offsets = await admin.listOffsets({
      topics: [{ name: 'events_signup', partitions: [{ partitionIndex: 0, timestamp: -1n }] }],
    });
    return offsets.map(({ partitions }) => partitions[0]?.offset ?? 0n);
  });
  await kafka().ask((admin) =>
    admin.deleteRecords({ topics: [{ name: 'events_signup', partitions: [{ partition: 0, offset: offset ?? 0n }] }] }),
  );
  await produce('events_signup', event('/after'));
  const next = await start({ folder: data, env });
  await until('what came after', async () => (await viewsIn(next)) === 2);
  const metrics = await (await fetch(`${next.collector}/metrics`)).text();
  expect(metrics).toMatch(/^footfall_ingress_losses_total 1$/m);
});

test('while Kafka is away /track is answered 503, and /event 202 from the spill', async () => {
  const env = { QUEUE_URL: `${kafka().url}/away`, LEASE_MS: '6000', QUEUE_COMMAND_MS_MAX: '1500' };
  const { collector, reporting } = await start({ folder: folder(), env });
  const event = {
    site_id: 'default',
    event_type: 'page_view',
    path: '/',
    user_id: 'u',
    timestamp: '2025-11-26T12:00:00Z',
  };
  expect((await send(`${collector}/event`, event)).status).toBe(202);
  process.kill(kafka().pid(), 'SIGSTOP');
  expect((await send(`${collector}/event`, event)).status).toBe(202);
  expect((await send(`${collector}/track`, { event: 'page_view', timestamp: '2025-11-26T12:00:00Z' })).status).toBe(
    503,
  );
  process.kill(kafka().pid(), 'SIGCONT');
  await until('both to be counted', async () => {
    const { total_views } = (await total(reporting, 'default', '2025-11-26')) as { total_views: number };
    return total_views >= 2;
  });
});
