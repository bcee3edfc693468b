import type { Context } from 'hono';
import type { Connection } from '../replica/database.ts';
import { knownSite } from '../known-site.ts';
import type { Parts } from '../parts.ts';
import { numberOf } from '../question/answer.ts';
import { isoAt, MINUTE_MS } from '../question/zone.ts';

/** Whoever has been seen for so long is there now. */
const PRESENT_MS = 5 * MINUTE_MS;
const MINUTES = 30;

/** `GET /api/v1/realtime?site_id=`: who is there now, and the last half hour. */
export function realtime(parts: Parts): (c: Context) => Promise<Response> {
  const { replica, limits, now } = parts;
  return async (c) => {
    const site = await knownSite(c, parts, c.req.query('site_id') ?? '');
    if (site instanceof Response) return site;
    const answer = await replica.ask(async (connection) => {
      const number = await numberOf(connection, site.id);
      const at = now();
      return {
        visitors: await visitorsSince(connection, number, at - PRESENT_MS),
        pageviews: await minutes(connection, number, at, site.zone),
        pages: await pagesSince(connection, number, at - PRESENT_MS, limits.topPathsMax),
      };
    }, c.req.raw.signal);
    return c.json(answer);
  };
}

/** Visitors of whom there was any sign, engagement included. */
async function visitorsSince(connection: Connection, site: number, since: number): Promise<number> {
  const [row] = await connection.rows(
    'SELECT count(DISTINCT person)::DOUBLE FROM visits WHERE site = $1 AND until >= $2',
    [site, since],
  );
  return Number(row?.[0]);
}

async function minutes(connection: Connection, site: number, now: number, zone: string) {
  const last = Math.floor(now / MINUTE_MS);
  const rows = await connection.rows(
    `SELECT (time // $3)::DOUBLE, count(*)::DOUBLE FROM events WHERE site = $1 AND time >= $2 AND pageview GROUP BY 1`,
    [site, (last - MINUTES + 1) * MINUTE_MS, MINUTE_MS],
  );
  const counts = new Map(rows.map(([minute, count]) => [Number(minute), Number(count)]));
  return Array.from({ length: MINUTES }, (_, at) => {
    const minute = last - MINUTES + 1 + at;
    return { minute: isoAt(zone, minute * MINUTE_MS), pageviews: counts.get(minute) ?? 0 };
  });
}

async function pagesSince(connection: Connection, site: number, since: number, top: number) {
  const rows = await connection.rows(
    `SELECT w.word, count(DISTINCT person)::DOUBLE AS visitors FROM events e JOIN words w ON w.no = e.page
     WHERE site = $1 AND time >= $2 AND person IS NOT NULL GROUP BY w.word ORDER BY visitors DESC, w.word LIMIT $3`,
    [site, since, top],
  );
  return rows.map(([page, visitors]) => ({ page: String(page), visitors: Number(visitors) }));
}
