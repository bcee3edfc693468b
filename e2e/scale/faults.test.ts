import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Consumer, Producer } from '@platformatic/kafka';
import { expect, test } from 'vitest';
import { daily } from '../../core/daily.contract.ts';
import { stopInTransaction } from '../support/in-transaction.ts';
import { postFiveTimes } from '../support/posted-again.ts';
import { moving } from '../standard/moving.ts';
import { expectCountedOnce } from '../standard/scene.ts';
import { underLoad } from '../standard/under-load.ts';
import { workerCount } from '../standard/worker-count.ts';
import { eventsOf } from '../support/contents.ts';
import { drained, send } from '../support/http.ts';
import type { Launched } from '../support/server.ts';
import { until } from '../support/until.ts';
import { scale } from './scene.ts';

/** Faults of the scale deployment, for real: Kafka, MongoDB, three workers. After each the counts equal what was acknowledged, exactly. */

const scene = scale();
const { env, kafka, launch, topic, withStore } = scene;

const WORKERS = 3;
const KILLS = daily(1, 2);
const SITES = Array.from({ length: 16 }, (_, n) => `${n}.example`);
const { partitions, positionsIn, untilAllMove } = moving(scene, SITES);
const { outcomes, loadOn, begin, under } = underLoad(scene, { sites: SITES, workers: WORKERS, clients: 1 });

/** How long workers come and go; a minute of it has been run. */
const REBALANCE_MS = Number(process.env.REBALANCE_SECONDS ?? 9) * 1000;
const BETWEEN_MS = 1500;

async function sumOf(workers: Launched[], name: string): Promise<number> {
  const counts = await Promise.all(workers.map((worker) => workerCount(worker, name)));
  return counts.reduce((sum, count) => sum + count, 0);
}

test('the broker killed and started again, under load: what comes meanwhile is spilled, answered 202, and goes over', async () => {
  await under('broker killed', async ({ load }) => {
    for (let kill = 0; kill < KILLS; kill++) {
      await kafka().kill('SIGKILL');
      const before = load.accepted.size;
      await until('events while it is away', () => load.accepted.size > before + 50);
      await kafka().start();
      await untilAllMove();
    }
    expect(load.counts.refused).toEqual({});
  });
});

test('kill -9 of a worker, again and again: others take over, and a new one joins', async () => {
  await under('worker killed', async ({ workers }) => {
    for (let kill = 0; kill < KILLS; kill++) {
      await workers.shift()?.end('SIGKILL');
      await untilAllMove();
      const next = launch('worker');
      workers.push(next);
      await next.ready();
    }
    expect(workers).toHaveLength(WORKERS);
  });
});

test('a worker stopped within a transaction, past its session, and woken while others have its partitions', async () => {
  const running = await begin();
  const { collector, workers, load } = running;
  const [zombie, ...others] = workers;
  if (!zombie) throw new Error('no worker');
  const wake = (): unknown => process.kill(zombie.pid, 'SIGCONT');
  const untilFenced = (times: number): Promise<boolean> =>
    until('it to come too late', async () => (await workerCount(zombie, 'fenced')) > times);

  const before = await sumOf(others, 'applied');
  await stopInTransaction(env().STORE_URL ?? '', zombie);
  await untilAllMove();
  expect(await sumOf(others, 'applied')).toBeGreaterThan(before);
  wake();
  await untilFenced(0);

  const applied = await workerCount(zombie, 'applied');
  await until('it to have partitions again', async () => (await workerCount(zombie, 'applied')) > applied + 20);
  const fenced = await workerCount(zombie, 'fenced');
  await stopInTransaction(env().STORE_URL ?? '', zombie);
  await untilAllMove();
  // All is at rest when it wakes up: whatever moves then is its doing.
  await load.stop();
  await drained(collector);
  await withStore(async (store) => {
    const reached = await positionsIn(store);
    wake();
    await untilFenced(fenced);
    expect(await positionsIn(store)).toEqual(reached);
  });
  outcomes['zombie'] = await expectCountedOnce(scene, load, running);
  await running.end();
});

