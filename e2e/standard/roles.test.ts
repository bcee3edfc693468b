import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { freePort } from '../../adapters/free-port.contract.ts';
import { send } from '../support/http.ts';
import { servers } from '../support/server.ts';
import { until } from '../support/until.ts';
import { standard } from './scene.ts';

/** A process for each role: how each tells its health, and how it waits for what it needs. */

const scene = standard();
const { launch, mongod, redis, env } = scene;
const { folder, start, run } = servers();

test('a worker tells its health and its numbers, and that queue or store are away', async () => {
  const { collector } = await launch('collector').ready();
  const port = String(await freePort());
  await launch('worker', { WORKER_PORT: port, STORE_COMMAND_MS_MAX: '500', QUEUE_COMMAND_MS_MAX: '500' }).ready();
  const worker = `http://127.0.0.1:${port}`;
  await send(`${collector}/event`, { site_id: 'a.example', event_type: 'page_view', path: '/', user_id: 'u' });
  const applied = async () => /footfall_worker_applied_total (\d+)/.exec(await text(`${worker}/metrics`))?.[1];
  await until('the event to be counted', async () => (await applied()) === '1');
  expect(await text(`${worker}/metrics`)).toMatch(/^footfall_queue_entries 0$/m);
  expect(await (await fetch(`${worker}/healthz`)).json()).toEqual({ status: 'ok', queue: { entries: 0, age_ms: 0 } });
  expect((await fetch(`${worker}/elsewhere`)).status).toBe(404);
  for (const service of [redis(), mongod()]) {
    process.kill(service.pid(), 'SIGSTOP');
    await until('the worker to say so', async () => (await fetch(`${worker}/healthz`)).status === 503, 20_000);
    process.kill(service.pid(), 'SIGCONT');
    await until('the worker to be well again', async () => (await fetch(`${worker}/healthz`)).ok, 20_000);
  }
});

test('another host than this machine reads no numbers of a worker, unless it has the token', async () => {
  const port = String(await freePort());
  await launch('worker', { WORKER_HOST: '0.0.0.0', WORKER_PORT: port }).ready();
  expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(403);
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
});

test('health asks all roles of the settings, and exits with 1 where one does not answer', async () => {
  const data = folder();
  const [PORT, REPORTING_PORT, WORKER_PORT] = (await Promise.all([1, 2, 3].map(freePort))).map(String);
  const ports = { PORT, REPORTING_PORT, WORKER_PORT } as Record<string, string>;
  await start({ folder: data, env: ports });
  const all = await run(['health'], { folder: data, env: ports });
  expect(all).toMatchObject({ code: 0, stderr: '' });
  expect(all.stdout).toMatch(/^collector \(.*\): 200 .*\nreporting \(.*\): 200 .*\n$/);
  const other = await run(['health'], { folder: data, env: { ...ports, ROLES: 'worker' } });
  expect(other).toMatchObject({ code: 1 });
  expect(other.stdout).toMatch(/^worker \(.*\): connect ECONNREFUSED/);
  expect(await run(['health'], { folder: data, env: { PORT: '0' } })).toMatchObject({ code: 1 });
});

test('processes that start before queue and store are there wait for them, and say so', async () => {
  const { QUEUE_URL, STORE_URL } = env();
  await Promise.all([redis().kill('SIGKILL'), mongod().kill('SIGKILL')]);
  const launched = ['collector', 'worker', 'reporting'].map((role) => launch(role, { STORE_CONNECT_MS_MAX: '500' }));
  await until('them to say so', () => launched.every(({ output }) => /waiting up to \d+ ms/.test(output())));
  const given = await run(['start'], {
    folder: folder(),
    env: {
      ROLES: 'worker',
      START_MS_MAX: '700',
      STORE_CONNECT_MS_MAX: '300',
      QUEUE_URL: QUEUE_URL ?? '',
      STORE_URL: STORE_URL ?? '',
    },
  });
  expect(given).toMatchObject({ code: 1 });
  await pause(500);
  await Promise.all([redis().start(), mongod().start()]);
  const [collecting] = await Promise.all(launched.map((one) => one.ready()));
  const answer = await send(`${collecting?.collector}/event`, {
    site_id: 'a.example',
    event_type: 'page_view',
    path: '/',
  });
  expect(answer.status).toBe(202);
});

async function text(address: string): Promise<string> {
  return (await fetch(address)).text();
}
