import type { Filter, Metric } from '../../core/question.ts';
import type { Connection } from '../replica/database.ts';
import { scopeOf } from './dimensions.ts';
import { filterSql } from './filters.ts';
import { parameters } from './parameters.ts';
import type { Range } from './ranges.ts';
import { localDay } from './zone.ts';

export interface Noted {
  connection: Connection;
  site: number;
  range: Range;
  filters: Filter[];
  metrics: readonly Metric[];
  zone: string;
}

/** What a reader of the numbers should know, in sentences. */
export async function notesOf(noted: Noted): Promise<string[]> {
  const { metrics, range, zone } = noted;
  const notes: string[] = [];
  if (metrics.includes('visitors') && localDay(zone, range.from) !== localDay(zone, range.to - 1)) {
    notes.push(
      'A visitor without user_id is known within one day only: over several days the visitors of the days are added up.',
    );
  }
  if (metrics.includes('pageviews') || metrics.includes('events')) {
    const { without, over } = await unvisited(noted);
    if (without > 0) notes.push(`Events without a visitor: ${without}. They count in pageviews and events only.`);
    if (over > 0) {
      notes.push(`Events past the limit of one visitor's day: ${over}. They count in pageviews and events only.`);
    }
  }
  return notes;
}

/** Events that are in no visit, by why. */
async function unvisited({ connection, site, range, filters }: Noted): Promise<{ without: number; over: number }> {
  const bound = parameters();
  const [of, from, to] = [bound.add(site), bound.add(range.from), bound.add(range.to)];
  const holds = filterSql(filters, scopeOf('e', undefined, bound), bound);
  const { sql, values } = bound.statement(
    `SELECT (count(*) - count(e.visitor))::DOUBLE, count(e.visitor)::DOUBLE FROM events e
     WHERE e.visit IS NULL AND e.site = ${of} AND e.time >= ${from} AND e.time < ${to} AND ${holds}`,
  );
  const [row] = await connection.rows(sql, values);
  return { without: Number(row?.[0] ?? 0), over: Number(row?.[1] ?? 0) };
}
