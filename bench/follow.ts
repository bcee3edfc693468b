import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { randomOf } from '../core/sample.contract.ts';
import { startChild } from './child.ts';
import type { Child } from './child.ts';
import { counted } from './counted.ts';
import { inBatches, sampleVisits } from './data.ts';
import { load, needWrk } from './load.ts';
import { asText, shown, spreadOf } from './report.ts';
import type { Table } from './report.ts';
import { writeRequests } from './requests.ts';

/**
 * How long an event takes from its 202 to the number that has it, while others come in: a whole `npm start`, loaded with
 * batches of 20 at growing rates. Then how fast the replica is built again from all of them.
 *
 *     node bench/follow.ts --seconds 15 --pauses 640,256,128,64,40
 */

const HOUR_MS = 3_600_000;
const BATCH = 20;
const BATCHES = 1000;
const CONNECTIONS = 64;
const PROBE_EVERY_MS = 300;
const LOOK_EVERY_MS = 10;
/** A number that is not there after so long is given up, and counts as that. */
const PROBE_MS_MAX = 30_000;
const SITE = 'bench.example';
const folder = join(import.meta.dirname, '..', 'data', 'bench-follow');
const requests = join(folder, 'requests');
const data = join(folder, 'data');

interface Step {
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

async function step(child: Child, at: number, pauseMs: number, seconds: number): Promise<Step> {
  const options = { port: child.ready.port ?? 0, file: requests, round: 4096 * at, seconds, connections: CONNECTIONS };
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
  return { eventsPerSecond: (answered * BATCH) / took, delays, waiting: queue.entries };
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

async function bench(pauses: number[], seconds: number): Promise<Table> {
  const visits = sampleVisits(randomOf(1), {
    from: Date.now() - HOUR_MS,
    spanMs: HOUR_MS / 6,
    eventsMin: BATCHES * BATCH,
    eventsEach: BATCH,
  });
  writeRequests(requests, inBatches(visits));
  const child = await startChild('collect', { role: 'start', folder: data });
  await load({
    port: child.ready.port ?? 0,
    file: requests,
    round: 0,
    seconds: 2,
    connections: CONNECTIONS,
    pauseMs: 640,
  });
  const rows: string[][] = [];
  for (const [index, pauseMs] of pauses.entries()) {
    const { eventsPerSecond, delays, waiting } = await step(child, index + 1, pauseMs, seconds);
    const { median, max } = spreadOf(delays);
    rows.push([shown(eventsPerSecond), shown(median), shown(max), String(delays.length), String(waiting)]);
    console.error(rows.at(-1)?.join('  '));
  }
  await child.stop();
  const { stored } = counted(data);
  const took = await rebuild();
  return {
    title: 'From the 202 to the number, while events come in',
    head: ['events/s', 'median ms', 'max ms', 'probes', 'entries waiting at the end'],
    rows,
    note: `A replica that was deleted is built again at ${shown(stored / (took / 1000))} events/s (${shown(stored)} events).`,
  };
}

const { values } = parseArgs({
  options: {
    pauses: { type: 'string', default: '640,256,128,64,40' },
    seconds: { type: 'string', default: '15' },
  },
});
needWrk();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
try {
  console.log(asText([await bench(values.pauses.split(',').map(Number), Number(values.seconds))]));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
