import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { limits } from '../../core/limits.ts';
import { partitionOf } from '../../core/partition.ts';
import type { Answer, QuestionInput } from '../../core/question.ts';
import { randomOf } from '../../core/sample.contract.ts';
import { openDatabase } from '../../reporting/replica/database.ts';
import type { Connection } from '../../reporting/replica/database.ts';
import { until } from '../support/until.ts';
import { randomSites } from './random-sites.ts';
import { act, NOW, sentOf, stay, view } from './scenarios/tell.ts';
import { newWorld } from './world.ts';
import type { World } from './world.ts';

const SITE = 'a.example';
const PARTITIONS = 2;
const DAY_MS = 24 * 60 * 60 * 1000;
const now = Date.parse(NOW);

const everything: Omit<QuestionInput, 'site_id'> = {
  date_range: ['2026-01-01', '2026-12-31'],
  metrics: ['visitors', 'visits', 'pageviews', 'events', 'bounce_rate', 'visit_duration', 'engaged_time'],
};
const byPage: Omit<QuestionInput, 'site_id'> = { ...everything, dimensions: ['page'], pagination: { limit: 1000 } };

let world: World;

beforeEach(async () => {
  world = await newWorld({ partitions: PARTITIONS, now });
  await world.addSite(SITE, 'UTC');
});

afterEach(() => world.close());

async function metrics(
  question: Omit<QuestionInput, 'site_id'> = everything,
): Promise<Answer['results'][number]['metrics']> {
  const { results } = await world.ask({ site_id: SITE, ...question });
  return results[0]?.metrics ?? [];
}

/** Runs statements on the replica's file while nothing else does. */
async function edit(file: string, work: (connection: Connection) => Promise<unknown>): Promise<void> {
  const database = await openDatabase(file, limits);
  const connection = await database.connect();
  await work(connection);
  connection.close();
  database.close();
}

/** Two visits of today, one of them long ago enough to be laid by. */
const some = [
  view('a', '2026-11-10T10:00:00Z', '/old'),
  view('a', '2026-11-10T10:01:00Z', '/'),
  view('b', '10:00', '/'),
  act('b', '10:00:30', 'signup', '/'),
];
const SOME = [2, 2, 3, 4, 0, 45, 0];

async function withSome(): Promise<void> {
  await world.apply(SITE, sentOf(some));
  await world.caughtUp();
  expect(await metrics()).toEqual(SOME);
}

/** Waits until it answers again; then it is as it was. */
async function expectBack(expected: unknown): Promise<void> {
  const told = await until('the replica to be back', () => metrics());
  expect(told).toEqual(expected);
}

