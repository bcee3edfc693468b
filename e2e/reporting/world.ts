import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteStore } from '../../adapters/sqlite/store.ts';
import { LOG_ENTRY_VERSION } from '../../core/event.ts';
import type { Context, Event, LogEntry } from '../../core/event.ts';
import { newId } from '../../core/id.ts';
import { partitionOf } from '../../core/partition.ts';
import type { Limits } from '../../core/limits.ts';
import type { Store } from '../../core/ports.ts';
import type { Answer, QuestionInput } from '../../core/question.ts';
import { newSite, SITE_KIND } from '../../core/site.ts';
import type { SiteSettings } from '../../core/site-settings.ts';
import { reporting } from '../../reporting/reporting.ts';
import type { Reporting } from '../../reporting/reporting.ts';
import { until } from '../support/until.ts';

/** An event with what its batch says of the browser. */
export interface Sent {
  event: Event;
  context: Context;
}

/** A store and a reporting on it, in this process, with a clock that is set. */
export interface World {
  readonly store: Store;
  readonly app: Reporting;
  readonly folder: string;
  /** The replica's file. */
  readonly file: string;
  /** What failed on the server's side. */
  errors: unknown[];
  setNow(now: number): void;
  addSite(id: string, zone: string, settings?: SiteSettings): Promise<void>;
  /** Applies events as one batch. */
  apply(site: string, sent: Sent[]): Promise<void>;
  /** Resolves when the replica has all that is in the store. */
  caughtUp(): Promise<void>;
  /** Ends the reporting and starts it again. `between` is done while nothing runs. */
  restart(between?: (file: string) => void | Promise<void>): Promise<void>;
  /** Another store takes the place of this one, while nothing runs. */
  replaceStore(): Promise<void>;
  post(question: unknown): Promise<Response>;
  /** The answer to a question; rejects for a refusal. */
  ask(question: QuestionInput): Promise<Answer>;
  close(): Promise<void>;
}

export interface WorldOptions {
  partitions?: number;
  /** Which of them the reporting follows at first. */
  follow?: number[];
  limits?: Partial<Limits>;
  now?: number;
}

/** A new world in a folder of its own. */
export async function newWorld(options: WorldOptions = {}): Promise<World> {
  const { partitions = 2, follow, limits = {}, now = Date.now() } = options;
  const folder = mkdtempSync(join(tmpdir(), 'footfall-reporting-'));
  const file = join(folder, 'replica.duckdb');
  const errors: unknown[] = [];
  let stores = 0;
  let clock = now;
  let offset = 0;
  let store = await openStore();
  let app = start();

  async function openStore(): Promise<Store> {
    stores += 1;
    return sqliteStore({ folder: join(folder, `store-${stores}`), limits, thread: false });
  }

  function start(): Reporting {
    return reporting({
      store,
      replica: { file, partitions, follow },
      limits: { replicaPollMs: 5, ...limits },
      now: () => clock,
      onError: (error) => errors.push(error),
    });
  }

  return {
    get store() {
      return store;
    },
    get app() {
      return app;
    },
    folder,
    file,
    errors,
    setNow: (time) => (clock = time),
    addSite: async (id, zone, settings = {}) => {
      await store.documents.create(SITE_KIND, id, newSite(id, { zone, ...settings }).site);
    },
    async apply(site, sent) {
      offset += 1;
      await apply(store, partitionOf(site, partitions), String(offset), entriesOf(site, sent));
    },
    async caughtUp() {
      // A look that began after this moment has seen all of it.
      const began = (clock += 1);
      await until('the replica to follow', () => hasFollowed(app, began));
    },
    async restart(between = () => {}) {
      await app.close();
      await between(file);
      app = start();
    },
    async replaceStore() {
      await app.close();
      await store.close();
      store = await openStore();
      app = start();
    },
    post: (question) => post(app, question),
    async ask(question) {
      const response = await post(app, question);
      const body = await response.text();
      if (response.status !== 200) throw new Error(`${response.status}: ${body}`, { cause: errors.at(-1) });
      return JSON.parse(body) as Answer;
    },
    async close() {
      await app.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function post(app: Reporting, question: unknown): Promise<Response> {
  return app.request('/api/v1/query', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
  });
}

/** Whether the replica has all that was in the store at a moment. */
async function hasFollowed(app: Reporting, moment: number): Promise<boolean> {
  const answer = await app.request('/healthz');
  const { replica } = (await answer.json()) as { replica: { status: string; as_of: number } };
  return replica.status === 'ok' && replica.as_of >= moment;
}

/**
 * Applies entries as the worker does.
 *
 * @param offset in the log, after them
 */
async function apply(store: Store, partition: number, offset: string, entries: LogEntry[]): Promise<void> {
  const from = await store.position(partition);
  const to = { incarnation: 'log', offset };
  const applied = await store.apply({ partition, from, to, entries, quarantine: [] });
  if (applied.fenced) throw new Error('fenced');
}

/** A batch of the log for each kind of browser. */
function entriesOf(site: string, sent: Sent[]): LogEntry[] {
  const groups = Map.groupBy(sent, ({ context }) => JSON.stringify(context)).values();
  return [...groups].map((group) => ({
    v: LOG_ENTRY_VERSION,
    id: newId(),
    site,
    received: Math.max(...group.map(({ event }) => event.time)),
    context: group[0]?.context ?? {},
    events: group.map(({ event }) => event),
  }));
}