test(`workers join and leave for ${REBALANCE_MS / 1000} s`, async () => {
  let changes = 0;
  await under('rebalances', async ({ workers }) => {
    const end = Date.now() + REBALANCE_MS;
    while (Date.now() < end) {
      const next = launch('worker');
      workers.push(next);
      await next.ready();
      await pause(BETWEEN_MS);
      expect(await workers.shift()?.end('SIGTERM')).toEqual({ code: 0, signal: null });
      await pause(BETWEEN_MS);
      changes += 2;
    }
  });
  Object.assign(outcomes['rebalances'] ?? {}, { changes });
  expect(changes).toBeGreaterThanOrEqual(2);
});

type Sent = Parameters<Producer['send']>[0]['messages'][number];

/** The messages of the log, until those of all these events are among them. */
async function readLog(ids: Set<string>): Promise<{ messages: Sent[]; events: number }> {
  const missing = new Set(ids);
  const messages: Sent[] = [];
  let events = 0;
  const consumer = new Consumer({ clientId: 'other', bootstrapBrokers: [kafka().address], groupId: 'other' });
  const stream = await consumer.consume({ topics: [topic()], mode: 'earliest', autocommit: false });
  for await (const { topic: name, partition, key, value, headers } of stream) {
    messages.push({ topic: name, partition, key, value, headers });
    const entry = JSON.parse(String(value)) as { events: { id: string }[] };
    events += entry.events.length;
    for (const { id } of entry.events) missing.delete(id);
    if (missing.size === 0) break;
  }
  await consumer.close(true);
  return { messages, events };
}

test('a batch posted five times at once to two collectors, and all of the log produced once more by another program', async () => {
  await under('produced again', async ({ collector, load, workers }) => {
    const other = await launch('collector').ready();
    await postFiveTimes([collector, other.collector], load);
    await until('more events', () => load.accepted.size > 300);
    const known = await sumOf(workers, 'duplicates');
    const { messages, events } = await readLog(new Set(load.accepted));
    const producer = new Producer({ clientId: 'other', bootstrapBrokers: [kafka().address] });
    await producer.send({ messages, acks: -1 });
    await producer.close();
    await until('them to be known', async () => (await sumOf(workers, 'duplicates')) >= known + events);
    expect(events).toBeGreaterThan(300);
  });
});

/** Deletes the log. Until the broker has let go of its files it would still take something into them. */
async function deleteLog(): Promise<void> {
  await kafka().ask((admin) => admin.deleteTopics({ topics: [topic()] }));
  const isThere = (name: string): boolean => name.startsWith(`${topic()}-`) && !name.endsWith('-delete');
  await until('the log to be gone', () => !readdirSync(join(kafka().folder, 'data')).some(isThere));
}

test('the topic deleted and made anew: what comes while there is none is spilled, and the restart is told', async () => {
  const running = await begin();
  const { collector, workers, load } = running;
  await untilAllMove();
  await load.stop();
  await drained(collector);
  await deleteLog();

  const { load: later } = loadOn(() => collector, 6);
  await until('events without a log', () => later.accepted.size > 100);
  expect(await sumOf(workers, 'losses')).toBe(0);
  // A start makes it anew.
  workers.push(launch('worker'));
  await untilAllMove();
  await later.stop();
  const all = {
    sent: new Map([...load.sent, ...later.sent]),
    accepted: new Set([...load.accepted, ...later.accepted]),
  };
  outcomes['topic made anew'] = await expectCountedOnce(scene, all, { ...running, losses: ['restart'] });
  await until('the restarts to be counted', async () => (await sumOf(workers, 'losses')) === partitions.length);
  expect(later.counts.refused).toEqual({});
  await running.end();
});

test('a collector started while the broker is away takes events into its spill, and /track when it is back', async () => {
  await kafka().kill('SIGKILL');
  const { collector } = await launch('collector').ready();
  const event = { site_id: 'a.example', event_type: 'page_view', path: '/' };
  const answers = [await send(`${collector}/event`, event), await send(`${collector}/track`, { event: 'page_view' })];
  expect(answers.map(({ status }) => status)).toEqual([202, 503]);
  await kafka().start();
  await launch('worker').ready();
  const track = async (): Promise<boolean> => (await send(`${collector}/track`, { event: 'page_view' })).status === 200;
  await until('/track to be taken', track);
  await withStore((store) => until('both to be counted', async () => (await eventsOf(store)).length === 2, 60_000));
});
