import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { randomOf } from '../../core/sample.contract.ts';
import { drained, send } from '../support/http.ts';
import { startLoad } from '../support/load.ts';
import type { Load } from '../support/load.ts';
import { quietMoment } from '../support/moment.ts';
import { until } from '../support/until.ts';
import { eventsOf } from '../support/contents.ts';
import { expectCountedOnce, standard } from './scene.ts';
import type { Outcome } from './scene.ts';

/** Faults of the standard deployment, for real. After each the counts equal what was acknowledged, exactly. */

const scene = standard();
const { launch, mongod, redis, withStore } = scene;

const SITES = ['a.example', 'b.example', 'c.example', 'd.example'];
const outcomes: Record<string, Outcome> = {};

afterAll(() => console.table(outcomes));

function loadOn(address: () => string | undefined, seed: number, clients = 2): { load: Load; date: string } {
  const { time, date } = quietMoment();
  return { load: startLoad({ random: randomOf(seed), sites: SITES, time, clients, address }), date };
}

/** Lets a fault happen under load, and counts afterwards. */
async function under(name: string, fault: () => Promise<void>): Promise<void> {
  const [collecting, working] = [launch('collector'), launch('worker')];
  const [{ collector }] = await Promise.all([collecting.ready(), working.ready()]);
  const { load, date } = loadOn(() => collector, Date.now() % 1e6);
  await until('some events', () => load.accepted.size > 50);
  await fault();
  const before = load.accepted.size;
  await until('events after the fault', () => load.accepted.size > before + 50, 60_000);
  await load.stop();
  outcomes[name] = await expectCountedOnce(scene, load, { collector, date });
  await Promise.all([collecting.end('SIGTERM'), working.end('SIGTERM')]);
}

test('30 times kill -9 of the worker; the next goes on', async () => {
  const collecting = launch('collector');
  const { collector } = await collecting.ready();
  const { reporting } = await launch('reporting').ready();
  const { load, date } = loadOn(() => collector, 1, 1);
  let worker = launch('worker');
  for (let kill = 0; kill < 30; kill++) {
    await worker.ready();
    await pause(50 + ((kill * 37) % 400));
    await worker.end('SIGKILL');
    worker = launch('worker');
  }
  await worker.ready();
  await load.stop();
  outcomes['worker killed'] = await expectCountedOnce(scene, load, { collector, reporting, date });
});

test('kill -9 of a collector, again and again', async () => {
  await launch('worker').ready();
  let address: string | undefined;
  const { load, date } = loadOn(() => address, 2);
  for (let kill = 0; kill < 6; kill++) {
    const collecting = launch('collector');
    address = (await collecting.ready()).collector;
    await until('some events of this one', () => load.accepted.size > 40 * (kill + 1));
    address = undefined;
    await collecting.end('SIGKILL');
  }
  const { collector } = await launch('collector').ready();
  address = collector;
  await load.stop();
  outcomes['collector killed'] = await expectCountedOnce(scene, load, { collector, date });
});

test('Redis killed and started again', async () => {
  await under('Redis killed', async () => {
    for (let kill = 0; kill < 4; kill++) {
      await redis().kill('SIGKILL');
      await pause(400);
      await redis().start();
      await pause(800);
    }
  });
  expect(outcomes['Redis killed']?.duplicated).toBe(0);
});

test('Redis away for some seconds: what comes is spilled, answered 202, and goes over in the end', async () => {
  const collecting = launch('collector', { QUEUE_COMMAND_MS_MAX: '500' });
  const { collector } = await collecting.ready();
  await launch('worker').ready();
  const { load, date } = loadOn(() => collector, 4);
  await until('some events', () => load.accepted.size > 50);
  process.kill(redis().pid(), 'SIGSTOP');
  await pause(1500);
  const before = load.accepted.size;
  await pause(4000);
  expect(load.accepted.size).toBeGreaterThan(before + 100);
  process.kill(redis().pid(), 'SIGCONT');
  await load.stop();
  outcomes['Redis away'] = await expectCountedOnce(scene, load, { collector, date });
  expect(load.counts.refused).toEqual({});
});

test('mongod killed, also in a commit, and started again', async () => {
  await under('mongod killed', async () => {
    for (let kill = 0; kill < 3; kill++) {
      await mongod().kill('SIGKILL');
      await mongod().start();
      await pause(700 + kill * 130);
    }
  });
  expect(outcomes['mongod killed']?.duplicated).toBe(0);
});

test('mongod stopped for 10 s: collection goes on', async () => {
  await under('mongod stopped', async () => {
    process.kill(mongod().pid(), 'SIGSTOP');
    await pause(10_000);
    process.kill(mongod().pid(), 'SIGCONT');
  });
  expect(outcomes['mongod stopped']?.duplicated).toBe(0);
});

test('a worker stopped past its lease, and woken as a zombie', async () => {
  const { collector } = await launch('collector').ready();
  const zombie = launch('worker');
  await zombie.ready();
  const { load, date } = loadOn(() => collector, 7);
  await until('some events', () => load.accepted.size > 100);
  process.kill(zombie.pid, 'SIGSTOP');
  const next = launch('worker');
  await next.ready();
  await pause(4000);
  process.kill(zombie.pid, 'SIGCONT');
  await pause(1000);
  await load.stop();
  outcomes['zombie'] = await expectCountedOnce(scene, load, { collector, date });
});

test('the same batch posted five times at once to two collectors', async () => {
  const [one, two] = await Promise.all([launch('collector').ready(), launch('collector').ready()]);
  await launch('worker').ready();
  const events = Array.from({ length: 40 }, (_, n) => ({
    site_id: 'same.example',
    event_type: 'page_view',
    path: `/${n}`,
    user_id: 'u',
    event_id: `01990000-0000-7000-8000-${String(n).padStart(12, '0')}`,
  }));
  const answers = await Promise.all(
    [one, two, one, two, one].map(({ collector }) => send(`${collector}/event`, events)),
  );
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
  await drained(one.collector);
  await withStore(async (store) => {
    await until('all to be counted', async () => (await eventsOf(store)).length >= 40);
    await pause(500);
    const stored = await eventsOf(store);
    const ids = new Set(stored.map(({ id }) => id));
    outcomes['posted five times'] = { acknowledged: 40, counted: ids.size, duplicated: stored.length - ids.size };
    expect(stored).toHaveLength(40);
  });
});
