import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayOf, isoOfDay } from '../../core/day.ts';
import { PARTITIONS_DEFAULT } from '../../core/limits.ts';
import { partitionOf } from '../../core/partition.ts';
import type { Answer } from '../../core/question.ts';
import { randomOf } from '../../core/sample.contract.ts';
import { SITE_KIND } from '../../core/site.ts';
import { verify } from '../../server/verify.ts';
import type { Sent } from '../reporting/world.ts';
import { recordsOfCsv } from '../support/csv.ts';
import { temporaryFolder } from '../support/folder.ts';
import { until } from '../support/until.ts';
import { arrivalsOf, daysOf } from './same-days.ts';
import type { SiteDays } from './same-days.ts';
import { startDeployment, storedIn } from './same-deployments.ts';
import type { Deployment, Totals } from './same-deployments.ts';
import { questionsTo } from './same-questions.ts';
import { reporterBy, startReporter } from './same-reporters.ts';
import type { OwnReporter, Reporter } from './same-reporters.ts';
import { standard } from './scene.ts';

/**
 * Generated days go through the embedded deployment and the standard one, in other orders and batches, and through replicas
 * that were begun at other moments. Whatever is asked, all answers are the same but for `as_of`: up to when a replica has
 * looked is its own.
 */

const SEEDS = [6, 600];
const QUESTIONS = 200;
/** What is heard of a site before persons are erased; the rest comes after that. */
const SHARE_BEFORE = 0.8;
/** When the one that follows looks: what lies some days before is not expected to change any more. */
const LOOKS = ['2026-03-30', '2026-07-04', '2026-09-29', '2026-11-26'].map((date) => Date.parse(date));

const scene = standard();
const days = daysOf(SEEDS);
const folder = temporaryFolder();
let embedded: Deployment;
let redisMongo: Deployment;
let totals: Totals[];
let reporters: OwnReporter[];
let env: Record<string, string>;
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  env = scene.env();
  const data = (name: string): string => join(folder, name);
  const urls = { queueUrl: env.QUEUE_URL, storeUrl: env.STORE_URL };
  const limits = { sweepMs: 500, readWaitMs: 200 };
  embedded = await startDeployment({ data: data('embedded'), limits: { ...limits, readEntriesMax: 7 } }, 1);
  redisMongo = await startDeployment({ data: data('standard'), ...urls, limits: { ...limits, leaseMs: 1500 } }, 2);
  const deployments = [embedded, redisMongo];
  opened.push(...deployments);
  for (const { store } of deployments) {
    for (const { site } of days) await store.documents.put(SITE_KIND, site.id, site);
  }
  const reporter = ({ store }: Deployment, name: string): OwnReporter => {
    const one = startReporter(name, { store, folder, now: LOOKS[0] ?? 0 });
    opened.push(one);
    return one;
  };

  const first = reporter(embedded, 'embedded');
  const from = reporter(redisMongo, 'from the start');
  let again = reporter(redisMongo, 'started again');
  const [mine, theirs] = deployments.map((_, n) => arrivalsOf(days, randomOf(n), before)) as [Appends, Appends];
  await embedded.work(mine);
  for (const [step, now] of LOOKS.entries()) {
    const size = Math.ceil(theirs.length / LOOKS.length);
    await redisMongo.work(theirs.slice(step * size, (step + 1) * size));
    from.clock.now = now;
    await from.caughtUp();
    if (step !== 1) continue;
    await again.caughtUp();
    await again.close();
  }
  for (const deployment of deployments) await erase(deployment);
  totals = [];
  for (const [n, deployment] of deployments.entries()) {
    totals.push(await deployment.work(arrivalsOf(days, randomOf(100 + n), after)));
  }
  again = reporter(redisMongo, 'started again');
  reporters = [first, from, again];
  for (const one of reporters) {
    one.clock.now = LOOKS.at(-1) ?? 0;
    await one.caughtUp();
  }
});

afterAll(async () => {
  for (const one of opened.reverse()) await one.close();
  rmSync(folder, { recursive: true, force: true });
});

type Appends = ReturnType<typeof arrivalsOf>;

function before({ sent }: SiteDays): Sent[] {
  return sent.slice(0, sent.length * SHARE_BEFORE);
}

/** New ones, and some that are known, also of those that are erased meanwhile. */
function after({ sent }: SiteDays): Sent[] {
  return sent.slice(sent.length * (SHARE_BEFORE - 0.1));
}

/** A person of every fourth site, and all of one site. */
async function erase({ store }: Deployment): Promise<void> {
  const forever = Date.now() + 3_600_000;
  const erasures = days.map(({ site: { id: site } }, n) => (n === 1 ? { site } : { site, user_id: 'anna' }));
  for (const [n, erasure] of erasures.entries()) {
    if (n > 1 && n % 4 > 0) continue;
    expect(await store.erase(partitionOf(erasure.site, PARTITIONS_DEFAULT), erasure, forever)).toBeGreaterThan(0);
  }
  // What is received within the ms of a site's erasure is erased with it.
  await pause(5);
}

