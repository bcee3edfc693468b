import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startChild } from './child.ts';
import { counted } from './counted.ts';
import { load } from './load.ts';
import type { Load } from './load.ts';

/** What answers the requests. */
export type Server = 'bare' | 'collector' | 'start';

/** How many events one request carries, and the file with the requests. */
export interface Shape {
  name: 'singles' | 'batches';
  events: number;
  file: string;
}

export interface HttpRun {
  server: Server;
  shape: Shape;
  /** Folder that does not exist yet; for the data of servers that have some. */
  folder: string;
  connections: number;
  warmSeconds: number;
  seconds: number;
  /** Each connection waits so long on average before each request. Default: not at all. */
  pauseMs?: number;
}

/** One run's figures. CPU and memory are those of the server's process. */
export interface HttpFigures {
  requestsPerSecond: number;
  eventsPerSecond: number;
  cpuUsPerRequest: number;
  mainCpuUsPerRequest: number;
  p50: number;
  p99: number;
  rssBytes: number;
}

/** Far enough from the warm-up's rounds, so that no event id comes twice. */
const MEASURED_ROUND = 4096;

const SETTLE_MS = 300;

/**
 * Starts a server, loads it, and looks whether what it answered is in its files.
 *
 * @throws Error for an answer that was no success, and for files that do not hold what was answered
 */
export async function measureHttp(run: HttpRun): Promise<HttpFigures> {
  const { server, shape, folder, connections, warmSeconds, seconds, pauseMs = 0 } = run;
  const child = await (server === 'bare' ? startChild('bare') : startChild('collect', { role: server, folder }));
  const port = child.ready.port ?? 0;
  const options = { port, file: shape.file, connections, pauseMs };
  const warm = await load({ ...options, round: 0, seconds: warmSeconds });
  const before = await child.usage();
  const main = await load({ ...options, round: MEASURED_ROUND, seconds });
  const after = await child.usage();
  // wrk hung up on what was under way; the server goes on with it.
  await pause(SETTLE_MS);
  await child.stop();
  check(run, [warm, main]);
  const requestsPerSecond = main.requests / main.seconds;
  return {
    requestsPerSecond,
    eventsPerSecond: requestsPerSecond * shape.events,
    cpuUsPerRequest: (after.cpuUs - before.cpuUs) / main.requests,
    mainCpuUsPerRequest: (after.mainCpuUs - before.mainCpuUs) / main.requests,
    p50: main.p50,
    p99: main.p99,
    rssBytes: after.rssBytes,
  };
}

function check({ server, shape, folder, connections }: HttpRun, loads: Load[]): void {
  const failed = loads.reduce((sum, one) => sum + one.failed, 0);
  if (failed > 0) throw new Error(`${server}, ${shape.name}: ${failed} requests were not answered with success`);
  if (server === 'bare') return;
  const answered = loads.reduce((sum, one) => sum + one.requests, 0);
  // When its time is over wrk hangs up, on each connection perhaps in the middle of a request.
  const cutOff = connections * loads.length;
  const { appended, waiting, stored } = counted(folder);
  if (appended < answered || appended > answered + cutOff) {
    throw new Error(`${server}, ${shape.name}: ${answered} requests answered, ${appended} entries in the queue`);
  }
  if (stored + waiting * shape.events !== appended * shape.events) {
    throw new Error(`${server}, ${shape.name}: ${appended} entries appended, ${waiting} wait, ${stored} events stored`);
  }
}

/** A folder's name that no other run has. */
export function freshFolder(below: string): () => string {
  let last = 0;
  return () => join(below, String((last += 1)));
}
