import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { visitDimensions } from '../../core/question.ts';
import type { Answer } from '../../core/question.ts';
import { randomSites } from '../reporting/random-sites.ts';
import { drained } from '../support/http.ts';
import { servers } from '../support/server.ts';
import type { Server } from '../support/server.ts';
import { storeEvents } from '../support/stored.ts';
import { until } from '../support/until.ts';
import { numbersOf, writeLog } from './scene.ts';

const { folder, run, start } = servers();

const metrics = [
  'visitors',
  'visits',
  'pageviews',
  'events',
  'views_per_visit',
  'bounce_rate',
  'visit_duration',
  'engaged_time',
];

/** Every question of one or no dimension over all that a site has, and its days of `GET /stats`. */
async function answersOf(server: Server, site_id: string): Promise<unknown[]> {
  const shapes = [[], ['page'], ['event'], ['time:hour'], ...visitDimensions.map((name) => [name])];
  const asked = shapes.map(async (dimensions) => {
    const question = { site_id, date_range: ['2026-03-01', '2026-12-31'], metrics, dimensions };
    return until('the replica', async () => {
      const body = JSON.stringify({ ...question, pagination: { limit: 1000 } });
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${server.reporting}/api/v1/query`, { method: 'POST', headers, body });
      if (answer.status === 503) return undefined;
      const { results, meta } = (await answer.json()) as Answer;
      expect(answer.status).toBe(200);
      return { dimensions, results, notes: meta.notes };
    });
  });
  return Promise.all(asked);
}

test('events out and in again give the same answers', async () => {
  const sites = randomSites(11).slice(0, 4);
  const from = folder();
  const into = folder();
  for (const { id, zone, groups } of sites) await storeEvents(from, id, groups, { zone });
  // What was imported is exported as well.
  const log = writeLog(from, 500);
  expect((await run(['import', '--site', 'log.example', log], { folder: from })).code).toBe(0);
  const ids = [...sites.map(({ id }) => id), 'log.example'];
  for (const id of ids) {
    const file = join(dirname(from), `${id}.ndjson`);
    expect((await run(['export', '--site', id, '--out', file], { folder: from })).code).toBe(0);
    const zone = sites.find((site) => site.id === id)?.zone ?? 'UTC';
    expect((await run(['site', 'add', id, '--zone', zone], { folder: into })).code).toBe(0);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n').length;
    const outcome = await run(['import', file], { folder: into });
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(outcome.stdout).toMatch(
      new RegExp(`${lines.toLocaleString('en')} lines\n {2}taken +${lines.toLocaleString('en')} `),
    );
  }
  const [before, after] = [await start({ folder: from }), await start({ folder: into })];
  await drained(after.collector);
  for (const id of ids) {
    const answers = await answersOf(before, id);
    expect(answers.some((answer) => (answer as { results: unknown[] }).results.length > 2)).toBe(true);
    expect(await answersOf(after, id)).toEqual(answers);
  }
  await before.end('SIGTERM');
  await after.end('SIGTERM');
  expect((await run(['verify'], { folder: into })).stdout).toMatch(/ 0 differences/);
});

test('an export is not taken into the site that it was made of, nor days of another zone', async () => {
  const data = folder();
  const log = writeLog(data, 300);
  await run(['import', '--site', 'example.com', log], { folder: data });
  const numbers = await numbersOf(data, 'example.com');
  const { stdout } = await run(['export', '--site', 'example.com'], { folder: data });
  const file = join(dirname(data), 'export.ndjson');
  writeFileSync(file, stdout);
  const own = await run(['import', file], { folder: data });
  expect(own.stdout).toMatch(new RegExp(`taken +0\n {2}own +${numbers.pageviews} `));
  expect(await numbersOf(data, 'example.com')).toEqual(numbers);
  // Another site of the same store may have it.
  expect((await run(['import', '--site', 'copy', file], { folder: data })).code).toBe(0);
  expect((await numbersOf(data, 'copy')).visits).toEqual(numbers.visits);

  const other = folder();
  await run(['site', 'add', 'example.com', '--zone', 'Asia/Kathmandu'], { folder: other });
  const zone = await run(['import', file], { folder: other });
  expect(zone.stdout).toMatch(new RegExp(`taken +0\n {2}zone +${numbers.pageviews} `));
});
