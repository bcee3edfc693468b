import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { limits } from '../../core/limits.ts';
import type { Answer, QuestionInput } from '../../core/question.ts';
import { randomOf } from '../../core/sample.contract.ts';
import { openDatabase } from '../../reporting/replica/database.ts';
import { statsOf } from '../support/contents.ts';
import { drained } from '../support/http.ts';
import { startLoad } from '../support/load.ts';
import type { SentEvent } from '../support/load.ts';
import { quietMoment } from '../support/moment.ts';
import { childrenOf } from '../support/processes.ts';
import { servers } from '../support/server.ts';
import type { Server } from '../support/server.ts';
import { until } from '../support/until.ts';

const { folder, start } = servers();

const SITES = ['a.example', 'b.example', 'c.example', 'd.example'];
const env = { TRUSTED_PROXIES: '127.0.0.1,::1' };

async function ask(server: Server, question: QuestionInput): Promise<Answer> {
  const answer = await fetch(`${server.reporting}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
  });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

/** Page views by page, of one day of UTC. */
async function pagesOf(server: Server, site: string, date: string) {
  const { results, totals } = await ask(server, {
    site_id: site,
    date_range: [date, date],
    metrics: ['pageviews', 'visitors'],
    dimensions: ['page'],
    pagination: { limit: 1000 },
    include: { totals: true },
  });
  const views = results.filter(({ metrics }) => metrics[0] !== 0).map((row) => [row.dimensions[0], row.metrics[0]]);
  return { pages: Object.fromEntries(views) as Record<string, number>, total: totals?.metrics[0] };
}

/** What was sent is what is told, page by page. */
async function expectAll(server: Server, sent: Iterable<SentEvent>, date: string): Promise<void> {
  const all = [...sent];
  for (const site of SITES) {
    const { total_views: total, top_paths: paths } = statsOf(all, site, date);
    const pages = Object.fromEntries(paths.map(({ path, views }) => [path, views]));
    const expected = JSON.stringify({ pages: sorted(pages), total });
    await until(`${site} to be told as it was sent`, async () => {
      const told = await pagesOf(server, site, date);
      return JSON.stringify({ pages: sorted(told.pages), total: told.total }) === expected;
    });
  }
}

function sorted(pages: Record<string, number>): [string, number][] {
  return Object.entries(pages).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The reporting process as it is now. */
async function childOf(server: Server): Promise<number> {
  return until('the reporting process', () => childrenOf(server.pid)[0]);
}

async function kill(server: Server): Promise<void> {
  const child = await childOf(server);
  process.kill(child, 'SIGKILL');
  await until('it to be gone', () => !childrenOf(server.pid).includes(child));
}

function overwrite(file: string): void {
  const bytes = readFileSync(file);
  const random = randomOf(1);
  for (let at = 0; at < bytes.length; at++) bytes[at] = random.below(256);
  writeFileSync(file, bytes, { flag: 'r+' });
}

const troubles: [string, (server: Server, file: string) => Promise<void>][] = [
  ['killed', (server) => kill(server)],
  [
    'killed, and its file damaged',
    async (server, file) => {
      await kill(server);
      overwrite(file);
    },
  ],
  [
    'killed, and its file cut off',
    async (server, file) => {
      await kill(server);
      writeFileSync(file, readFileSync(file).subarray(0, 20_000));
    },
  ],
  [
    'killed, and its write-ahead log damaged',
    async (server, file) => {
      await kill(server);
      if (existsSync(`${file}.wal`)) overwrite(`${file}.wal`);
    },
  ],
  [
    'killed, and its file of another version',
    async (server, file) => {
      await kill(server);
      rmSync(file, { force: true });
      rmSync(`${file}.wal`, { force: true });
      const database = await openDatabase(file, limits);
      const connection = await database.connect();
      await connection.run('CREATE TABLE replica AS SELECT 0 AS version, 0 AS store, 0 AS engine');
      connection.close();
      database.close();
    },
  ],
  ['its file deleted under it', async (_, file) => rmSync(file)],
  ['its file damaged under it', async (_, file) => overwrite(file)],
];

describe('while traffic goes on', () => {
  test.each(troubles)(
    '%s: it comes back by itself with the same answers, and collection never notices',
    async (_, trouble) => {
      const data = folder();
      const file = join(data, 'replica.duckdb');
      const { time, date } = quietMoment();
      const server = await start({ folder: data, env });
      const load = startLoad({ random: randomOf(3), sites: SITES, time, clients: 3, address: () => server.collector });
      await until('the first numbers', async () => ((await pagesOf(server, 'a.example', date)).total ?? 0) > 20);

      await trouble(server, file);

      const before = load.accepted.size;
      await until('more events', () => load.accepted.size > before + 100);
      const { total = 0 } = await until('numbers again', () =>
        pagesOf(server, 'a.example', date).catch(() => undefined),
      );
      await until('newer numbers', async () => ((await pagesOf(server, 'a.example', date)).total ?? 0) > (total ?? 0));
      await load.stop();
      await drained(server.collector);
      await expectAll(server, load.sent.values(), date);
      expect(load.counts).toMatchObject({ broken: 0, refused: {} });
      expect(statSync(file).isFile()).toBe(true);
      expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
    },
  );
});

describe('a number', () => {
  test('is told by the API within two seconds of the 202', async () => {
    const server = await start({ folder: folder(), env });
    const views = async (): Promise<number> => {
      const { results } = await ask(server, { site_id: 'a.example', date_range: 'day', metrics: ['pageviews'] });
      return results[0]?.metrics[0] ?? 0;
    };
    for (let count = 1; count <= 5; count++) {
      const answer = await fetch(`${server.collector}/event`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ site_id: 'a.example', event_type: 'page_view', path: '/', user_id: `u${count}` }),
      });
      expect(answer.status).toBe(202);
      await until(`page view ${count} to be told`, async () => (await views()) === count, 2000);
      const live = await fetch(`${server.reporting}/api/v1/realtime?site_id=a.example`);
      expect(await live.json()).toMatchObject({ visitors: count, pages: [{ page: '/', visitors: count }] });
    }
  });

  test('is told after a restart as before it', async () => {
    const data = folder();
    const { time, date } = quietMoment();
    let server = await start({ folder: data, env });
    const load = startLoad({ random: randomOf(5), sites: SITES, time, clients: 2, address: () => server.collector });
    await until('some events', () => load.accepted.size > 200);
    await load.stop();
    await drained(server.collector);
    await expectAll(server, load.sent.values(), date);
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
    server = await start({ folder: data, env });
    await expectAll(server, load.sent.values(), date);
  });
});
