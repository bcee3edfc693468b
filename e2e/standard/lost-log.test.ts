import { cpSync, rmSync } from 'node:fs';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { newId } from '../../core/id.ts';
import { PARTITIONS_DEFAULT } from '../../core/limits.ts';
import { partitionOf } from '../../core/partition.ts';
import type { Loss } from '../../core/ports.ts';
import { PAGEVIEW } from '../../sdk/src/wire.ts';
import { drained, send } from '../support/http.ts';
import type { SentEvent } from '../support/load.ts';
import { quietMoment } from '../support/moment.ts';
import type { Server } from '../support/server.ts';
import { until } from '../support/until.ts';
import { standard } from './scene.ts';
import { expectStoredOnce } from './stored-once.ts';
import { workerCount } from './worker-count.ts';

/** Redis loses what it acknowledged, which is done to it here. The loss is told, and what comes later counts once. */

const scene = standard();
const { env, launch, redis, withStore } = scene;
const { time, date } = quietMoment();

const SITES = ['a.example', 'b.example', 'c.example', 'd.example'];
const PARTITIONS = new Set(SITES.map((site) => partitionOf(site, PARTITIONS_DEFAULT)));
const streamOf = (site: string): string => `footfall:log:${partitionOf(site, PARTITIONS_DEFAULT)}`;

type Sent = Map<string, SentEvent>;

/** How often a worker says that something was lost. */
const lossesOf = (worker: Server | undefined) => (worker ? workerCount(worker, 'losses') : Number.NaN);

async function start() {
  const launched = ['collector', 'worker', 'reporting'].map((role) => launch(role).ready());
  const [collecting, worker, reports] = await Promise.all(launched);
  const reporting = reports?.reporting ?? '';
  const expectCounted = (sent: Sent) => expectStoredOnce(scene, sent, { reporting, date });
  return { worker, collector: collecting?.collector ?? '', expectCounted };
}

/** Page views of each site, each a request of its own, all acknowledged. */
async function post(collector: string, views: number): Promise<Sent> {
  const sent: Sent = new Map();
  for (const site of SITES) {
    for (let n = 0; n < views; n++) {
      const [id, path, user_id] = [newId(), `/${n}`, `user-${n}`];
      const timestamp = new Date(time).toISOString();
      const event = { site_id: site, event_type: 'page_view', path, user_id, timestamp, event_id: id };
      await until('the answer 202', async () => (await send(`${collector}/event`, event)).status === 202);
      sent.set(id, { id, site, name: PAGEVIEW, path, visitor: `user ${user_id}` });
    }
  }
  return sent;
}

const both = (...several: Sent[]): Sent => new Map(several.flatMap((sent) => [...sent]));

/** A collector to which Redis seemed to be away keeps them in its spill, where they are not lost. */
async function untilInRedis(sent: Sent): Promise<void> {
  const client = new Redis(env().QUEUE_URL ?? '');
  const isThere = async (): Promise<boolean> => {
    const streams = await Promise.all(SITES.map((site) => client.xrange(streamOf(site), '-', '+')));
    const all = JSON.stringify(streams);
    return [...sent.keys()].every((id) => all.includes(id));
  };
  await until('them to be in Redis', isThere).finally(() => client.disconnect());
}

type Told = Loss & { at: number; partition: number };

async function lossesTold(): Promise<Told[]> {
  return withStore(async ({ documents }) => (await documents.list('loss')).map(({ value }) => value as Told));
}

/** Redis as it was before `work`: what a replica has to which the last writes had not come. */
async function losingTail(work: () => Promise<void>): Promise<void> {
  const { folder } = redis();
  const copy = `${folder}.copy`;
  await redis().kill();
  cpSync(folder, copy, { recursive: true });
  await redis().start();
  await work();
  await redis().kill();
  rmSync(folder, { recursive: true });
  cpSync(copy, folder, { recursive: true });
  rmSync(copy, { recursive: true });
  await redis().start();
}

