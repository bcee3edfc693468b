import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { stopInTransaction } from '../support/in-transaction.ts';
import { postFiveTimes } from '../support/posted-again.ts';
import { moving } from './moving.ts';
import { expectCountedOnce, standard } from './scene.ts';
import { underLoad } from './under-load.ts';
import { workerCount } from './worker-count.ts';

/** Faults of the standard deployment, for real. After each the counts equal what was acknowledged, exactly. */

const scene = standard();
const { env, launch, mongod, redis } = scene;

const SITES = ['a.example', 'b.example', 'c.example', 'd.example'];
/** Of the partitions of a worker that is dead. */
const TAKEN_OVER_MS_MAX = 15_000;
const { untilAllMove } = moving(scene, SITES);
const { outcomes, loadOn, under } = underLoad(scene, { sites: SITES });

test('30 times kill -9 of the worker; the next goes on', async () => {
  const collecting = launch('collector');
  const { collector } = await collecting.ready();
  const { reporting } = await launch('reporting').ready();
  const { load, date } = loadOn(() => collector, 1, 1);
  let worker = launch('worker');
  let slowestMs = 0;
  for (let kill = 0; kill < 30; kill++) {
    await worker.ready();
    // The others are killed before the leases of the one before are over.
    if (kill % 3 === 2) {
      const since = performance.now();
      await until('the next to go on', async () => (await workerCount(worker, 'applied')) > 0, TAKEN_OVER_MS_MAX);
      slowestMs = Math.max(slowestMs, performance.now() - since);
    }
    await pause(50 + ((kill * 37) % 400));
    await worker.end('SIGKILL');
    worker = launch('worker');
  }
  await worker.ready();
  await load.stop();
  const counted = await expectCountedOnce(scene, load, { collector, reporting, date });
  outcomes['worker killed'] = { ...counted, 'slowest ms': Math.round(slowestMs) };
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
  await stopInTransaction(env().STORE_URL ?? '', zombie);
  await launch('worker').ready();
  await untilAllMove(TAKEN_OVER_MS_MAX);
  process.kill(zombie.pid, 'SIGCONT');
  await until('it to come too late', async () => (await workerCount(zombie, 'fenced')) > 0);
  await load.stop();
  outcomes['zombie'] = await expectCountedOnce(scene, load, { collector, date });
});

test('the same batch posted five times at once to two collectors', async () => {
  await under('posted five times', async ({ collector, load }) => {
    const other = await launch('collector').ready();
    await postFiveTimes([collector, other.collector], load);
  });
  expect(outcomes['posted five times']?.duplicated).toBe(0);
});
