import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { isoOfDay } from '../core/day.ts';
import type { Event } from '../core/event.ts';
import { newId } from '../core/id.ts';
import type { StoredEvent } from '../core/ports.ts';
import type { Answer, Metric } from '../core/question.ts';
import { randomOf, sampleId } from '../core/sample.contract.ts';
import { eventsOf, withStore } from './support/contents.ts';
import { guarded, guardedText, recordsOfCsv } from './support/csv.ts';
import { smallDisk } from './support/disk.ts';
import { drained, send } from './support/http.ts';
import { startLoad } from './support/load.ts';
import { quietMoment } from './support/moment.ts';
import { parquetOf } from './support/parquet.ts';
import { servers } from './support/server.ts';
import type { Server } from './support/server.ts';
import { storeEvents } from './support/stored.ts';
import type { Told } from './support/stored.ts';
import { until } from './support/until.ts';

const { folder, start, run } = servers();

const SITE = 'a.example';
const DAY = 20_700;
const MIB = 1024 * 1024;
/** What JavaScript may have where memory is measured, and what the store keeps of its file. */
const HEAP_MIB = 96;
const STORE_CACHE_MIB = 64;
const program = inject('program');
/** Texts that break a careless writer or reader. */
const odd = [
  'a,b',
  '"',
  'two\nlines',
  'cr\rlf\r\n',
  '=1+1',
  '@x',
  '👣 ü',
  ' ',
  '\\',
  '__proto__',
  '\u2028',
  '\0',
  'NULL',
];

function view(n: number, more: Partial<Event> = {}): Told {
  const day = DAY + (n % 3);
  const where = { day, utc_offset: 0, path: '/', visitor: `v${String(n).padStart(11, '0')}` };
  const event = { id: sampleId(n), name: 'pageview', time: day * 86_400_000 + 1000 * n, ...where, ...more };
  return { event, context: { browser: 'Firefox', country: 'CH' } };
}

/** A view, an event and an engagement for each odd text. */
const oddEvents = odd.flatMap((text, n): Told[] => {
  const { event } = view(10 * n, { path: `/${text}`, title: text, user_id: text, hostname: 'a.example' });
  const acquisition = { source: text, referrer: text, utm_term: text };
  const props: Event['props'] = [
    [text, text],
    ['__proto__', true],
    ['n', n / 2],
  ];
  return [
    { event: { ...event, acquisition }, context: { browser: text, language: text } },
    { event: { ...event, id: sampleId(10 * n + 1), name: text, props, interactive: false }, context: {} },
    {
      event: { ...event, id: sampleId(10 * n + 2), name: 'engagement', view: event.id, engaged_ms: 7, depth: 9 },
      context: {},
    },
  ];
});

const LONG = 'x'.repeat(1000);
/** The store keeps each text once; an export has it in each line. */
const LARGE: Partial<Event> = {
  acquisition: { referrer: LONG, source: LONG },
};

/** Many views, in batches; of little variety, as those of a real site. */
function* manyViews(count: number, more: Partial<Event> = {}): Generator<Told[]> {
  for (let from = 0; from < count; from += 2000) {
    const batch = Math.min(2000, count - from);
    yield Array.from({ length: batch }, (_, n) => view(from + n, { path: `/page-${n % 50}`, title: LONG, ...more }));
  }
}

