import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A request on its way to the collector. */
export interface Passed {
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** When it came, in ms since 1970. */
  at: number;
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
  /** ms by which the answer is late. */
  lateMs?: number;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer | string;
}

/** What stands at the end of the road; undefined: nobody answers. */
export type Collector = (request: Passed) => Promise<Answer | undefined>;

/** The way from the browser to a collector: it can be watched, blocked and cut. */
export interface Road {
  address: string;
  /** What was asked at the door where events go, preflights too, in order. */
  passed: Passed[];
  /** Asked about each request to the door but preflights; undefined: it may pass. */
  obstacle: (nth: number) => Obstacle | undefined;
  /** Lets nothing through any more: no connection can be made, and what is under way breaks. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}

/** Makes a road to a collector. */
export async function buildRoad(collector: Collector, isDoor: (path: string) => boolean): Promise<Road> {
  const server = createServer((incoming, outgoing) => void carry(incoming, outgoing));

  async function carry(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const passed = await read(incoming);
    // The browser was killed, and nobody waits for an answer.
    if (!passed) return;
    const isAtDoor = isDoor(passed.path);
    if (isAtDoor) road.passed.push(passed);
    const posts = road.passed.filter(({ method }) => method === 'POST');
    const obstacle = isAtDoor && passed.method === 'POST' ? road.obstacle(posts.length) : undefined;
    const answer = obstacle && !obstacle.delivers ? undefined : await collector(passed);
    if (obstacle?.lateMs) await pause(obstacle.lateMs);
    passed.status = obstacle?.status ?? answer?.status ?? 0;
    if (passed.status === 0) outgoing.destroy();
    else if (obstacle) {
      outgoing.writeHead(obstacle.status, { 'access-control-allow-origin': '*', ...obstacle.headers }).end();
    } else outgoing.writeHead(passed.status, answer?.headers).end(answer?.body);
  }

  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });

  await listen(0);
  const { port } = server.address() as AddressInfo;
  const road: Road = {
    address: `http://localhost:${port}`,
    passed: [],
    obstacle: () => undefined,
    cut: close,
    mend: () => listen(port),
    close,
  };
  return road;
}

/** Undefined where it did not arrive whole. */
async function read(incoming: IncomingMessage): Promise<Passed | undefined> {
  const { method = '', url: path = '/', headers } = incoming;
  try {
    const body = Buffer.concat((await incoming.toArray()) as Buffer[]).toString();
    return { method, path, headers, body, at: Date.now() };
  } catch {
    return undefined;
  }
}
