import type { Context } from 'hono';
import { dayOfIso, isoOfDay } from '../../core/day.ts';
import { refusedSchema } from '../../core/event.ts';
import { lastRefusalsKind, lastRefusalsSchema } from '../../core/last-refusals.ts';
import { isSiteId } from '../../core/site.ts';
import type { Parts } from '../parts.ts';
import { refuse } from '../refuse.ts';

/** As the store keeps it; see `apply` in `adapters`. */
const keptSchema = refusedSchema.extend({ site: refusedSchema.shape.reason });
const KIND = 'refused';
const HOUR_MS = 3_600_000;

/**
 * `GET /api/v1/refused?site_id=&from=&to=`: events that were not stored, by day and reason; the latest day first; and the last
 * refusals of the site. Without `site_id` the counts of which no site is known.
 */
export function refused({
  store,
  limits,
  now,
}: Pick<Parts, 'store' | 'limits' | 'now'>): (c: Context) => Promise<Response> {
  return async (c) => {
    const site = c.req.query('site_id') ?? '';
    if (site !== '' && !isSiteId(site)) {
      return refuse(c, 'invalid', { field: 'site_id', limit: 'the id of a site', fix: 'pass ?site_id=' });
    }
    const from = dayIn(c, 'from', Number.NEGATIVE_INFINITY);
    const to = dayIn(c, 'to', Number.POSITIVE_INFINITY);
    if (from instanceof Response) return from;
    if (to instanceof Response) return to;
    const counts = (await store.documents.list(KIND)).map(({ value }) => keptSchema.parse(value));
    const mine = counts.filter((one) => one.site === site && one.day >= from && one.day <= to);
    mine.sort((a, b) => b.day - a.day || b.count - a.count || (a.reason < b.reason ? -1 : 1));
    const last = site === '' ? [] : await lastOf(site);
    return c.json({ refused: mine.map(({ day, reason, count }) => ({ date: isoOfDay(day), reason, count })), last });
  };

  /** What each of its collectors has kept, together; the latest first. */
  async function lastOf(site: string): Promise<object[]> {
    const kept = (await store.documents.list(lastRefusalsKind(site))).map(({ value }) =>
      lastRefusalsSchema.parse(value),
    );
    const young = kept
      .flatMap(({ refusals }) => refusals)
      .filter(({ time }) => time >= now() - limits.refusalsKeptHours * HOUR_MS);
    const sorted = young.toSorted((a, b) => b.time - a.time).slice(0, limits.refusalsKeptMax);
    return sorted.map(({ time, ...rest }) => ({ time: new Date(time).toISOString(), ...rest }));
  }
}

function dayIn(c: Context, name: 'from' | 'to', otherwise: number): number | Response {
  const text = c.req.query(name);
  if (text === undefined || text === '') return otherwise;
  return (
    dayOfIso(text) ??
    refuse(c, 'invalid', { field: name, limit: 'a date such as 2026-11-22', fix: `pass ?${name}=YYYY-MM-DD` })
  );
}
