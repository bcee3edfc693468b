import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { QuestionInput } from '../../core/question.ts';
import { changeSite } from '../../server/sites.ts';
import { verify } from '../../server/verify.ts';
import { retention } from '../../worker/retention.ts';
import { until } from '../support/until.ts';
import { act, NOW, sentOf, view } from './scenarios/tell.ts';
import { newWorld } from './world.ts';
import type { World } from './world.ts';

/** A site that keeps raw events for 3 days and visits for 10, on real files: its numbers before and after, in replica and store. */

const SITE = 'kept.example';
const OTHER = 'other.example';
const PARTITIONS = 2;
/** Events of which there are numbers then: of days 1 and 3 all, of days 5, 9 and 10 those in visits. */
const KEPT = 2 * 4 + 3 * 3;
const DAY = 24 * 60 * 60 * 1000;
const now = Date.parse(NOW);

let world: World;

beforeEach(async () => {
  world = await newWorld({ partitions: PARTITIONS, now, limits: { replicaSettleMs: 1, replicaRecentHours: 24 } });
  const told = [1, 3, 5, 9, 10, 12].flatMap((days) => {
    const at = (minute: number) => new Date(now - days * DAY + minute * 60_000).toISOString();
    return [
      view('a', at(0), '/a'),
      act('a', at(59), 'signup', '/a'),
      view('a', at(20), '/b'),
      view(undefined, at(1), '/c'),
    ];
  });
  for (const site of [SITE, OTHER]) {
    await world.addSite(site, 'UTC');
    await world.apply(site, sentOf(told));
  }
  await world.caughtUp();
});

afterEach(() => world.close());

const range: QuestionInput['date_range'] = ['2026-11-01', '2026-11-22'];
const daily: QuestionInput = {
  site_id: SITE,
  date_range: range,
  metrics: ['visits', 'visitors', 'pageviews'],
  dimensions: ['time:day'],
};

async function rows(question: QuestionInput): Promise<[string | undefined, ...(number | null)[]][]> {
  const { results } = await world.ask(question);
  return results
    .filter(({ metrics }) => metrics.some((one) => one !== 0 && one !== null))
    .map(({ dimensions, metrics }) => [dimensions[0], ...metrics]);
}

/** The worker's part, and the replica's. */
async function forget(): Promise<void> {
  await retention(world.store, PARTITIONS)(now, new AbortController().signal);
  // What the replica still has of the time before shows in its answers.
  await until('the replica to forget', async () => {
    // Its clock goes on by this.
    await world.caughtUp();
    const { results } = await world.ask({ site_id: SITE, date_range: range, metrics: ['events'] });
    return results[0]?.metrics[0] === KEPT;
  });
}

test('visits outlive raw events, days before both are empty, and the answers say so', async () => {
  const before = await rows(daily);
  expect(before).toHaveLength(6);
  await changeSite(world.store.documents, SITE, { keep_events_days: 3, keep_visits_days: 10 }, now);
  await forget();

  expect(await rows(daily)).toEqual([
    ['2026-11-12', 2, 1, 2],
    ['2026-11-13', 2, 1, 2],
    ['2026-11-17', 2, 1, 2],
    ['2026-11-19', 2, 1, 3],
    ['2026-11-21', 2, 1, 3],
  ]);
  expect(await rows({ ...daily, dimensions: ['page'], metrics: ['pageviews'] })).toEqual([
    ['/a', 2],
    ['/b', 2],
    ['/c', 2],
  ]);
  const { meta } = await world.ask({ ...daily, date_range: 'all' });
  expect(meta.date_range[0]).toBe('2026-11-12T00:00:00+00:00');
  expect((await world.ask(daily)).meta.notes).toEqual(
    expect.arrayContaining([
      'Days before 2026-11-12 are deleted: the site does not keep their visits.',
      'Of days before 2026-11-19 the site keeps visits only: what is asked by page, event, host, property or hour lacks them.',
    ]),
  );
  expect(await rows({ ...daily, site_id: OTHER })).toEqual(before);

  expect(await world.store.stats(SITE, now / DAY - 0.5 - 12, 10)).toMatchObject({ total_views: 0, unique_users: 0 });
  expect(await world.store.stats(SITE, now / DAY - 0.5 - 9, 10)).toMatchObject({ total_views: 3, unique_users: 1 });
});

test('a replica that is built anew gives the same answers', async () => {
  await changeSite(world.store.documents, SITE, { keep_events_days: 3, keep_visits_days: 10 }, now);
  await forget();
  const pages: QuestionInput = { ...daily, dimensions: ['page'] };
  const answers = [await rows(daily), await rows(pages)];
  await world.restart((file) => rmSync(file));
  await until('the new replica', async () => (await world.post(daily)).status === 200);
  expect([await rows(daily), await rows(pages)]).toEqual(answers);
});

test('verify leaves out days without raw events, and says how many', async () => {
  await changeSite(world.store.documents, OTHER, { keep_events_days: 3 });
  await retention(world.store, PARTITIONS)(Date.now(), new AbortController().signal);
  const { siteDays, forgotten, differences } = await verify(world.store, { partitions: PARTITIONS, site: OTHER });
  expect(differences).toEqual([]);
  expect(siteDays + forgotten).toBe(6);
  expect(forgotten).toBeGreaterThanOrEqual(5);
});
