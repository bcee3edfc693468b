import type { Context } from 'hono';
import type { Parts } from '../parts.ts';
import { numberOf } from '../question/answer.ts';
import { knownSite } from '../known-site.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A name that was not used for so long is not offered any more. */
const DAYS = 91;
const NAMES_MAX = 100;

/** `GET /api/v1/properties?site_id=&event=`: the names of properties that can be asked for, the most used first. */
export function properties(parts: Parts): (c: Context) => Promise<Response> {
  const { replica, now } = parts;
  return async (c) => {
    const site = await knownSite(c, parts, c.req.query('site_id') ?? '');
    if (site instanceof Response) return site;
    const event = c.req.query('event') ?? '';
    const rows = await replica.ask(async (connection) => {
      const number = await numberOf(connection, site.id);
      return connection.rows(
        `SELECT name, count(*)::DOUBLE AS events
         FROM (SELECT unnest(prop_names) AS name FROM events WHERE site = $1 AND time >= $2 AND ($3 = '' OR event IN (SELECT no FROM words WHERE word = $3)))
         GROUP BY name ORDER BY events DESC, name LIMIT $4`,
        [number, now() - DAYS * DAY_MS, event, NAMES_MAX],
      );
    }, c.req.raw.signal);
    return c.json({ properties: rows.map(([name, events]) => ({ name: String(name), events: Number(events) })) });
  };
}