test('the tail that was lost had been counted: it stays counted, and what comes again counts no second time', async () => {
  const { collector, worker, expectCounted } = await start();
  const before = await post(collector, 3);
  await expectCounted(before);
  let lost: Sent = new Map();
  await losingTail(async () => {
    lost = await post(collector, 2);
    await expectCounted(both(before, lost));
  });
  const after = await post(collector, 4);
  await expectCounted(both(before, lost, after));
  await until('the loss to be counted', async () => (await lossesOf(worker)) >= PARTITIONS.size);
  expect(worker?.output()).toMatch(/^worker: partition \d: the queue is another one, or has lost its end: /m);
  const told = await lossesTold();
  expect(new Set(told.map(({ partition }) => partition))).toEqual(PARTITIONS);
  expect(new Set(told.map(({ kind }) => kind))).toEqual(new Set(['restart']));
});

test('the tail that was lost had not been counted: the loss is told, and the rest counts once', async () => {
  const { collector, worker, expectCounted } = await start();
  const before = await post(collector, 3);
  await expectCounted(before);
  await losingTail(async () => {
    await worker?.end('SIGKILL');
    await untilInRedis(await post(collector, 2));
  });
  const after = await post(collector, 4);
  const next = await launch('worker').ready();
  await expectCounted(both(before, after));
  await drained(collector);
  const told = await lossesTold();
  expect(new Set(told.map(({ partition }) => partition))).toEqual(PARTITIONS);
  await until('the loss to be counted', async () => (await lossesOf(next)) === told.length);
});

test('Redis is emptied: a new log, told once a partition', async () => {
  const { collector, worker, expectCounted } = await start();
  const before = await post(collector, 3);
  await expectCounted(before);
  const client = new Redis(env().QUEUE_URL ?? '');
  await client.flushdb();
  client.disconnect();
  const after = await post(collector, 4);
  await expectCounted(both(before, after));
  await until('the loss to be counted', async () => (await lossesOf(worker)) >= PARTITIONS.size);
  const told = await lossesTold();
  expect(told).toHaveLength(PARTITIONS.size);
  expect(new Set(told.map(({ partition }) => partition))).toEqual(PARTITIONS);
  expect(new Set(told.map(({ kind }) => kind))).toEqual(new Set(['restart']));
});

test('a stream is trimmed by another hand before the worker has read it: a gap, and how large it is', async () => {
  const { collector, worker, expectCounted } = await start();
  const before = await post(collector, 3);
  await expectCounted(before);
  await worker?.end('SIGKILL');
  const unread = await post(collector, 5);
  const [cut = ''] = SITES;
  const stream = streamOf(cut);
  const client = new Redis(env().QUEUE_URL ?? '');
  const entries = await client.xlen(stream);
  const removed = await client.xtrim(stream, 'MAXLEN', 2);
  const gone = (await client.xrange(stream, '-', '+')).map(([, fields]) => fields.at(-1) ?? '').join('\n');
  client.disconnect();
  expect(removed).toBe(entries - 2);

  const isLeft = ({ id, site }: SentEvent): boolean => streamOf(site) !== stream || gone.includes(id);
  const kept: Sent = new Map([...unread].filter(([, event]) => isLeft(event)));
  expect(kept.size).toBe(unread.size - removed);
  const after = await post(collector, 2);
  const next = await launch('worker').ready();
  await expectCounted(both(before, kept, after));
  await until('the loss to be counted', async () => (await lossesOf(next)) === 1);
  expect(next.output()).toMatch(/^worker: partition \d: the queue has lost entries: \d+ entries between /m);
  const told = await lossesTold();
  expect(told).toMatchObject([{ kind: 'gap', partition: partitionOf(cut, PARTITIONS_DEFAULT) }]);
  expect(told[0]?.detail).toContain(`${removed} entries`);
});
