import type { Context } from 'hono';
import { dayOfIso } from '../core/day.ts';
import { SITE_KIND } from '../core/site.ts';
import type { Parts } from './parts.ts';
import { refuse } from './refuse.ts';

/** `GET /stats?site_id=&date=`: the first seed's answer, from the store itself. */
export function stats({ store, limits }: Pick<Parts, 'store' | 'limits'>): (c: Context) => Promise<Response> {
  return async (c) => {
    const site = c.req.query('site_id') ?? '';
    const date = c.req.query('date') ?? '';
    const day = dayOfIso(date);
    if (day === undefined) {
      return refuse(c, 'invalid', {
        field: 'date',
        limit: 'a date such as 2025-11-12',
        fix: 'pass ?date=YYYY-MM-DD',
      });
    }
    if (site === '') {
      return refuse(c, 'invalid', { field: 'site_id', limit: 'the id of a site', fix: 'pass ?site_id=' });
    }
    if ((await store.documents.get(SITE_KIND, site)) === undefined) {
      return refuse(c, 'unknown_site', {
        field: 'site_id',
        limit: 'a site that exists',
        fix: 'check the id, or make the site with `footfall site add`',
      });
    }
    const { total_views, unique_users, paths } = await store.stats(site, day, limits.topPathsMax);
    return c.json({ site_id: site, date, total_views, unique_users, top_paths: paths });
  };
}
