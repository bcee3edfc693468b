import { setTimeout as pause } from 'node:timers/promises';
import { startChild } from './child.ts';
import type { Child } from './child.ts';
import type { Shape } from './http.ts';
import { load } from './load.ts';
import type { Load } from './load.ts';
import type { Services } from './services.ts';
import { checkOnce, countedIn, eventsIn } from './standard-counted.ts';

/** What came in over HTTP and what was counted of it meanwhile. */
export interface LiveFigures {
  acknowledgedPerSecond: number;
  countedPerSecond: number;
  p50: number;
  p99: number;
  /** CPU time in µs: of the collector an acknowledged event, of the worker and mongod a counted one. */
  collectorCpuUs: number;
  workerCpuUs: number;
  mongodCpuUs: number;
}

export interface LiveRun {
  shape: Shape;
  /** For what a collector keeps on its disk; does not exist yet. */
  folder: string;
  connections: number;
  warmSeconds: number;
  seconds: number;
}

interface Running {
  collector: Child;
  worker: Child;
  counted(): Promise<number>;
}

/** Far enough from the warm-up's rounds, so that no event id comes twice. */
const MEASURED_ROUND = 4096;
const LOOK_MS = 100;
const DRAIN_MS_MAX = 300_000;

/**
 * Ours under as much as its collector takes, a process for each role.
 *
 * @throws Error if an answer was no success, or not every event that was acknowledged is counted once in the end
 */
export async function liveOurs(services: Services, run: LiveRun): Promise<LiveFigures> {
  const database = await services.fresh();
  const db = services.db(database);
  const places = { queue: services.redis.url, store: services.mongod.url(database), folder: run.folder };
  const collector = await startChild('standard-process', { role: 'collector', ...places });
  const worker = await startChild('standard-process', { role: 'worker', ...places });
  const { figures, loads } = await underLoad(services, run, { collector, worker, counted: () => eventsIn(db) });
  await collector.stop();
  const answered = loads.reduce((sum, { requests }) => sum + requests, 0) * run.shape.events;
  // When its time is over wrk hangs up, on each connection perhaps in the middle of a request.
  const most = answered + run.connections * loads.length * run.shape.events;
  await untilStill(() => eventsIn(db), answered);
  await worker.stop();
  checkOnce(`ours, live, ${run.shape.name}`, await countedIn(db), { least: answered, most });
  await db.dropDatabase();
  return figures;
}

/** The seed's way under as much as its collector takes, as durable as ours. What is left in the list is not waited for. */
export async function liveSeed(services: Services, run: LiveRun): Promise<LiveFigures> {
  const database = await services.fresh();
  const db = services.db(database);
  const queue = services.redis.url;
  const collector = await startChild('seed-collect', { queue });
  const worker = await startChild('seed-work', { queue, store: services.mongod.url(database), durable: 'yes' });
  const counted = (): Promise<number> => db.collection('events').estimatedDocumentCount();
  const { figures } = await underLoad(services, run, { collector, worker, counted });
  await collector.stop();
  await worker.stop();
  await db.dropDatabase();
  return figures;
}

async function underLoad(
  services: Services,
  { shape, connections, warmSeconds, seconds }: LiveRun,
  { collector, worker, counted }: Running,
): Promise<{ figures: LiveFigures; loads: Load[] }> {
  const options = { port: collector.ready.port ?? 0, file: shape.file, connections };
  const look = async () => ({
    at: performance.now(),
    events: await counted(),
    collector: (await collector.usage()).cpuUs,
    worker: (await worker.usage()).cpuUs,
    mongod: services.cpuUs().mongod,
  });
  const warm = await load({ ...options, round: 0, seconds: warmSeconds });
  const before = await look();
  const main = await load({ ...options, round: MEASURED_ROUND, seconds });
  const after = await look();
  for (const { failed } of [warm, main]) {
    if (failed > 0) throw new Error(`${shape.name}: ${failed} requests were not answered with success`);
  }
  const acknowledged = main.requests * shape.events;
  const events = after.events - before.events;
  const figures = {
    acknowledgedPerSecond: acknowledged / main.seconds,
    countedPerSecond: events / ((after.at - before.at) / 1000),
    p50: main.p50,
    p99: main.p99,
    collectorCpuUs: (after.collector - before.collector) / acknowledged,
    workerCpuUs: (after.worker - before.worker) / events,
    mongodCpuUs: (after.mongod - before.mongod) / events,
  };
  return { figures, loads: [warm, main] };
}

/** Waits for at least so many, and then until there come no more. */
async function untilStill(count: () => Promise<number>, least: number): Promise<void> {
  const until = Date.now() + DRAIN_MS_MAX;
  for (let before = -1; ; ) {
    const now = await count();
    if (now >= least && now === before) return;
    if (Date.now() > until) throw new Error(`${now} events are counted, and at least ${least} were acknowledged`);
    before = now;
    await pause(LOOK_MS);
  }
}
