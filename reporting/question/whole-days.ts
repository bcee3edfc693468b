import type { Connection } from '../replica/database.ts';
import type { Range } from './ranges.ts';
import { DAY_MS, HOUR_MS } from './zone.ts';

/** Whatever a site's zone was when an event was filed, its day began within these hours of that day's beginning in UTC. */
const EAST_MS = 14 * HOUR_MS;
const WEST_MS = 12 * HOUR_MS;
/** Days at either end of which these hours leave it open whether they lie within a range. */
const OPEN_DAYS = 2;

/** The first and the last of some days, since 1970. */
export type Days = [first: number, last: number];

/**
 * The days all events of which happened within a range; undefined where there is none. Of the days in the middle that is
 * certain, of those at the edges the events themselves say it: nothing is taken for granted of the site's zone.
 *
 * @example
 * const days = await wholeDaysOf(connection, site, range); // [20_424, 20_451]
 */
export async function wholeDaysOf(connection: Connection, site: number, range: Range): Promise<Days | undefined> {
  let first = Math.ceil((range.from + EAST_MS) / DAY_MS);
  let last = Math.floor((range.to - WEST_MS) / DAY_MS) - 1;
  const earliest = first - OPEN_DAYS;
  const latest = last + OPEN_DAYS;
  const rows = await connection.rows(
    // A day's raw events may be deleted already, when its visits are not.
    `SELECT day, min(first)::DOUBLE, max(last)::DOUBLE FROM (
       SELECT site, day, time AS first, time AS last FROM events UNION ALL SELECT site, day, start, last FROM visits
     ) WHERE site = $1 AND (day BETWEEN $2 AND $3 OR day BETWEEN $4 AND $5) GROUP BY day`,
    [site, earliest, first, last, latest],
  );
  const times = new Map(rows.map(([day, from, to]) => [Number(day), [Number(from), Number(to)] as const]));
  const isWhole = (day: number): boolean => {
    const [from, to] = times.get(day) ?? [range.from, range.from];
    return from >= range.from && to < range.to;
  };
  while (first > earliest && isWhole(first - 1)) first -= 1;
  while (last < latest && isWhole(last + 1)) last += 1;
  return last < first ? undefined : [first, last];
}