/** Starts an export, whose output is read as bytes. */
function begin(data: string, args: string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, 'export', ...args], {
    env: { PATH: process.env.PATH, DATA: data, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function ended(child: ChildProcess): Promise<number | NodeJS.Signals | null> {
  return new Promise((resolve) => child.once('close', (code, signal) => resolve(signal ?? code)));
}

interface Line extends StoredEvent {
  v: number;
  store: string;
}

const linesIn = (text: string): Line[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);

/** What the store has of a site. */
function storedIn(data: string, site = SITE): Promise<StoredEvent[]> {
  return withStore(data, async (store) =>
    (await eventsOf(store)).filter((event) => event.site === site).toSorted(byId),
  );
}

async function csvOf(data: string, ...args: string[]): Promise<Record<string, string | null>[]> {
  const all = ['export', '--site', SITE, '--visits', '--format', 'csv', ...args];
  const { code, stdout, stderr } = await run(all, { folder: data });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return recordsOfCsv(stdout);
}

const sorted = (visits: Record<string, string | null>[]): string[] =>
  visits.map((visit) => JSON.stringify(visit)).toSorted();
const sum = (visits: Record<string, string | null>[], name: string): number =>
  visits.reduce((total, visit) => total + Number(visit[name]), 0);

async function asked({ reporting }: Server, metrics: Metric[]): Promise<(number | null)[]> {
  const answer = await send(`${reporting}/api/v1/query`, {
    site_id: SITE,
    date_range: ['2026-01-01', '2030-01-01'],
    metrics,
  });
  const { results } = (await answer.json()) as Answer;
  return results[0]?.metrics ?? [];
}

describe('usage', () => {
  test('--help tells it', async () => {
    const { code, stdout, stderr } = await run(['export', '--help'], { folder: folder() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const option of ['--site', '--visits', '--format', '--from', '--to', '--out'])
      expect(stdout).toContain(option);
    expect(stdout).toContain('what still waits in the queue is not in it');
  });

  test.each([
    ['', 'export takes --site'],
    [`--site ${SITE} --format csv`, '--format is for --visits'],
    [`--site ${SITE} --visits`, '--visits takes --format csv or parquet'],
    [`--site ${SITE} --visits --format xlsx`, '--visits takes --format csv or parquet'],
    [`--site ${SITE} --from yesterday`, '--from takes a date'],
    [`--site ${SITE} --to 2026-02-30`, '--to takes a date'],
    [`--site ${SITE} --from 2026-11-02 --to 2026-11-01`, '--from is after --to'],
    [`--site ${SITE} events.ndjson`, 'Unexpected argument'],
    [`--site ${SITE} --frobnicate`, "Unknown option '--frobnicate'"],
    [`--site`, "Option '--site <value>' argument missing"],
  ])('"%s" is wrong', async (args, says) => {
    const { code, stdout, stderr } = await run(['export', ...args.split(' ').filter(Boolean)], { folder: folder() });
    expect(stderr).toContain(`footfall: ${says}`);
    expect(stderr).toContain('footfall export --site ID');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test('Parquet is not for a terminal', async () => {
    const exporting = `'${process.execPath}' --disable-warning=ExperimentalWarning '${program}' export --site a`;
    const [command, ...args] = ['script', '-qec', `${exporting} --visits --format parquet`, '/dev/null'] as const;
    const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', env: { DATA: folder() } });
    expect(stdout).toContain('name a file by --out');
    expect(status).toBe(2);
  });

  test.each([[[]], [['--visits', '--format', 'csv']]])('%j needs data and a site, and makes none', async (more) => {
    const data = folder();
    const args = ['export', '--site', 'nobody.example', ...more];
    const { code, stderr } = await run(args, { folder: data });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `footfall: ${data} holds no data. Name the right folder by DATA, or start Footfall on it first.\n`,
    });
    await storeEvents(data, SITE, []);
    const out = join(dirname(data), 'out');
    expect(await run([...args, '--out', out], { folder: data })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'footfall: there is no site nobody.example\n',
    });
    expect(readdirSync(dirname(data))).toEqual(['data']);
  });
});

describe('events', () => {
  test('each once with all it has, whatever it has, to a file and to standard output', async () => {
    const data = folder();
    await storeEvents(data, SITE, [oddEvents.slice(0, 20), oddEvents.slice(20)]);
    await storeEvents(data, 'b.example', [[view(1)]]);
    const stored = await storedIn(data);
    expect(stored).toHaveLength(3 * odd.length);
    const out = join(dirname(data), 'out.ndjson');
    const file = await run(['export', '--site', SITE, '--out', out], { folder: data });
    expect(file).toEqual({ code: 0, stdout: '', stderr: `${stored.length} events of ${SITE} exported.\n` });
    const lines = linesIn(readFileSync(out, 'utf8'));
    const [{ store } = { store: '' }] = lines;
    expect(store).toMatch(/^[0-9a-f]{16}$/);
    expect(lines.toSorted(byId)).toEqual(stored.map((event) => ({ v: 1, store, ...event })));
    const piped = await run(['export', '--site', SITE], { folder: data });
    expect(piped.stdout).toBe(readFileSync(out, 'utf8'));

    const server = await start({ folder: data });
    expect((await run(['export', '--site', SITE], { folder: data })).stdout).toBe(piped.stdout);
    await server.end('SIGTERM');
  });

  test('of some days', async () => {
    const data = folder();
    await storeEvents(data, SITE, manyViews(30));
    const days = async (...args: string[]): Promise<Set<number>> =>
      new Set(linesIn((await run(['export', '--site', SITE, ...args], { folder: data })).stdout).map(({ day }) => day));
    const [first, second] = [isoOfDay(DAY), isoOfDay(DAY + 1)];
    expect(await days('--from', second)).toEqual(new Set([DAY + 1, DAY + 2]));
    expect(await days('--to', first)).toEqual(new Set([DAY]));
    expect(await days('--from', second, '--to', second)).toEqual(new Set([DAY + 1]));
    expect(await days('--from', '2030-01-01')).toEqual(new Set());
  });

  test('while traffic goes on: what was counted when it began, and all of it in the end', async () => {
    const data = folder();
    const server = await start({ folder: data, env: { TRUSTED_PROXIES: '127.0.0.1' } });
    const { time } = quietMoment();
    const load = startLoad({
      random: randomOf(1),
      sites: [SITE, 'b.example'],
      time,
      clients: 3,
      address: () => server.collector,
    });
    const exported = async (): Promise<Line[]> =>
      linesIn((await run(['export', '--site', SITE], { folder: data })).stdout);
    await until('some events', () => load.accepted.size > 500);
    const during = await exported();
    await until('more events', () => load.accepted.size > 1500);
    await load.stop();
    await drained(server.collector);
    const all = await exported();
    expect(during.length).toBeGreaterThan(0);
    expect(new Set(during.map(({ id }) => id)).size).toBe(during.length);
    expect(all.length).toBeGreaterThan(during.length);
    expect(all.slice(0, during.length)).toEqual(during);
    await server.end('SIGTERM');
    const stored = await storedIn(data);
    expect(all.toSorted(byId).map(({ id }) => id)).toEqual(stored.map(({ id }) => id));
  });

  test('a reader that has enough ends it without a word', async () => {
    const data = folder();
    await storeEvents(data, SITE, manyViews(20_000));
    const child = begin(data, ['--site', SITE]);
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stdout?.once('data', () => child.stdout?.destroy());
    expect(await ended(child)).toBe(0);
    expect(said).toBe('');
  });

  test.each([
    ['SIGTERM', 1, []],
    ['SIGINT', 1, []],
    // Nobody is left to remove what has another name than the one that was asked for.
    ['SIGKILL', 'SIGKILL', [expect.stringMatching(/^out\.ndjson\.\d+\.part$/)]],
  ] as const)('%s leaves no half of a file', async (signal, how, left) => {
    const data = folder();
    await storeEvents(data, SITE, manyViews(60_000));
    const outs = join(dirname(data), 'outs');
    mkdirSync(outs);
    const child = begin(data, ['--site', SITE, '--out', join(outs, 'out.ndjson')]);
    await until('it to write', () => readdirSync(outs).length > 0);
    const end = ended(child);
    child.kill(signal);
    expect(await end).toBe(how);
    expect(readdirSync(outs)).toEqual(left);
  });

  test('what cannot be written says so', async () => {
    const data = folder();
    await storeEvents(data, SITE, [[view(1)]]);
    const { code, stderr } = await run(['export', '--site', SITE, '--out', '/nowhere/out.ndjson'], { folder: data });
    expect(stderr).toMatch(/^footfall: --out: ENOENT.*\n$/);
    expect(code).toBe(1);
  });

  test('the memory it takes does not grow with their number', async () => {
    // How large the heap's young part grows is chance, unless it is held small.
    const NODE_OPTIONS = `--max-old-space-size=${HEAP_MIB} --max-semi-space-size=2`;
    // It holds so many at a time, and these are large.
    const env = { NODE_OPTIONS, EXPORT_READ_ROWS_MAX: '1000' };
    const seen: { peakMiB: number; fileMiB: number }[] = [];
    for (const count of [15_000, 75_000]) {
      const data = folder();
      await storeEvents(data, SITE, manyViews(count, LARGE));
      const out = join(dirname(data), 'out.ndjson');
      const child = begin(data, ['--site', SITE, '--out', out], env);
      let peakMiB = 0;
      const look = setInterval(() => (peakMiB = Math.max(peakMiB, peakOf(child.pid))), 10);
      expect(await ended(child)).toBe(0);
      clearInterval(look);
      const text = readFileSync(out, 'utf8');
      expect(text.split('\n')).toHaveLength(count + 1);
      seen.push({ peakMiB, fileMiB: text.length / MIB });
    }
    const [small, large] = seen;
    if (!small || !large) throw new Error('nothing seen');
    expect(small.peakMiB).toBeGreaterThan(0);
    expect(large.fileMiB - small.fileMiB).toBeGreaterThan(HEAP_MIB + STORE_CACHE_MIB);
    // The store's own cache fills up meanwhile.
    expect(large.peakMiB - small.peakMiB).toBeLessThan(STORE_CACHE_MIB + 32);
  });
});

/** MiB that a process has had at most; 0 when it is gone. Source: proc(5), /proc/pid/status. */
function peakOf(pid = 0): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

describe('visits', () => {
  test('add up to what the questions say, with a server and without, in both formats', async () => {
    const data = folder();
    await storeEvents(data, SITE, [oddEvents, ...manyViews(300)]);
    const alone = await csvOf(data);
    const server = await start({ folder: data });
    const beside = await csvOf(data);
    expect(sorted(beside)).toEqual(sorted(alone));
    const bounces = beside.filter(({ bounce }) => bounce === 'true').length;
    const metrics: Metric[] = ['visits', 'pageviews', 'events', 'visitors', 'bounce_rate', 'visit_duration'];
    expect(await asked(server, metrics)).toEqual([
      beside.length,
      sum(beside, 'pageviews'),
      sum(beside, 'events'),
      new Set(beside.map(({ person }) => person)).size,
      Math.round((10_000 * bounces) / beside.length) / 100,
      Math.round(sum(beside, 'duration_ms') / beside.length / 10) / 100,
    ]);
    const sources = beside.map(({ source }) => source ?? '').filter((source) => source !== '');
    // None is a formula in a CSV.
    expect(sources.toSorted()).toEqual(odd.map(guardedText).toSorted());

    const parquet = ['export', '--site', SITE, '--visits', '--format', 'parquet', '--out'];
    const [first, second] = ['1', '2'].map((n) => join(dirname(data), `visits-${n}.parquet`)) as [string, string];
    expect(await run([...parquet, first], { folder: data })).toEqual({ code: 0, stdout: '', stderr: '' });
    await server.end('SIGTERM');
    expect(await run([...parquet, second], { folder: data })).toEqual({ code: 0, stdout: '', stderr: '' });
    for (const file of [first, second]) {
      expect(sorted((await parquetOf(file)).records.map(guarded))).toEqual(sorted(beside));
    }
    expect(readdirSync(join(data, 'export'))).toEqual([]);
    expect(readdirSync(dirname(data)).toSorted()).toEqual(['data', 'visits-1.parquet', 'visits-2.parquet']);
  });

  test('of some days, as bytes through a pipe', async () => {
    const data = folder();
    await storeEvents(data, SITE, manyViews(30));
    const [first, second] = [isoOfDay(DAY), isoOfDay(DAY + 1)];
    expect(new Set((await csvOf(data, '--from', second)).map(({ day }) => day))).toEqual(
      new Set([second, isoOfDay(DAY + 2)]),
    );
    const file = join(dirname(data), 'piped.parquet');
    const out = openSync(file, 'w');
    const args = ['--site', SITE, '--visits', '--format', 'parquet', '--to', first];
    const { status } = spawnSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', program, 'export', ...args],
      {
        env: { DATA: data },
        stdio: ['ignore', out, 'ignore'],
      },
    );
    closeSync(out);
    expect(status).toBe(0);
    expect((await parquetOf(file)).records.map(({ day }) => day)).toEqual(Array.from({ length: 10 }, () => first));
  });

  test('of a server that wants a token: who can read the folder needs none', async () => {
    const data = folder();
    await storeEvents(data, SITE, manyViews(30));
    // It listens everywhere, for a moment, and only ever hears from 127.0.0.1.
    const server = await start({ folder: data, env: { REPORTING_HOST: '0.0.0.0' } });
    const plain = await fetch(`${server.reporting}/api/v1/export?site_id=${SITE}&format=csv`);
    expect(plain.status).toBe(401);
    expect(await csvOf(data)).toHaveLength(30);
    await server.end('SIGTERM');
  });

  test('a server that was killed does not stand in the way', async () => {
    const data = folder();
    await storeEvents(data, SITE, manyViews(30));
    const server = await start({ folder: data });
    await until('the replica to be built', async () => (await asked(server, ['visits']))[0] === 30);
    await server.end('SIGKILL');
    expect(await csvOf(data)).toHaveLength(30);
    expect((await start({ folder: data })).output()).toContain('Footfall is running');
  });

  test('a server ends at once that is exporting', async () => {
    const data = folder();
    await storeEvents(data, SITE, manyVisits(20_000));
    const server = await start({ folder: data });
    const path = `${server.reporting}/api/v1/export?site_id=${SITE}&format=csv`;
    const answer = await until('it to be built', async () => {
      const one = await fetch(path);
      return one.status === 200 && one;
    });
    const began = Date.now();
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(Date.now() - began).toBeLessThan(5000);
    await expect(answer.text()).rejects.toThrow(/terminated|aborted/);
    expect(readdirSync(join(data, 'export'))).toEqual([]);
  });

  test('a full disk is said, leaves nothing, and does not cost the replica', async () => {
    const disk = await smallDisk(64 * 1024);
    try {
      const data = folder();
      await storeEvents(data, SITE, manyVisits(6000));
      cpSync(data, disk.outside, { recursive: true });
      const options = { folder: disk.folder, prefix: disk.prefix };
      const csv = ['export', '--site', SITE, '--visits', '--format', 'csv'];
      const whole = await run([...csv, '--from', '2030-01-01'], options);
      expect({ ...whole, stdout: '' }).toEqual({ code: 0, stdout: '', stderr: '' });
      fill(join(disk.outside, 'ballast'), 1024 * 1024);
      const { code, stderr } = await run(csv, options);
      expect(stderr).toMatch(/No space left on device/);
      expect(stderr).toMatch(/the reporting answered 503/);
      expect(stderr).not.toMatch(/built again/);
      expect(code).toBe(1);
      expect(readdirSync(join(disk.outside, 'export'))).toEqual([]);
      writeFileSync(join(disk.outside, 'ballast'), '');
      const again = await run(csv, options);
      expect(again).toMatchObject({ code: 0, stderr: '' });
      expect(recordsOfCsv(again.stdout)).toHaveLength(6000);
    } finally {
      await disk.remove();
    }
  });
});

/** Visits whose pages have long names. */
function* manyVisits(count: number): Generator<Told[]> {
  for (let from = 0; from < count; from += 2000) {
    yield Array.from({ length: 2000 }, (_, n) => view(from + n, { id: newId(), path: `/${'x'.repeat(500)}${n}` }));
  }
}

/** Takes all of a disk but some bytes. */
function fill(file: string, bytesFree: number): void {
  const { stdout } = spawnSync('stat', ['-f', '-c', '%a %S', dirname(file)], { encoding: 'utf8' });
  const [blocks = 0, size = 0] = stdout.trim().split(' ').map(Number);
  writeFileSync(file, Buffer.alloc(Math.max(0, blocks * size - bytesFree)));
}
