import { Hono } from 'hono';
import type { Context } from 'hono';
import { dayOfIso } from '../core/day.ts';
import { messageOf } from '../core/errors.ts';
import { limits as defaults } from '../core/limits.ts';
import type { Limits } from '../core/limits.ts';
import type { Store } from '../core/ports.ts';
import { SITE_KIND } from '../core/site.ts';

export interface ReportingOptions {
  store: Pick<Store, 'stats' | 'documents'>;
  /** Whether a request may read. Default: every request may. A false one is answered 401. */
  mayRead?: (c: Context) => boolean | Promise<boolean>;
  limits?: Partial<Pick<Limits, 'topPathsMax'>>;
  /** Told of every failure that is answered 500. Default: nothing. */
  onError?: (error: unknown) => void;
}

/**
 * The reporting API, to run or to mount in one's own Hono app.
 *
 * - `GET /stats?site_id=&date=`: the first seed's answer
 * - `GET /healthz`
 *
 * @example
 * const app = new Hono().route('/reports', reporting({ store }));
 */
export function reporting(options: ReportingOptions): Hono {
  const { store, mayRead = () => true, onError = () => {} } = options;
  const { topPathsMax } = { ...defaults, ...options.limits };
  const app = new Hono();

  app.onError((error, c) => {
    onError(error);
    return refuse(c, 500, 'internal', {
      field: '',
      limit: '',
      fix: 'try again; the server has logged what went wrong',
    });
  });
  app.notFound((c) =>
    refuse(c, 404, 'not_found', { field: 'path', limit: 'GET /stats, GET /healthz', fix: 'check the address' }),
  );
  app.use(async (c, next) => {
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Cache-Control', 'no-store');
    await next();
  });

  app.get('/healthz', async (c) => {
    try {
      await store.documents.get(SITE_KIND, '');
      return c.json({ status: 'ok' });
    } catch (error) {
      onError(new Error(`healthz: ${messageOf(error)}`, { cause: error }));
      return c.json({ status: 'unavailable' }, 503);
    }
  });

  app.use('/stats', async (c, next) => {
    if (await mayRead(c)) return next();
    c.header('WWW-Authenticate', 'Bearer');
    return refuse(c, 401, 'token', {
      field: 'Authorization',
      limit: 'Bearer and the token that the first start printed',
      fix: 'send the token; `footfall token` makes a new one',
    });
  });

  app.get('/stats', async (c) => {
    const site = c.req.query('site_id') ?? '';
    const date = c.req.query('date') ?? '';
    const day = dayOfIso(date);
    if (day === undefined) {
      return refuse(c, 400, 'invalid', {
        field: 'date',
        limit: 'a date such as 2025-11-12',
        fix: 'pass ?date=YYYY-MM-DD',
      });
    }
    if (site === '') {
      return refuse(c, 400, 'invalid', { field: 'site_id', limit: 'the id of a site', fix: 'pass ?site_id=' });
    }
    if ((await store.documents.get(SITE_KIND, site)) === undefined) {
      return refuse(c, 404, 'unknown_site', {
        field: 'site_id',
        limit: 'a site that exists',
        fix: 'check the id, or make the site with `footfall site add`',
      });
    }
    const { total_views, unique_users, paths } = await store.stats(site, day, topPathsMax);
    return c.json({ site_id: site, date, total_views, unique_users, top_paths: paths });
  });

  return app;
}

/** The same shape as the collector's refusals. */
function refuse(
  c: Context,
  status: 400 | 401 | 404 | 500,
  reason: string,
  { field, limit, fix }: { field: string; limit: string; fix: string },
): Response {
  const message = `${field || 'request'}: ${reason}${limit ? ` (expected ${limit})` : ''}; ${fix}`;
  return c.json({ status: 'refused', reason, field, limit, fix, message }, status);
}