describe('following', () => {
  test('in many small steps gives what building at once gives', async () => {
    const random = randomOf(7);
    const sites = randomSites(42);
    for (const { id, zone } of sites) await world.addSite(id, zone);
    const steps = random.shuffle(sites.flatMap(({ id, groups }) => groups.map((group) => ({ id, group }))));
    for (const [at, { id, group }] of steps.entries()) {
      await world.apply(id, group);
      // The clock goes on, so that days are laid by, and come back when they change.
      if (at % 3 === 0) {
        world.setNow(now - 200 * DAY_MS + at * DAY_MS);
        await world.caughtUp();
      }
    }
    await world.caughtUp();
    const ask = () =>
      Promise.all(
        sites.flatMap(({ id }) => [
          world.ask({ site_id: id, ...everything, dimensions: ['time:day'], pagination: { limit: 1000 } }),
          world.ask({ site_id: id, ...byPage }),
          world.ask({ site_id: id, ...everything, dimensions: ['source', 'exit_page'] }),
        ]),
      ).then((answers) => answers.map(({ results }) => results));
    const followed = await ask();
    await world.restart((file) => rmSync(file));
    await world.caughtUp();
    expect(await ask()).toEqual(followed);
    expect(world.errors).toEqual([]);
  });

  test('an event that comes late to a day that was laid by is counted there', async () => {
    await withSome();
    const late = sentOf([...some, view('a', '2026-11-10T10:05:00Z', '/old')]).slice(-1);
    await world.apply(SITE, late);
    await world.caughtUp();
    // The visit of 10 November has a third view, and lasts five minutes.
    expect(await metrics()).toEqual([2, 2, 4, 5, 0, 165, 0]);
    await world.restart();
    await world.caughtUp();
    expect(await metrics()).toEqual([2, 2, 4, 5, 0, 165, 0]);
  });

  test('engagement that comes late to a day that was laid by, too', async () => {
    const old = view('a', '2026-11-10T10:00:00Z', '/old');
    await world.apply(SITE, sentOf([old]));
    await world.caughtUp();
    await world.apply(SITE, sentOf([old, stay(old, 2, 90)]).slice(-1));
    await world.caughtUp();
    expect(await metrics()).toEqual([1, 1, 1, 1, 100, 0, 90]);
  });

  test('what does not fit into memory at once is taken in smaller steps', async () => {
    await world.close();
    const memory = { replicaMemoryBytesMax: 56 * 1024 * 1024, replicaTempBytesMax: 1024 };
    world = await newWorld({ partitions: PARTITIONS, now, limits: memory });
    await world.addSite(SITE, 'UTC');
    await world.restart(async () => {
      const long = 'x'.repeat(500);
      const sent = sentOf(Array.from({ length: 8000 }, (_, n) => view(`v${n}`, '10:00', `/${long}${n}`)));
      for (let from = 0; from < sent.length; from += 200) await world.apply(SITE, sent.slice(from, from + 200));
    });
    await world.caughtUp();
    expect(await metrics()).toEqual([8000, 8000, 8000, 8000, 100, 0, 0]);
    expect(new Set(world.errors.map((error) => (error as Error).name))).toEqual(new Set(['TooHeavy']));
  });

  test('past the limit of a visitor’s day events count in page views and events only', async () => {
    await world.close();
    world = await newWorld({ partitions: PARTITIONS, now, limits: { visitorDayEventsMax: 3 } });
    await world.addSite(SITE, 'UTC');
    const told = [
      view('a', '10:00', '/'),
      view('a', '10:01', '/b'),
      act('a', '10:02', 'signup', '/b'),
      view('a', '10:03', '/over'),
      act('a', '10:04', 'signup', '/over'),
    ];
    for (const one of sentOf(told)) await world.apply(SITE, [one]);
    await world.caughtUp();
    expect(await metrics()).toEqual([1, 1, 3, 5, 0, 120, 0]);
    const { results, meta } = await world.ask({
      site_id: SITE,
      ...byPage,
      metrics: ['visitors', 'pageviews', 'events'],
    });
    expect(results.map(({ dimensions, metrics: mine }) => [...dimensions, ...mine])).toEqual([
      ['/', 1, 1, 1],
      ['/b', 1, 1, 2],
      ['/over', 0, 1, 2],
    ]);
    expect(meta.notes).toContain(
      "Events past the limit of one visitor's day: 2. They count in pageviews and events only.",
    );
  });

  test('an erased person is gone, whether of a server or of a browser, recent or laid by', async () => {
    await world.apply(
      SITE,
      sentOf([
        ...some,
        view('@anna', '2026-11-10T09:00:00Z', '/anna'),
        view('@anna', '09:00', '/anna'),
        view('c', '2026-11-11T09:00:00Z', '/anna', { user: 'anna' }),
        view('c', '2026-11-11T09:10:00Z', '/anna'),
        view(undefined, '11:00', '/anna', { user: 'anna' }),
      ]),
    );
    await world.caughtUp();
    expect(await metrics()).toEqual([3, 5, 8, 9, 40, 138, 0]);
    await world.store.erase(partitionOf(SITE, PARTITIONS), { site: SITE, user_id: 'anna' }, now + DAY_MS);
    await world.caughtUp();
    expect(await metrics()).toEqual(SOME);
    const { results } = await world.ask({ site_id: SITE, ...byPage });
    expect(results.map(({ dimensions }) => dimensions[0])).toEqual(['/', '/old']);
  });

  test('an erased site is empty, and may begin anew', async () => {
    await withSome();
    await world.store.erase(partitionOf(SITE, PARTITIONS), { site: SITE }, now + DAY_MS);
    await world.caughtUp();
    expect(await metrics()).toEqual([0, 0, 0, 0, null, null, null]);
  });

  test('goes on where it was after a restart, and does not build anew', async () => {
    await withSome();
    const { ino } = statSync(world.file);
    await world.restart();
    await world.apply(SITE, sentOf([...some, view('z', '11:00')]).slice(-1));
    await world.caughtUp();
    expect(await metrics()).toEqual([3, 3, 4, 5, 33.33, 30, 0]);
    expect(statSync(world.file).ino).toBe(ino);
    expect(world.errors).toEqual([]);
  });
});

