import { createServer, request as ask } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WireBatch, WireEvent } from '../../sdk/src/wire.ts';

/** What went by on its way to the collector. */
export interface Passed {
  method: string;
  headers: IncomingHttpHeaders;
  bytes: number;
  /** As it was sent. */
  batch: WireBatch;
  /** Its events, each with its address. */
  events: WireEvent[];
  /** What was answered; 0: the connection broke; undefined: it is under way. */
  status?: number;
}

/** What happens to a request instead. */
export interface Obstacle {
  /** The answer; 0: the connection breaks. */
  status: number;
  headers?: Record<string, string>;
  /** Whether the collector gets the request all the same, and only its answer is lost. */
  delivers?: boolean;
}

/** The road from the browser to the collector: it can be watched, and be blocked. */
export interface Road {
  port: number;
  /** Requests to the door that were answered, or not, in order. */
  passed: Passed[];
  /** Asked about each request to the door; undefined: it may pass. */
  obstacle: (nth: number) => Obstacle | undefined;
  /** Where it leads to. */
  collector: string;
  close(): Promise<void>;
}

/** Makes a road to a collector. */
export async function buildRoad(collector: string): Promise<Road> {
  const server = createServer((incoming, outgoing) => void carry(road, incoming, outgoing));
  const road: Road = {
    port: 0,
    passed: [],
    obstacle: () => undefined,
    collector,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  road.port = (server.address() as AddressInfo).port;
  return road;
}

async function carry(road: Road, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = await bodyOf(incoming);
  // The browser was killed, and nobody waits for an answer.
  if (!body) return;
  const isBatch = incoming.url === '/e' && incoming.method !== 'OPTIONS';
  const batch = isBatch ? (JSON.parse(body.toString()) as WireBatch) : { site: '', events: [] };
  const passed: Passed = {
    method: incoming.method ?? '',
    headers: incoming.headers,
    bytes: body.byteLength,
    batch,
    events: batch.events.map((event) => ({ ...event, url: event.url ?? batch.url ?? '' })),
  };
  if (incoming.url === '/e') road.passed.push(passed);
  const obstacle = isBatch ? road.obstacle(road.passed.length) : undefined;
  if (obstacle?.delivers) await new Promise((resolve) => forward(road, incoming, body, resolve));
  if (obstacle) {
    passed.status = obstacle.status;
    if (obstacle.status === 0) outgoing.destroy();
    else outgoing.writeHead(obstacle.status, { 'access-control-allow-origin': '*', ...obstacle.headers }).end();
    return;
  }
  forward(road, incoming, body, (answer) => {
    passed.status = answer?.statusCode ?? 0;
    if (answer) answer.pipe(outgoing.writeHead(passed.status, answer.headers));
    else outgoing.destroy();
  });
}

/** Undefined where it did not arrive whole. */
async function bodyOf(incoming: IncomingMessage): Promise<Buffer | undefined> {
  try {
    return Buffer.concat((await incoming.toArray()) as Buffer[]);
  } catch {
    return undefined;
  }
}

function forward(
  road: Road,
  { url = '/', method, headers }: IncomingMessage,
  body: Buffer,
  then: (answer?: IncomingMessage) => void,
): void {
  const going = ask(road.collector + url, { method, headers }, then);
  going.once('error', () => then());
  going.end(body);
}
