import { Hono } from 'hono';
import type { Context } from 'hono';
import type { Registry } from 'prom-client';
import type { Limits } from '../core/limits.ts';
import type { Queue, Store } from '../core/ports.ts';
import { wireLimits } from '../sdk/src/wire.ts';
import { allow, refuse } from './answer.ts';
import { browserDoor } from './browser-door.ts';
import { countRefused } from './count-refused.ts';
import type { Door, Outgoing } from './door.ts';
import { refusalOfFailure } from './failure.ts';
import { health, readMetrics } from './health.ts';
import { honoDoor, respond } from './hono-door.ts';
import { directDoors } from './node-door.ts';
import type { Direct } from './node-door.ts';
import { partsOf } from './parts-of.ts';
import type { Parts } from './parts.ts';
import type { Log } from './quiet-log.ts';
import { Refusal } from './refusal.ts';
import { routeScript } from './script.ts';
import type { ScriptOptions } from './script.ts';
import type { Track } from './publish.ts';
import { serverDoor, trackDoor } from './server-door.ts';
import { TRACK_SITE } from './tracks.ts';

export interface CollectorOptions {
  queue: Pick<Queue, 'append' | 'depth' | 'partitions'>;
  /** Where sites and salts are. */
  store: Pick<Store, 'documents'>;
  /** Whether a site comes into being with its first event, up to `autoSitesMax`. Default false: only on loopback. */
  autoSites?: boolean;
  /** Whether servers need no key for old timestamps and for a visitor's address and agent. Default false. */
  openServers?: boolean;
  /** The site of events that come to `/track` and name none. Default `default`. */
  trackSite?: string;
  /**
   * Keeps the events of `/track` elsewhere than in the queue, durable when it resolves; `ingress` brings them into the queue
   * from there. Default: they go into the queue.
   */
  publishTracks?: (tracks: Track[]) => Promise<void>;
  /** Addresses and CIDR ranges of the proxies whose `X-Forwarded-For` is believed. Default: none. */
  trustedProxies?: string[];
  /**
   * An MMDB file by which addresses have places, such as GeoLite2-City.mmdb; it is looked at again when it changes. `none`: no
   * places are known. Default: countries, by the file that comes with Footfall.
   */
  placesFile?: string | undefined;
  /** A header by which a trusted proxy tells the visitor's country, such as `cf-ipcountry`. Default: none is believed. */
  countryHeader?: string | undefined;
  /** The address of a request's peer. Default: what `@hono/node-server` knows. */
  remoteAddress?: (c: Context) => string | undefined;
  /** Who may read `/metrics`. Default: nobody. */
  mayRead?: (c: Context) => boolean | Promise<boolean>;
  paths?: {
    /** Of the browsers' door; some lists of blockers know the usual ones. Default `/e`. */
    browser?: string;
    /** Of the browsers' script, which looks for its door beside it. Default `/s.js`. */
    script?: string;
  };
  /** The browsers' script. Default: none is served. */
  script?: ScriptOptions | undefined;
  limits?: Partial<Limits>;
  /** Default: one of its own. */
  metrics?: Registry;
  /** Told of what went wrong on our side, of the same once in `logRepeatMs`. Default: nothing. */
  log?: Log;
  /** The clock, in ms since 1970. */
  now?: () => number;
}

/** A Hono app that can be run or mounted, and closed. */
export interface Collector extends Hono {
  /** Ends the timers and writes the last counts of refused events. To be called before the queue is closed. */
  close(): Promise<void>;
  /**
   * The short way to the doors, for a server made of `node:http` that asks it before the app: it answers what is plain,
   * and leaves the rest to the app.
   */
  direct: Direct;
}

/**
 * The collector: a Hono app that takes events from browsers (`POST /e`) and servers (`POST /event`, `POST /track`)
 * and answers with success once they are durable in the queue. Also `GET /s.js`, `GET /healthz` and `GET /metrics`.
 *
 * @throws Unusable for a trusted proxy that is no address, and for a file of places that cannot be used
 * @example
 * const app = new Hono();
 * const analytics = collector({ queue, store });
 * app.route('/analytics', analytics); // POST /analytics/e
 * serve({ fetch: app.fetch, port: 3001 });
 */
export function collector(options: CollectorOptions): Collector {
  const parts = partsOf(options);
  const doors = new Map([
    [options.paths?.browser ?? '/e', guard(parts, browserDoor(parts))],
    ['/event', guard(parts, serverDoor(parts))],
    ['/track', guard(parts, serverDoor(parts, trackDoor(options.trackSite ?? TRACK_SITE, options.publishTracks)))],
  ]);
  const app = new Hono();

  for (const [path, door] of doors) {
    app.post(path, honoDoor(door, options.remoteAddress ?? peerOf));
    app.options(path, allow);
    app.on(['GET', 'PUT', 'PATCH', 'DELETE'], path, () => refuseMethod(parts));
  }
  if (options.script) routeScript(app, options.script, options.paths?.script ?? '/s.js');
  app.get('/healthz', health(parts));
  app.get('/metrics', readMetrics(parts, options.mayRead ?? (() => false)));
  app.onError((error) => respond(failed(parts, error)));
  app.notFound(() => refuseNotFound(parts));

  return Object.assign(app, { close: runTimers(parts), direct: directDoors(doors, wireLimits.bodyBytesMax) });
}

/** What `@hono/node-server` knows of the connection; undefined on other servers, which need `remoteAddress`. */
function peerOf(c: Context): string | undefined {
  const env = c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined;
  return env?.incoming?.socket?.remoteAddress;
}

/** What fails on our side is logged, and the caller is told no more than that. */
function guard(parts: Parts, door: Door): Door {
  return (incoming) => door(incoming).catch((error: unknown) => failed(parts, error));
}

function failed(parts: Parts, error: unknown): Outgoing {
  const refusal = refusalOfFailure(parts, error);
  countRefused(parts, undefined, parts.now(), refusal.reason, 1);
  return refuse(refusal, parts.limits.retryAfterSeconds);
}

function refuseMethod({ limits }: Parts): Response {
  const refusal = new Refusal('method', 'method', 'POST, OPTIONS', 'send a POST', 'events are sent by POST');
  return respond(refuse(refusal, limits.retryAfterSeconds));
}

function refuseNotFound({ limits }: Parts): Response {
  const fix = 'send events to /e (browsers), /event or /track (servers)';
  const refusal = new Refusal('not_found', 'path', 'a known path', fix, 'nothing is here');
  return respond(refuse(refusal, limits.retryAfterSeconds));
}

/** Starts what happens at times; the answer stops it. */
function runTimers({ refusals: counts, refusalLog, salts: kept, places, limits, log }: Parts): () => Promise<void> {
  const onError = (error: unknown) => void refusalOfFailure({ log }, error);
  const flush = () => counts.flush().catch(onError);
  const flushing = setInterval(() => void flush(), limits.refusalFlushMs).unref();
  const write = () => refusalLog.flush().catch(onError);
  const writing = setInterval(() => void write(), limits.refusalLogFlushMs).unref();
  const keeping = setInterval(() => void kept.keep().catch(onError), limits.saltCheckMs).unref();
  const looking = setInterval(() => void places.check(), limits.placesCheckSeconds * 1000).unref();
  return async () => {
    clearInterval(flushing);
    clearInterval(writing);
    clearInterval(keeping);
    clearInterval(looking);
    // A flush may have been under way, with counts after it.
    await flush();
    await flush();
    await write();
  };
}
