import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isoOfDay } from '../../core/day.ts';
import type { Event } from '../../core/event.ts';
import { visitDimensions } from '../../core/question.ts';
import type { Metric } from '../../core/question.ts';
import { sampleId } from '../../core/sample.contract.ts';
import { reporting } from '../../reporting/reporting.ts';
import { guarded, guardedText, recordsOfCsv } from '../support/csv.ts';
import { parquetOf } from '../support/parquet.ts';
import { until } from '../support/until.ts';
import { randomSites } from './random-sites.ts';
import { newWorld } from './world.ts';
import type { Sent, World } from './world.ts';

type Visits = Record<string, string | null>[];

const PARTITIONS = 3;
const ODD = 'odd.example';
const LARGE = 'a:b.example';
const sites = randomSites(7);
/** Texts that break a careless writer or reader. */
const odd = [
  'a,b',
  '"',
  '""',
  'two\nlines',
  'cr\rlf\r\n',
  '=1+1',
  '@x',
  '-2',
  '+3',
  '\t=4',
  '\r=5',
  "it's",
  '👣 ü',
  ' ',
  '\\',
  '__proto__',
  'NULL',
  'a;b\tc',
  '\u2028',
];

let world: World;

beforeAll(async () => {
  world = await newWorld({ partitions: PARTITIONS });
  for (const { id, zone, groups } of sites) {
    await world.addSite(id, zone);
    for (const group of groups) await world.apply(id, group);
  }
  await world.addSite(ODD, 'UTC');
  await world.apply(ODD, odd.map(oddView));
  await world.addSite(LARGE, 'UTC');
  await world.apply(
    LARGE,
    Array.from({ length: 2000 }, (_, n) => view(n, { path: `/${'x'.repeat(1000)}${n}` })),
  );
  await world.addSite('empty.example', 'UTC');
  await world.caughtUp();
});

afterAll(async () => {
  const { errors } = world;
  await world.close();
  if (errors.length > 0) throw new AggregateError(errors, 'the reporting failed');
});

function view(n: number, more: Partial<Event> = {}): Sent {
  const day = 20_700 + (n % 5);
  const where = { day, utc_offset: 0, path: '/', visitor: `v${String(n).padStart(11, '0')}` };
  return { event: { id: sampleId(n), name: 'pageview', time: day * 86_400_000 + n, ...where, ...more }, context: {} };
}

function oddView(text: string, n: number): Sent {
  const { event } = view(n, { path: `/${text}`, acquisition: { source: text, referrer: text, utm_campaign: text } });
  return { event, context: { browser: text, language: text } };
}

async function get(parameters: Record<string, string>, app = world.app): Promise<Response> {
  return app.request(`/api/v1/export?${new URLSearchParams(parameters).toString()}`);
}

async function csvOf(site_id: string, range: Record<string, string> = {}): Promise<Visits> {
  const answer = await get({ site_id, format: 'csv', ...range });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(text);
  return recordsOfCsv(text);
}

async function parquetIn(site_id: string): Promise<Awaited<ReturnType<typeof parquetOf>>> {
  const answer = await get({ site_id, format: 'parquet' });
  const file = join(world.folder, 'read.parquet');
  writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
  return parquetOf(file);
}

const sum = (visits: Visits, name: string): number => visits.reduce((total, visit) => total + Number(visit[name]), 0);
const rounded = (value: number): number => Math.round(value * 100) / 100;
const sorted = (visits: Visits): string[] => visits.map((visit) => JSON.stringify(visit)).toSorted();
const textsIn = (visits: Visits, name: string): string[] => visits.map((visit) => String(visit[name])).toSorted();
const exportsLeft = (): string[] => readdirSync(join(world.folder, 'export'));

/** Metrics of a site's whole range. */
async function asked(site_id: string, metrics: Metric[], range: [string, string]): Promise<(number | null)[]> {
  const { results } = await world.ask({ site_id, date_range: range, metrics });
  return results[0]?.metrics ?? [];
}