/** An answer but for when its numbers are of. */
function withoutAsOf([status, body]: [number, unknown]): unknown {
  const { meta, ...rest } = body as Answer;
  return { status, ...rest, meta: { ...meta, as_of: 0 } };
}

/** All say the same; answers what. */
async function expectSame<T>(asked: Reporter[], ask: (one: Reporter) => Promise<T>): Promise<T> {
  const answers = await Promise.all(asked.map(ask));
  const [first] = answers as [T];
  for (const [n, answer] of answers.entries()) {
    expect(answer, `"${asked[n]?.name}" and "${asked[0]?.name}", seeds ${SEEDS.join(', ')}`).toEqual(first);
  }
  return first;
}

test('both stores hold each event once, and the same visits', async () => {
  const [mine, theirs] = totals as [Totals, Totals];
  expect({ ...mine, duplicates: 0 }).toEqual({ ...theirs, duplicates: 0 });
  const told = days.reduce((sum, { sent }) => sum + sent.length, 0);
  expect(mine).toMatchObject({ applied: told - mine.erased, conflicts: 0, quarantined: 0 });
  expect(Math.min(mine.erased, mine.duplicates, theirs.duplicates)).toBeGreaterThan(50);
  const events = await storedIn(embedded.store);
  expect(await storedIn(redisMongo.store)).toEqual(events);
  for (const { store, errors } of [embedded, redisMongo]) {
    const verified = await verify(store, { partitions: PARTITIONS_DEFAULT });
    expect(verified).toMatchObject({ events: events.length, differences: [] });
    expect(errors).toEqual([]);
  }
});

test(`${QUESTIONS} questions have the same answers everywhere`, async () => {
  const { reporting: address } = await scene.launch('reporting', { ...env, REPLICA_POLL_MS: '2000' }).ready();
  const other = reporterBy('a process that was begun at the end', (path, init) => fetch(address + path, init));
  await until('it to be built', async () => {
    const [, body] = await other.get('/healthz');
    return (body as { replica: { status: string } }).replica.status === 'ok';
  });
  const [first, from, again] = reporters as [OwnReporter, OwnReporter, OwnReporter];
  let rows = 0;
  let told = 0;
  await fc.assert(
    fc.asyncProperty(questionsTo(days), async ({ now, question }) => {
      for (const { clock } of reporters) clock.now = now;
      // A range that ends now ends at another time for a process, whose clock is the machine's.
      const third = typeof question.date_range === 'string' || now % 3 === 0 ? again : other;
      const answer = await expectSame([first, from, third], async (one) =>
        withoutAsOf(await one.post('/api/v1/query', question)),
      );
      const { status, results } = answer as { status: number; results: Answer['results'] };
      expect(status).toBe(200);
      rows += results.length;
      told += Number(results.some(({ metrics }) => metrics.some((metric) => metric !== null && metric > 0)));
    }),
    { numRuns: QUESTIONS },
  );
  expect(rows).toBeGreaterThan(QUESTIONS);
  // The others are of times or filters at which there is nothing.
  expect(told).toBeGreaterThan(QUESTIONS / 3);
  expect(reporters.flatMap(({ errors }) => errors)).toEqual([]);
});

test('every day of GET /stats, who is there, what was refused, which properties and which sites', async () => {
  const random = randomOf(SEEDS[0] ?? 0);
  let views = 0;
  for (const { site, from, to, sent } of days) {
    for (let day = dayOf(from, 0) - 1; day <= dayOf(to, 0) + 1; day++) {
      const path = `/stats?site_id=${site.id}&date=${isoOfDay(day)}`;
      const [status, stats] = await expectSame(reporters, (one) => one.get(path));
      expect(status).toBe(200);
      views += (stats as { total_views: number }).total_views;
    }
    for (const now of [random.pick(sent).event.time, random.pick(sent).event.time + 60_000]) {
      for (const { clock } of reporters) clock.now = now;
      for (const path of ['realtime', 'properties', 'refused']) {
        const [status] = await expectSame(reporters, (one) => one.get(`/api/v1/${path}?site_id=${site.id}`));
        expect(status).toBe(200);
      }
    }
  }
  expect(views).toBeGreaterThan(900);
  const [, refused] = await expectSame(reporters, (one) => one.get(`/api/v1/refused?site_id=${days[2]?.site.id}`));
  expect(refused).toMatchObject({
    refused: [
      { reason: 'too_old', count: 1 },
      { reason: 'bot', count: 3 },
    ],
  });
  await expectSame(reporters, (one) => one.get('/api/v1/sites'));
});

test('exports of visits are the same but for their order', async () => {
  let visits = 0;
  for (const { site } of days) {
    const exported = await expectSame(reporters, async (one) => {
      const [status, csv] = await one.get(`/api/v1/export?site_id=${site.id}&format=csv`);
      expect(status).toBe(200);
      return recordsOfCsv(String(csv))
        .map((record) => JSON.stringify(record))
        .toSorted();
    });
    visits += exported.length;
  }
  expect(visits).toBeGreaterThan(300);
});