describe('while it is being built', () => {
  test('questions are answered 503 with the progress, and health says so', async () => {
    await world.restart();
    // Asked before anything was opened.
    const answer = await world.post({ site_id: SITE, ...everything });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    const body = (await answer.json()) as { progress: number };
    expect(body).toMatchObject({ status: 'refused', reason: 'building', progress: expect.any(Number) });
    expect(body.progress).toBeGreaterThanOrEqual(0);
    expect(body.progress).toBeLessThan(1);
    const health = await world.app.request('/healthz');
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({ status: 'ok', replica: { status: 'building' } });
    const realtime = await world.app.request(`/api/v1/realtime?site_id=${SITE}`);
    expect(realtime.status).toBe(503);
    await world.caughtUp();
    expect((await world.post({ site_id: SITE, ...everything })).status).toBe(200);
  });

  test('what is asked of the store itself is answered', async () => {
    await withSome();
    await world.restart((file) => rmSync(file));
    const stats = await world.app.request(`/stats?site_id=${SITE}&date=2026-11-22`);
    expect(await stats.json()).toMatchObject({ total_views: 1, unique_users: 1 });
    expect((await world.app.request('/api/v1/sites')).status).toBe(200);
  });
});

describe('a file that cannot be used is built again', () => {
  const cases: [string, (file: string) => void | Promise<void>][] = [
    ['gone', (file) => rmSync(file)],
    ['empty', (file) => truncateSync(file, 0)],
    ['cut off', (file) => truncateSync(file, Math.floor(statSync(file).size / 2))],
    ['something else', (file) => writeFileSync(file, 'x'.repeat(100_000))],
    ['overwritten at its beginning', (file) => overwrite(file, 0, 8192)],
    ['overwritten everywhere', (file) => overwrite(file, 0, statSync(file).size)],
    [
      'of another version',
      (file) => edit(file, (connection) => connection.run('UPDATE replica SET version = version + 1')),
    ],
    [
      'made by another DuckDB',
      (file) => edit(file, (connection) => connection.run(`UPDATE replica SET engine = 'v0'`)),
    ],
    ['of another store', (file) => edit(file, (connection) => connection.run(`UPDATE replica SET store = 'x'`))],
    ['without a table', (file) => edit(file, (connection) => connection.run('DROP TABLE positions'))],
    [
      'ahead of the store',
      (file) => edit(file, (connection) => connection.run('UPDATE positions SET version = version + 5')),
    ],
    [
      'at another place of the log',
      (file) => edit(file, (connection) => connection.run(`UPDATE positions SET log_offset = 'x', incarnation = 'y'`)),
    ],
    ['one that no opening came back from', (file) => writeFileSync(`${file}.opening`, '2')],
  ];

  test.each(cases)('%s', async (_, damage) => {
    await withSome();
    await world.restart(damage);
    await world.caughtUp();
    expect(await metrics()).toEqual(SOME);
    expect(existsSync(`${world.file}.opening`)).toBe(false);
  });

  test('another store in the place of this one', async () => {
    await withSome();
    await world.replaceStore();
    await world.addSite(SITE, 'UTC');
    await world.apply(SITE, sentOf([view('z', '10:00')]));
    await world.caughtUp();
    expect(await metrics()).toEqual([1, 1, 1, 1, 100, 0, 0]);
  });

  test('deleted while it is in use', async () => {
    await withSome();
    rmSync(world.file);
    await until('a new file', () => existsSync(world.file));
    await expectBack(SOME);
  });

  test('replaced while it is in use', async () => {
    await withSome();
    copyFileSync(world.file, `${world.file}.copy`);
    renameSync(`${world.file}.copy`, world.file);
    await until('the failure to be told', () =>
      world.errors.some((error) => String(error).includes('its file is gone')),
    );
    await expectBack(SOME);
  });

  test('damaged while it is in use: the question that finds it is answered `building`, the next ones rightly', async () => {
    // More than memory keeps, so that it must be read.
    await world.close();
    world = await newWorld({ partitions: PARTITIONS, now, limits: { replicaMemoryBytesMax: 64 * 1024 * 1024 } });
    await world.addSite(SITE, 'UTC');
    const many = Array.from({ length: 4000 }, (_, n) =>
      view(`v${n}`, '2026-11-10T10:00:00Z', `/${'x'.repeat(500)}${n}`),
    );
    await world.apply(SITE, sentOf(many));
    await world.caughtUp();
    const expected = await metrics();
    await world.restart();
    await world.caughtUp();
    overwrite(world.file, 3 * 4096, statSync(world.file).size);
    const ask = () => world.post({ site_id: SITE, ...byPage, filters: [['contains', 'page', ['x']]] });
    await until('the damage to be found', async () => (await ask()).status !== 200);
    await expectBack(expected);
    const answer = await ask();
    expect(answer.status).toBe(200);
  });
});

