import { isoOfDay } from '../../core/day.ts';
import type { Question } from '../../core/question.ts';
import { closedOf } from '../../core/retention.ts';
import type { Site } from '../../core/site.ts';
import { lifeOf, periodOf } from '../../core/visitor-life.ts';
import type { Connection } from '../replica/database.ts';
import { scopeOf } from './dimensions.ts';
import { filterSql } from './filters.ts';
import { parameters } from './parameters.ts';
import type { Range } from './ranges.ts';
import { localDay } from './zone.ts';

export interface Noted {
  connection: Connection;
  question: Question;
  /** Number of the site in the replica, and the site. */
  site: number;
  owner: Site;
  range: Range;
  /** ms since 1970. */
  now: number;
}

/** What a reader of the numbers should know, in sentences. */
export async function notesOf(noted: Noted): Promise<string[]> {
  const { metrics } = noted.question;
  const notes = [...ofVisitors(noted), ...ofRetention(noted)];
  if (metrics.includes('pageviews') || metrics.includes('events')) {
    const { without, over } = await unvisited(noted);
    if (without > 0) notes.push(`Events without a visitor: ${without}. They count in pageviews and events only.`);
    if (over > 0) {
      notes.push(`Events past the limit of one visitor's day: ${over}. They count in pageviews and events only.`);
    }
  }
  return notes;
}

/** How long a visitor is known: where the range is longer, and where the site has chosen that it is long. */
function ofVisitors({ question, owner, range }: Noted): string[] {
  const life = lifeOf(owner);
  const { last } = periodOf(life, localDay(owner.zone, range.from));
  if (!question.metrics.includes('visitors')) return [];
  if (localDay(owner.zone, range.to - 1) <= last)
    return life === 'day' ? [] : [`A visitor without user_id is known for a ${life}.`];
  return [
    `A visitor without user_id is known within one ${life} only: over several ${life}s the visitors of the ${life}s are added up.`,
  ];
}

/** What the site does not keep any longer of the range. */
function ofRetention({ owner, range, now }: Noted): string[] {
  const { eventsBefore, visitsBefore } = closedOf(owner, now);
  const first = localDay(owner.zone, range.from);
  const notes: string[] = [];
  if (first < visitsBefore)
    notes.push(`Days before ${isoOfDay(visitsBefore)} are deleted: the site does not keep their visits.`);
  if (first < eventsBefore && eventsBefore > visitsBefore) {
    notes.push(
      `Of days before ${isoOfDay(eventsBefore)} the site keeps visits only: what is asked by page, event, host, property or hour lacks them.`,
    );
  }
  return notes;
}

/** Events that are in no visit, by why. */
async function unvisited({ connection, site, range, question }: Noted): Promise<{ without: number; over: number }> {
  const bound = parameters();
  const [of, from, to] = [bound.add(site), bound.add(range.from), bound.add(range.to)];
  const holds = filterSql(question.filters, scopeOf('e', undefined, bound), bound);
  const { sql, values } = bound.statement(
    `SELECT (count(*) - count(e.visitor))::DOUBLE, count(e.visitor)::DOUBLE FROM events e
     WHERE e.visit IS NULL AND e.site = ${of} AND e.time >= ${from} AND e.time < ${to} AND ${holds}`,
  );
  const [row] = await connection.rows(sql, values);
  return { without: Number(row?.[0] ?? 0), over: Number(row?.[1] ?? 0) };
}
