import { Hono } from 'hono';
import type { Context } from 'hono';
import { limits as defaults } from '../core/limits.ts';
import type { Limits } from '../core/limits.ts';
import type { Store } from '../core/ports.ts';
import type { Administration } from './administration.ts';
import { administer } from './api/administer.ts';
import { properties } from './api/properties.ts';
import { describe } from './api/describe.ts';
import { visitExports } from './api/export.ts';
import { query } from './api/query.ts';
import { realtime } from './api/realtime.ts';
import { refused } from './api/refused.ts';
import { sites } from './api/sites.ts';
import { refuseFailure } from './failure.ts';
import { health } from './health.ts';
import { links } from './links.ts';
import type { Parts } from './parts.ts';
import { refuse } from './refuse.ts';
import { replica } from './replica/replica.ts';
import { sample } from './sample.ts';
import type { SampleHandler } from './sample.ts';
import { setup } from './setup.ts';
import type { SetupOptions } from './setup.ts';
import { stats } from './stats.ts';

export interface ReportingOptions {
  store: Pick<Store, 'position' | 'changes' | 'stats' | 'documents'>;
  replica: {
    /** File of the columns that questions are asked of. Nobody else may use it; it is thrown away when it is damaged. */
    file: string;
    /** Partitions of the store. */
    partitions: number;
    /** Those of them that it follows; a question about a site in another is refused. Default: all. */
    follow?: readonly number[] | undefined;
  };
  /** What the dashboard's start page shows. */
  setup?: SetupOptions | undefined;
  /** Who makes and removes the sample data. Absent: nobody can. */
  sample?: SampleHandler | undefined;
  /** What may be changed by the API, by those who may read. Absent: nothing. */
  administration?: Administration | undefined;
  /** Pages to serve at `/`, such as `pages(…)`. They need no token, for they hold no numbers. Default: a page of links. */
  dashboard?: Hono;
  /** Whether a request may read. Default: every request may. A false one is answered 401. */
  mayRead?: (c: Context) => boolean | Promise<boolean>;
  limits?: Partial<Limits>;
  /** Told of every failure on our side. Default: nothing. */
  onError?: (error: unknown) => void;
  /** The clock, in ms since 1970. */
  now?: () => number;
}

/** A Hono app that can be run or mounted, and closed. */
export interface Reporting extends Hono {
  /** Ends an export that runs: it may take longer than who closes wants to wait for the answers in hand. */
  endExports(): void;
  /** Ends the replica's following. To be called before the store is closed. */
  close(): Promise<void>;
}

/**
 * The reporting API, to run or to mount in one's own Hono app. It keeps a replica of the store in a file and follows it.
 *
 * - `POST /api/v1/query`, `GET /api/v1/realtime`, `/sites`, `/refused`, `/export`: `docs/api.md`
 * - `GET /api/v1/openapi.json`, `/api/v1/reference`: the API described
 * - `GET /stats?site_id=&date=`: the first seed's answer
 * - `GET /healthz`
 *
 * What is added under `/api/` afterwards needs the same right to read.
 *
 * @example
 * const reports = reporting({ store, replica: { file: './data/replica.duckdb', partitions: 8 } });
 * const app = new Hono().route('/reports', reports);
 * await reports.close();
 */
export function reporting(options: ReportingOptions): Reporting {
  const { store, mayRead = () => true, onError = () => {}, now = Date.now } = options;
  const limits = { ...defaults, ...options.limits };
  const kept = replica({ ...options.replica, store, limits, now, onError });
  const parts: Parts = { store, replica: kept, limits, now };
  const exporting = visitExports(parts);
  const app = new Hono();

  app.onError((error, c) => refuseFailure(c, error, onError));
  app.notFound((c) => refuse(c, 'not_found', { field: 'path', limit: PATHS, fix: 'check the address' }));
  app.use(async (c, next) => {
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Cache-Control', 'no-store');
    await next();
  });
  app.get('/healthz', health(parts, onError));
  app.route('/api/v1', describe());
  if (options.dashboard) app.route('/', options.dashboard);
  else app.get('/', links);

  for (const path of ['/stats', '/api/*']) {
    app.use(path, async (c, next) => {
      if (await mayRead(c)) return next();
      c.header('WWW-Authenticate', 'Bearer');
      return refuse(c, 'token', {
        field: 'Authorization',
        limit: 'Bearer and the token that the first start printed',
        fix: 'send the token; `footfall token` makes a new one',
      });
    });
  }
  app.get('/stats', stats(parts));
  app.post('/api/v1/query', query(parts));
  app.all('/api/v1/query', (c) => refuse(c, 'method', { field: 'method', limit: 'POST', fix: 'send a POST' }));
  app.get('/api/v1/realtime', realtime(parts));
  app.get('/api/v1/properties', properties(parts));
  app.get('/api/v1/sites', sites(parts));
  app.get('/api/v1/refused', refused(parts));
  app.get('/api/v1/export', (c) => exporting.handle(c));
  if (options.administration) app.route('/api/v1', administer(options.administration, limits));
  if (options.setup) app.route('/api/v1/setup', setup(options.setup));
  if (options.sample) app.route('/api/v1/sample', sample(options.sample));
  return Object.assign(app, {
    endExports: () => exporting.end(),
    close() {
      exporting.end();
      return kept.close();
    },
  });
}

const PATHS = 'a path of /api/v1/reference';
