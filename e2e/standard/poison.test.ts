import { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { redisQueue } from '../../adapters/redis/queue.ts';
import type { LogEntry } from '../../core/event.ts';
import { PARTITIONS_DEFAULT } from '../../core/limits.ts';
import { partitionOf } from '../../core/partition.ts';
import type { QueueEntry } from '../../core/ports.ts';
import { newSite, SITE_KIND } from '../../core/site.ts';
import { differences, eventsOf } from '../support/contents.ts';
import { entriesOf } from '../support/entries.ts';
import type { SentEvent } from '../support/load.ts';
import { quietMoment } from '../support/moment.ts';
import { servers } from '../support/server.ts';
import { until } from '../support/until.ts';
import { standard } from './scene.ts';
import { expectStoredOnce } from './stored-once.ts';
import { workerCount } from './worker-count.ts';

/** Entries in Redis that cannot be applied, among good ones: those count, and what cannot is kept with its reason. */

const scene = standard();
const { env, launch, withStore } = scene;
const { folder, run } = servers();

const { time, date } = quietMoment();

const SITE = 'a.example';
const PARTITION = partitionOf(SITE, PARTITIONS_DEFAULT);

interface Quarantined {
  id: string;
  at: number;
  reason: string;
  body: string;
}

/** What the command tells. */
async function quarantined(): Promise<Quarantined[]> {
  const { code, stdout } = await run(['quarantine', 'list'], { folder: folder(), env: env() });
  expect(code).toBe(0);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Quarantined);
}

async function replay(): Promise<string> {
  const { stdout, ...ended } = await run(['quarantine', 'replay'], { folder: folder(), env: env() });
  expect(ended).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** Into the streams, past the collector, which would not let it through. */
async function append(entries: QueueEntry[]): Promise<void> {
  const queue = await redisQueue({ url: env().QUEUE_URL ?? '' });
  await queue.append(entries);
  await queue.close();
}

/** Makes the sites, and starts a worker and a reporting process. */
async function start(...sites: string[]) {
  await withStore(async ({ documents }) => {
    for (const site of sites) await documents.create(SITE_KIND, site, newSite(site).site);
  });
  const [working, reports] = [launch('worker'), launch('reporting')];
  const [worker, { reporting }] = await Promise.all([working.ready(), reports.ready()]);
  const expectCounted = (sent: Map<string, SentEvent>) => expectStoredOnce(scene, sent, { reporting, date });
  return { expectCounted, count: (name: string) => workerCount(worker, name) };
}

const bodiesOf = (entries: { body: string }[]): string[] => entries.map(({ body }) => body).sort();

test('what can never be applied is in quarantine with its reason, and what stands around it counts', async () => {
  const { entries: good, sent } = entriesOf({ count: 60, site: SITE, time });
  const entry = (more: object, event: object = {}): string => {
    const whole = JSON.parse(good[0]?.body ?? '') as LogEntry;
    const events = whole.events.map((one) => ({ ...one, id: crypto.randomUUID(), ...event }));
    return JSON.stringify({ ...whole, id: crypto.randomUUID(), events, ...more });
  };
  const poison: Record<string, [body: string, reason: RegExp]> = {
    'not JSON': ['{"v":1,"events":[', /^not JSON$/],
    nothing: ['', /^not JSON$/],
    'of a version to come': [entry({ v: 99 }), /^v: /],
    'without events': [entry({ events: 'none' }), /^events: /],
    'with an id that is none': [entry({}, { id: 'x' }), /^events\.0\.id: /],
    'of a time that is no date': [entry({}, { time: 9e15 }), /^9000000000000000 ms since 1970 is no date$/],
    'of a day that is no date': [entry({}, { day: 1e12 }), /^Invalid time value$/],
  };
  const bad = Object.values(poison).map(([body]) => ({ partition: PARTITION, body }));
  const mixed = good.flatMap((one, n) => (n % 7 === 3 ? [one, ...bad.splice(0, 1)] : [one]));
  expect(bad).toEqual([]);
  const kinds = Object.keys(poison);

  const { expectCounted, count } = await start(SITE);
  for (const one of mixed) await append([one]);
  await expectCounted(sent);
  await until('the poison to be counted', async () => (await count('quarantined')) === kinds.length);
  await until('the rest to be counted', async () => (await count('applied')) === sent.size);
  const first = await quarantined();
  expect(new Map(first.map(({ body, reason }) => [body, reason]))).toEqual(
    new Map(Object.values(poison).map(([body, reason]) => [body, expect.stringMatching(reason)])),
  );
  expect(first).toHaveLength(kinds.length);

  // What was poison is poison again: it is looked at anew, and kept once.
  expect(await replay()).toBe(`${kinds.length} entries are in the queue again.\n`);
  await until('it to be there again', async () => (await count('quarantined')) === 2 * kinds.length, 60_000);
  const second = await quarantined();
  expect(bodiesOf(second)).toEqual(bodiesOf(first));
  expect(second.map(({ id }) => id)).not.toEqual(expect.arrayContaining([first[0]?.id]));
  await expectCounted(sent);
});

test('one that is larger than a document of MongoDB can be does not stop the rest', async () => {
  const { entries, sent } = entriesOf({ count: 9, site: SITE, time });
  const { entries: large } = entriesOf({ count: 1, site: SITE, time, padding: 17 * 2 ** 20 });
  const { expectCounted, count } = await start(SITE);
  await append([...entries.slice(0, 4), ...large, ...entries.slice(4)]);
  await expectCounted(sent);
  await until('it to be set aside', async () => (await count('quarantined')) === 1);
  const [{ reason, body } = { reason: '', body: '' }] = await quarantined();
  expect(reason).toContain(`of ${large[0]?.body.length} characters`);
  expect(large[0]?.body.startsWith(body)).toBe(true);
});

test('what a spoilt document keeps out counts once it is mended and put back; other sites go on meanwhile', async () => {
  const names = Array.from({ length: 100 }, (_, n) => `${n}.example`);
  const other = names.find((site) => partitionOf(site, PARTITIONS_DEFAULT) === PARTITION) ?? '';
  const { expectCounted, count } = await start(SITE, other);
  const first = entriesOf({ count: 5, site: SITE, time });
  await append(first.entries);
  await expectCounted(first.sent);

  const client = new MongoClient(env().STORE_URL ?? '');
  const days = client.db().collection('days');
  const ofDay = { site_id: SITE, date };
  expect((await days.updateOne(ofDay, { $set: { total_views: 'five' } })).modifiedCount).toBe(1);

  const [kept, live] = [entriesOf({ count: 4, site: SITE, time }), entriesOf({ count: 30, site: other, time })];
  await append(live.entries.flatMap((one, n) => [one, ...kept.entries.slice(n, n + 1)]));
  await until('them to be set aside', async () => (await count('quarantined')) === kept.entries.length, 60_000);
  const aside = await quarantined();
  expect(bodiesOf(aside)).toEqual(bodiesOf(kept.entries));
  for (const { reason } of aside) expect(reason).toMatch(/non-numeric/);
  await withStore(async (store) => {
    const sent = new Map([...first.sent, ...live.sent]);
    await until('the other site to be counted', async () => (await eventsOf(store)).length >= sent.size);
    expect(differences(await eventsOf(store), sent)).toEqual([]);
  });

  await days.updateOne(ofDay, { $set: { total_views: first.entries.length } });
  await client.close();
  expect(await replay()).toBe(`${kept.entries.length} entries are in the queue again.\n`);
  await expectCounted(new Map([...first.sent, ...live.sent, ...kept.sent]));
  expect(await quarantined()).toEqual([]);
});