test('a file that another process has is waited for, and not touched', async () => {
  await withSome();
  const holder = `
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(process.argv[1]);
    await instance.connect();
    console.log('holding');
    process.stdin.once('data', () => process.exit(0));`;
  let child: ChildProcess | undefined;
  await world.restart(async (file) => {
    child = spawn(process.execPath, ['--input-type=module', '-e', holder, file], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child?.stdout?.once('data', resolve));
  });
  const { ino } = statSync(world.file);
  await until('the failure to be told', () => world.errors.some((error) => /lock/i.test(String(error))));
  expect((await world.post({ site_id: SITE, ...everything })).status).toBe(503);
  expect(statSync(world.file).ino).toBe(ino);
  child?.stdin?.write('end');
  await expectBack(SOME);
  expect(statSync(world.file).ino).toBe(ino);
});

test('neither a user_id nor a visitor’s key is in the file', async () => {
  await world.apply(SITE, sentOf([view('@person-7153', '10:00'), view('c', '10:00', '/', { user: 'person-9246' })]));
  await world.caughtUp();
  await world.restart((file) => edit(file, (connection) => connection.run('CHECKPOINT')));
  const bytes = readFileSync(world.file, 'latin1');
  for (const secret of ['person-7153', 'person-9246', 'vcAAAAAAAAAA']) expect(bytes).not.toContain(secret);
});

/** Fills a part of a file with noise. */
function overwrite(file: string, from: number, to: number): void {
  const bytes = readFileSync(file);
  const random = randomOf(from + to);
  for (let at = from; at < Math.min(to, bytes.length); at++) bytes[at] = random.below(256);
  // In place: the same file, not a new one of the same name.
  writeFileSync(file, bytes, { flag: 'r+' });
}
