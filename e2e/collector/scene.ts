import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { sqliteQueue } from '../../adapters/sqlite/queue.ts';
import { sqliteStore } from '../../adapters/sqlite/store.ts';
import { collector } from '../../collector/collector.ts';
import type { Collector, CollectorOptions } from '../../collector/collector.ts';
import { logEntrySchema } from '../../core/event.ts';
import type { Event, LogEntry } from '../../core/event.ts';
import { newId } from '../../core/id.ts';
import type { Limits } from '../../core/limits.ts';
import { NO_POSITION } from '../../core/ports.ts';
import type { Queue, Store } from '../../core/ports.ts';
import { newSite } from '../../core/site.ts';
import type { SiteSettings } from '../../core/site-settings.ts';
import type { WireEvent } from '../../sdk/src/wire.ts';

/** Noon of a Tuesday: nothing that happens within hours of it is of another day. */
export const NOON = Date.UTC(2026, 2, 10, 12);
export const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

/** What every browser sends; of no language, so that tests say which. */
export const BROWSER = { 'user-agent': CHROME, 'accept-language': '*' };

/** A collector on the embedded queue and store, in this process and without a port. */
export interface Scene {
  app: Collector;
  queue: Queue;
  store: Store;
  /** Its clock; starts at noon. */
  clock: { now: number };
  /** What it told of things that went wrong. */
  log: string[];
  /** The address its requests come from. */
  peer: { address: string | undefined };
  /** Adds a site and answers its key. */
  addSite(id: string, options?: SiteSettings): Promise<string>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** All that is in the queue. */
  entries(): Promise<LogEntry[]>;
  events(): Promise<Event[]>;
  /** How many events are known to be refused, by site, day and reason. */
  refused(): Promise<Record<string, number>>;
}

/** An answer, read. */
export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  json: Record<string, unknown>;
}

export interface SceneOptions extends Omit<CollectorOptions, 'queue' | 'store' | 'limits'> {
  limits?: Partial<Limits>;
  /** Default: in this thread, which is faster for one request after the other. */
  thread?: boolean;
}

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Opens a collector on a new folder; it is gone after the test. */
export async function openScene({ thread = false, ...options }: SceneOptions = {}): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-'));
  const queue = await sqliteQueue({ folder, partitions: 4, thread, limits: options.limits ?? {} });
  const store = await sqliteStore({ folder, thread });
  const clock = { now: NOON };
  const peer: Scene['peer'] = { address: '203.0.113.9' };
  const log: string[] = [];
  const tell = (message: string, error: unknown) => log.push(`${message}: ${String(error)}`);
  const remoteAddress = () => peer.address;
  const app = collector({
    queue,
    store,
    now: () => clock.now,
    remoteAddress,
    log: tell,
    ...options,
  });
  closing.push(async () => {
    await app.close();
    await queue.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const entries = () => entriesOf(queue);
  return {
    app,
    queue,
    store,
    clock,
    log,
    peer,
    entries,
    async addSite(id, siteOptions) {
      const { site, key } = newSite(id, siteOptions);
      await store.documents.put('site', id, site);
      return key;
    },
    post: (path, body, headers = {}) => post(app, path, body, headers),
    events: async () => (await entries()).flatMap(({ events }) => events),
    refused: async () => refusedOf(await entries()),
  };
}

async function post(app: Collector, path: string, body: unknown, headers: Record<string, string>): Promise<Reply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await app.request(path, { method: 'POST', body: text, headers: { ...BROWSER, ...headers } });
  const replied = await answer.text();
  return { status: answer.status, headers: answer.headers, text: replied, json: parsed(replied) };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

async function entriesOf(queue: Queue): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  const options = { entriesMax: 1_000_000, bytesMax: 1e9, waitMs: 0 };
  for (let partition = 0; partition < queue.partitions; partition++) {
    let position = NO_POSITION;
    for (;;) {
      const slice = await queue.read(partition, position, options);
      if (slice.entries.length === 0) break;
      entries.push(...slice.entries.map(({ body }) => logEntrySchema.strict().parse(JSON.parse(body))));
      position = { incarnation: slice.incarnation, offset: slice.to, version: 1 };
    }
  }
  return entries;
}

/** How many events the log has as refused, by site, day and reason. */
export function refusedOf(entries: LogEntry[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { site, refused = [] } of entries) {
    for (const { day, reason, count } of refused) {
      const key = `${site} ${day} ${reason}`;
      counts[key] = (counts[key] ?? 0) + count;
    }
  }
  return counts;
}

/** A page view as a browser sends it, at noon. */
export function view(fields: Partial<WireEvent> | Record<string, unknown> = {}): Record<string, unknown> {
  return { id: newId(), name: 'pageview', time: NOON, url: 'https://example.com/', ...fields };
}

/** The first seed's event. */
export function seed(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { site_id: 'a', event_type: 'page_view', path: '/pricing', user_id: 'user-xyz-789', ...fields };
}
