import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { randomOf } from '../core/sample.contract.ts';
import { startChild } from './child.ts';
import type { Child } from './child.ts';
import { counted } from './counted.ts';
import { inBatches, inSingles, sampleVisits } from './data.ts';
import { load, needWrk } from './load.ts';
import { asText, shown, spreadOf } from './report.ts';
import type { Table } from './report.ts';
import { writeRequests } from './requests.ts';

/**
 * How long an event takes from its 202 to the number that has it, while others come in: a whole `npm start`, loaded with
 * single events and with batches of 20, at growing rates up to as many as it takes. Then how fast the replica is built
 * again from all of them.
 *
 *     node bench/follow.ts --seconds 15 --steps singles:30,singles:0,batches:256
 */

const HOUR_MS = 3_600_000;
const BATCH = 20;
const SINGLES = 4000;
const BATCHES = 1000;
const CONNECTIONS = 64;
const PROBE_EVERY_MS = 300;
const LOOK_EVERY_MS = 10;
/** A number that is not there after so long is given up, and counts as that. */
const PROBE_MS_MAX = 30_000;
const SITE = 'bench.example';
const folder = join(import.meta.dirname, '..', 'data', 'bench-follow');
const data = join(folder, 'data');

interface Step {
  shape: 'singles' | 'batches';
  /** Of each of the connections before each request, on average; 0: as many as it takes. */
  pauseMs: number;
}

interface Figures {
  eventsPerSecond: number;
  delays: number[];
  /** Entries in the queue when the load ended. */
  waiting: number;
}

async function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

/** ms from the 202 of one page view to the answer that has it. */
async function probe({ ready }: Child, path: string): Promise<number> {
  const event = { site_id: SITE, event_type: 'page_view', path, user_id: 'prober' };
  const accepted = await post(`http://127.0.0.1:${ready.port}/event`, event);
  if (accepted.status !== 202) throw new Error(`${accepted.status}: ${await accepted.text()}`);
  const from = performance.now();
  const question = { site_id: SITE, date_range: 'day', metrics: ['pageviews'], filters: [['is', 'page', [path]]] };
  while (performance.now() - from < PROBE_MS_MAX) {
    const answer = await post(`http://127.0.0.1:${ready.reporting}/api/v1/query`, question);
    const { results } = (await answer.json()) as { results?: { metrics: number[] }[] };
    if (results?.[0]?.metrics[0] === 1) break;
    await pause(LOOK_EVERY_MS);
  }
  return performance.now() - from;
}

async function measure(child: Child, at: number, { shape, pauseMs }: Step, seconds: number): Promise<Figures> {
  const file = join(folder, shape);
  const options = { port: child.ready.port ?? 0, file, round: 4096 * at, seconds, connections: CONNECTIONS };
  const loaded = load({ ...options, pauseMs });
  const until = performance.now() + seconds * 1000;
  const delays: number[] = [];
  // The first second is for the load to begin.
  await pause(1000);
  while (performance.now() < until) {
    delays.push(await probe(child, `/probe-${at}-${delays.length}`));
    await pause(PROBE_EVERY_MS);
  }
  const { requests: answered, seconds: took, failed } = await loaded;
  if (failed > 0) throw new Error(`${failed} requests were not answered with success`);
  const health = await fetch(`http://127.0.0.1:${child.ready.port}/healthz`);
  const { queue } = (await health.json()) as { queue: { entries: number } };
  return { eventsPerSecond: (answered * (shape === 'batches' ? BATCH : 1)) / took, delays, waiting: queue.entries };
}

/** ms until the replica, deleted, answers again. */
async function rebuild(): Promise<number> {
  for (const file of ['replica.duckdb', 'replica.duckdb.wal']) {
    if (existsSync(join(data, file))) rmSync(join(data, file));
  }
  const child = await startChild('collect', { role: 'start', folder: data });
  const from = performance.now();
  const question = { site_id: SITE, date_range: 'day', metrics: ['pageviews'] };
  while ((await post(`http://127.0.0.1:${child.ready.reporting}/api/v1/query`, question)).status !== 200)
    await pause(20);
  const took = performance.now() - from;
  await child.stop();
  return took;
}

function write(): void {
  const options = { from: Date.now() - HOUR_MS, spanMs: HOUR_MS / 6 };
  const singles = sampleVisits(randomOf(1), { ...options, eventsMin: SINGLES });
  const batches = sampleVisits(randomOf(1), { ...options, eventsMin: BATCHES * BATCH, eventsEach: BATCH });
  writeRequests(join(folder, 'singles'), inSingles(singles));
  writeRequests(join(folder, 'batches'), inBatches(batches));
}

async function bench(steps: Step[], seconds: number): Promise<Table> {
  write();
  const child = await startChild('collect', { role: 'start', folder: data });
  await measure(child, 0, { shape: 'batches', pauseMs: 640 }, 3);
  const rows: string[][] = [];
  for (const [index, one] of steps.entries()) {
    const { eventsPerSecond, delays, waiting } = await measure(child, index + 1, one, seconds);
    const { median, max } = spreadOf(delays);
    const name = `${one.shape === 'singles' ? 'single events' : 'batches of 20'}${one.pauseMs === 0 ? ', full load' : ''}`;
    rows.push([name, shown(eventsPerSecond), shown(median), shown(max), String(delays.length), String(waiting)]);
    console.error(rows.at(-1)?.join('  '));
  }
  await child.stop();
  const { stored } = counted(data);
  const took = await rebuild();
  return {
    title: 'From the 202 to the number, while events come in',
    head: ['', 'events/s', 'median ms', 'max ms', 'probes', 'entries waiting at the end'],
    rows,
    note: `A replica that was deleted is built again at ${shown(stored / (took / 1000))} events/s (${shown(stored)} events).`,
  };
}

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: 'singles:60,singles:0,batches:640,batches:128,batches:64,batches:0' },
    seconds: { type: 'string', default: '15' },
  },
});
const steps = values.steps.split(',').map((text): Step => {
  const [shape, pauseMs] = text.split(':');
  if (shape !== 'singles' && shape !== 'batches') throw new Error(`${text}: neither singles:MS nor batches:MS`);
  return { shape, pauseMs: Number(pauseMs) };
});
needWrk();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
try {
  console.log(asText([await bench(steps, Number(values.seconds))]));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
