import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '../../core/id.ts';
import type { Random } from '../../core/sample.contract.ts';
import { ENGAGEMENT, PAGEVIEW } from '../../sdk/src/wire.ts';
import type { WireEvent } from '../../sdk/src/wire.ts';

/** An event that was sent, as the store must have it. */
export interface SentEvent {
  id: string;
  site: string;
  name: string;
  path: string;
  /** Tells the visitors apart that a site must tell apart. */
  visitor: string;
}

export interface LoadOptions {
  random: Random;
  sites: string[];
  /** All events happen within a minute after this, in ms since 1970. */
  time: number;
  clients: number;
  /** The collector's address; undefined while there is none. */
  address: () => string | undefined;
  /**
   * How long in ms each waits after a request, on average. Default 5: the machine has to be left something, for other files of
   * tests run beside this one.
   */
  pauseMs?: number;
}

const PAUSE_MS = 5;

/** Clients that send events, each the same again until it is accepted. */
export interface Load {
  /** All events that were ever sent, by id. */
  sent: Map<string, SentEvent>;
  /** The ids of those that were answered 202. */
  accepted: Set<string>;
  counts: {
    requests: number;
    /** Requests whose connection broke off before an answer. */
    broken: number;
    /** Answers other than 202, by status. */
    refused: Record<number, number>;
    /** Events that were sent again although they had been accepted. */
    repeated: number;
  };
  /** Resolves when each client's last request was accepted. */
  stop(): Promise<void>;
}

interface Request {
  path: '/e' | '/event';
  headers: Record<string, string>;
  body: string;
  events: SentEvent[];
}

export const PATHS = ['/', '/pricing', '/docs', '/blog/1', '/blog/2', '/a.b/$c'];
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
];
const REQUEST_MS_MAX = 30_000;

/** Starts the clients. The server must believe the proxy 127.0.0.1. */
export function startLoad(options: LoadOptions): Load {
  const { random, clients, pauseMs = PAUSE_MS } = options;
  const state: Omit<Load, 'stop'> = {
    sent: new Map(),
    accepted: new Set(),
    counts: { requests: 0, broken: 0, refused: {}, repeated: 0 },
  };
  const stopping = new AbortController();

  async function client(): Promise<void> {
    while (!stopping.signal.aborted) {
      const request = random.chance(0.7) ? browserRequest(options) : serverRequest(options);
      for (const event of request.events) state.sent.set(event.id, event);
      await deliver(request, options.address, state);
      if (pauseMs > 0) await pause(random.below(2 * pauseMs + 1));
      if (!random.chance(0.1)) continue;
      state.counts.repeated += request.events.length;
      await deliver(request, options.address, state);
    }
  }

  const running = Promise.all(Array.from({ length: clients }, client));
  // Told by `stop`.
  running.catch(() => {});
  return {
    ...state,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Sends until the answer is 202. */
async function deliver(request: Request, address: LoadOptions['address'], load: Omit<Load, 'stop'>): Promise<void> {
  for (;;) {
    const collector = address();
    const answer = collector === undefined ? undefined : await send(collector, request, load);
    if (answer === 202) break;
    if (answer !== undefined && answer !== 503)
      throw new Error(`${request.path} answered ${answer} to ${request.body}`);
    await pause(10);
  }
  for (const { id } of request.events) load.accepted.add(id);
}

/** The status, or undefined if there was no whole answer. */
async function send(collector: string, request: Request, { counts }: Omit<Load, 'stop'>): Promise<number | undefined> {
  counts.requests += 1;
  try {
    const signal = AbortSignal.timeout(REQUEST_MS_MAX);
    const { headers, body } = request;
    const answer = await fetch(collector + request.path, { method: 'POST', headers, body, signal });
    const text = await answer.text();
    if (answer.status !== 202) counts.refused[answer.status] = (counts.refused[answer.status] ?? 0) + 1;
    else if (/"refused":\[\{/.test(text)) throw new Error(`refused in part: ${text}`);
    return answer.status;
  } catch (error) {
    // What fetch throws when the connection breaks.
    if (!(error instanceof TypeError)) throw error;
    counts.broken += 1;
    return undefined;
  }
}

/** A batch of a browser, behind a proxy. */
function browserRequest({ random, sites, time }: LoadOptions): Request {
  const site = random.pick(sites);
  const address = random.chance(0.8) ? `203.0.113.${random.below(20)}` : `2001:db8:0:${random.below(10) + 1}::7`;
  const agent = random.pick(AGENTS);
  const events: WireEvent[] = [];
  const sent: SentEvent[] = [];
  for (let count = 1 + random.below(8); count > 0; count--) {
    const view = events.findLast(({ name }) => name === PAGEVIEW);
    const path = random.pick(PATHS);
    const happened = { id: newId(), time: time + random.below(60_000), url: `https://${site}${path}?secret=1` };
    if (view && random.chance(0.3)) {
      const said = { view: view.id, view_time: view.time, engaged_ms: random.below(20_000), depth: random.below(101) };
      events.push({ ...happened, url: view.url, name: ENGAGEMENT, ...said, time: view.time + said.engaged_ms });
    } else {
      events.push({ ...happened, name: random.chance(0.8) ? PAGEVIEW : 'signup' });
    }
  }
  for (const { id, name, url } of events) {
    sent.push({ id, site, name, path: new URL(url).pathname, visitor: `${address} ${agent}` });
  }
  const headers = {
    'user-agent': agent,
    'x-forwarded-for': `198.51.100.1, ${address}`,
    'content-type': 'text/plain',
    'accept-language': '*',
  };
  // By the clock of the server, however often it is sent.
  return { path: '/e', headers, body: JSON.stringify({ site, offset: 0, events }), events: sent };
}

function serverRequest({ random, sites, time }: LoadOptions): Request {
  const site = random.pick(sites);
  const path = random.pick(PATHS);
  const user_id = `user-${random.below(30)}`;
  const id = newId();
  const timestamp = new Date(time + random.below(60_000)).toISOString();
  const body = JSON.stringify({ site_id: site, event_type: 'page_view', path, user_id, timestamp, event_id: id });
  const events = [{ id, site, name: PAGEVIEW, path, visitor: `user ${user_id}` }];
  return { path: '/event', headers: { 'content-type': 'application/json' }, body, events };
}