describe('the visits of a site', () => {
  test.each(sites.map(({ id, zone }) => [id, zone]))('%s (%s) add up to what the questions say', async (id) => {
    const visits = await csvOf(id);
    expect(visits.length).toBeGreaterThan(20);
    const [pageviews, bounces] = [sum(visits, 'pageviews'), visits.filter(({ bounce }) => bounce === 'true').length];
    const metrics: Metric[] = ['visits', 'views_per_visit', 'bounce_rate', 'visit_duration', 'engaged_time'];
    expect(await asked(id, metrics, ['2020-01-01', '2030-01-01'])).toEqual([
      visits.length,
      rounded(pageviews / visits.length),
      rounded((100 * bounces) / visits.length),
      rounded(sum(visits, 'duration_ms') / visits.length / 1000),
      rounded(sum(visits, 'engaged_ms') / pageviews / 1000),
    ]);
    const [visitors] = await asked(id, ['visitors'], ['2020-01-01', '2030-01-01']);
    const persons = new Set(visits.map(({ person }) => person)).size;
    // Who is in no visit is no visitor.
    expect(visitors).toBe(persons);
  });

  test.each(sites.slice(0, 3).map(({ id }) => id))(
    '%s are told by dimension as the questions tell them',
    async (id) => {
      const visits = await csvOf(id);
      for (const dimension of visitDimensions) {
        const { results } = await world.ask({
          site_id: id,
          date_range: ['2020-01-01', '2030-01-01'],
          metrics: ['visits'],
          dimensions: [dimension],
          pagination: { limit: 1000 },
        });
        const counts = results.map(({ dimensions, metrics }) => [dimensions[0], metrics[0]]).filter(([, n]) => n !== 0);
        const mine = Map.groupBy(visits, (visit) => visit[dimension] ?? '');
        expect(Object.fromEntries(counts)).toEqual(
          Object.fromEntries([...mine].map(([name, of]) => [name, of.length])),
        );
      }
    },
  );

  test("of some days are those of the site's days, and all days together are all", async () => {
    const id = sites.find(({ zone }) => zone === 'Asia/Kathmandu')?.id ?? '';
    const all = await csvOf(id);
    const days = [...new Set(all.map(({ day }) => String(day)))].toSorted();
    expect(days.length).toBeGreaterThan(2);
    const each: Visits = [];
    for (const day of days) {
      const some = await csvOf(id, { from: day, to: day });
      expect(new Set(some.map((visit) => visit.day))).toEqual(new Set([day]));
      expect(await asked(id, ['visits'], [day, day])).toEqual([some.length]);
      each.push(...some);
    }
    expect(sorted(each)).toEqual(sorted(all));
    const [first = '', second = ''] = days;
    expect(await csvOf(id, { from: second })).toHaveLength(all.filter(({ day }) => day !== first).length);
    expect(await csvOf(id, { to: first })).toHaveLength(all.filter(({ day }) => day === first).length);
    expect(await csvOf(id, { from: '2030-01-01' })).toEqual([]);
  });

  test('are the same in both formats', async () => {
    for (const id of [ODD, ...sites.map((site) => site.id)]) {
      const { records, types } = await parquetIn(id);
      expect(sorted(records.map(guarded))).toEqual(sorted(await csvOf(id)));
      expect(types).toMatchObject({
        site: 'VARCHAR',
        day: 'DATE',
        started_at: 'TIMESTAMP WITH TIME ZONE',
        duration_ms: 'BIGINT',
        bounce: 'BOOLEAN',
        pageviews: 'INTEGER',
        events: 'INTEGER',
        engaged_ms: 'DOUBLE',
        utm_source: 'VARCHAR',
      });
    }
  });

  test('keep every text as it is, but that none is a formula in a CSV', async () => {
    const visits = await csvOf(ODD);
    const { records } = await parquetIn(ODD);
    for (const name of ['source', 'referrer', 'utm_campaign', 'browser', 'language']) {
      expect(textsIn(records, name)).toEqual(odd.toSorted());
      expect(textsIn(visits, name)).toEqual(odd.map(guardedText).toSorted());
    }
    expect(textsIn(visits, 'source').filter((text) => /^[=+@\t\r-]/.test(text))).toEqual([]);
    expect(textsIn(visits, 'entry_page')).toEqual(odd.map((text) => `/${text}`).toSorted());
  });

  test('say when and whose they are', async () => {
    const [visit] = await csvOf(ODD, { from: '2026-09-04', to: '2026-09-04' });
    expect(visit).toMatchObject({
      site: ODD,
      day: '2026-09-04',
      started_at: '2026-09-04T00:00:00.000Z',
      last_event_at: '2026-09-04T00:00:00.000Z',
      ended_at: '2026-09-04T00:00:00.000Z',
      duration_ms: '0',
      bounce: 'true',
      pageviews: '1',
      events: '1',
      engaged_ms: '0.0',
      country: null,
      visitor: expect.stringMatching(/^[0-9a-f]{16}$/),
      person: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  test('are none of an empty site, but their columns are there', async () => {
    expect(await csvOf('empty.example')).toEqual([]);
    const { records, types } = await parquetIn('empty.example');
    expect(records).toEqual([]);
    expect(Object.keys(types)).toEqual(Object.keys((await csvOf(ODD))[0] ?? {}));
  });
});

describe('the answer', () => {
  test('is a file to be kept, with a name that any system takes', async () => {
    const answer = await get({ site_id: LARGE, format: 'csv', from: isoOfDay(20_700), to: isoOfDay(20_701) });
    const text = await answer.text();
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="footfall-visits-a_b.example-from-2026-09-04-to-2026-09-05.csv"',
      'content-length': String(Buffer.byteLength(text)),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const parquet = await get({ site_id: ODD, format: 'parquet' });
    await parquet.arrayBuffer();
    expect(Object.fromEntries(parquet.headers)).toMatchObject({
      'content-type': 'application/vnd.apache.parquet',
      'content-disposition': 'attachment; filename="footfall-visits-odd.example.parquet"',
    });
    expect(exportsLeft()).toEqual([]);
    expect(statSync(join(world.folder, 'export')).mode & 0o777).toBe(0o700);
  });

  test.each([
    [{ site_id: ODD }, 422, 'question', 'format'],
    [{ site_id: ODD, format: 'json' }, 422, 'question', 'format'],
    [{ site_id: ODD, format: 'csv', from: '22.11.2026' }, 422, 'question', 'from'],
    [{ site_id: ODD, format: 'csv', to: '2026-13-01' }, 422, 'question', 'to'],
    [{ site_id: ODD, format: 'csv', from: '2026-11-02', to: '2026-11-01' }, 422, 'question', 'to'],
    [{ site_id: ODD, format: 'csv', columns: 'all' }, 422, 'question', 'query'],
    [{ format: 'csv' }, 404, 'unknown_site', 'site_id'],
    [{ site_id: 'nobody.example', format: 'csv' }, 404, 'unknown_site', 'site_id'],
    [{ site_id: "x' OR 1=1 --", format: 'csv' }, 404, 'unknown_site', 'site_id'],
  ])('to %j is a refusal', async (parameters, status, reason, field) => {
    const answer = await get(parameters);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ status: 'refused', reason, field, fix: expect.any(String) });
  });

  test('to a HEAD and to other methods is none', async () => {
    const path = `/api/v1/export?site_id=${ODD}&format=csv`;
    expect((await world.app.request(path, { method: 'HEAD' })).status).toBe(405);
    expect((await world.app.request(path, { method: 'POST' })).status).toBe(404);
    expect(await csvOf(ODD)).toHaveLength(odd.length);
  });
});

describe('one export at a time', () => {
  test('until it is sent; the questions do not wait', async () => {
    const first = await get({ site_id: LARGE, format: 'csv' });
    const second = await get({ site_id: ODD, format: 'csv' });
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await second.json()).toMatchObject({ reason: 'busy' });
    expect(await asked(ODD, ['visits'], ['2020-01-01', '2030-01-01'])).toEqual([odd.length]);
    expect(recordsOfCsv(await first.text())).toHaveLength(2000);
    expect(await csvOf(ODD)).toHaveLength(odd.length);
  });

  test('and one after the other without a pause', async () => {
    for (let n = 0; n < 30; n++) expect(await csvOf(n % 2 ? ODD : LARGE)).not.toEqual([]);
  });

  test('a reader who goes away makes room, and so does one who never came', async () => {
    const answer = await get({ site_id: LARGE, format: 'csv' });
    await answer.body?.cancel();
    await until('the next one to be taken', async () => (await csvOf(ODD)).length > 0);

    const signal = AbortSignal.abort();
    const request = new Request(`http://localhost/api/v1/export?site_id=${ODD}&format=csv`);
    Object.defineProperty(request, 'signal', { value: signal });
    expect((await world.app.request(request)).status).toBe(504);
    expect(await csvOf(ODD)).toHaveLength(odd.length);
    expect(exportsLeft()).toEqual([]);
  });
});

describe('another reporting', () => {
  const options = (name: string) => ({
    store: world.store,
    replica: { file: join(world.folder, name, 'replica.duckdb'), partitions: PARTITIONS },
  });

  test('says that it is building, and exports afterwards', async () => {
    const young = reporting(options('young'));
    const early = await get({ site_id: ODD, format: 'csv' }, young);
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await early.json()).toMatchObject({ reason: 'building', progress: expect.any(Number) });
    const late = await until('it to be built', async () => {
      const answer = await get({ site_id: ODD, format: 'csv' }, young);
      return answer.status === 200 && answer;
    });
    expect(recordsOfCsv(await late.text())).toHaveLength(odd.length);
    await young.close();
  });

  test('removes what an export left that came to no end, and nothing else', async () => {
    const closed = reporting(options('again'));
    await until('it to be built', async () => (await get({ site_id: ODD, format: 'csv' }, closed)).ok);
    await closed.close();
    const exports = join(world.folder, 'again', 'export');
    writeFileSync(join(exports, `visits-${sampleId(1)}.parquet`), 'PAR1');
    writeFileSync(join(exports, 'mine.csv'), 'kept');
    const again = reporting(options('again'));
    await until('it to be open', async () => (await get({ site_id: ODD, format: 'csv' }, again)).ok);
    expect(readdirSync(exports)).toEqual(['mine.csv']);
    await again.close();
  });

  test('ends what takes longer than it may, before and while it is sent', async () => {
    const errors: unknown[] = [];
    const more = { onError: (error: unknown) => errors.push(error), limits: { exportMsMax: 1000 } };
    const slow = reporting({ ...options('slow'), ...more });
    const answer = await until('an answer', async () => {
      const one = await get({ site_id: LARGE, format: 'csv' }, slow);
      return one.status === 200 && one;
    });
    // Nobody reads it until its time is over.
    await until('the next one to be taken', async () => (await get({ site_id: ODD, format: 'csv' }, slow)).ok);
    await expect(answer.text()).rejects.toThrow(/EXPORT_MS_MAX|terminated|aborted/);
    await slow.close();

    const never = reporting({ ...options('slow'), limits: { exportMsMax: 0 } });
    const refusal = await until('an answer', async () => {
      const one = await get({ site_id: LARGE, format: 'csv' }, never);
      return one.status !== 503 && one;
    });
    expect(refusal.status).toBe(504);
    expect(await refusal.json()).toMatchObject({ reason: 'timeout' });
    expect(readdirSync(join(world.folder, 'slow', 'export'))).toEqual([]);
    await never.close();
    expect(errors).toEqual([]);
  });

  test('ends what runs when it ends', async () => {
    const ending = reporting(options('ending'));
    const answer = await until('an answer', async () => {
      const one = await get({ site_id: LARGE, format: 'csv' }, ending);
      return one.status === 200 && one;
    });
    ending.endExports();
    await expect(answer.text()).rejects.toThrow(/an export was not sent whole/);
    await ending.close();
  });

  test('tells nothing to who may not read', async () => {
    const closed = reporting({ ...options('closed'), mayRead: () => false });
    expect((await get({ site_id: ODD, format: 'csv' }, closed)).status).toBe(401);
    await closed.close();
  });
});
