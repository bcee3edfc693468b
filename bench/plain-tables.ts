import { DatabaseSync } from 'node:sqlite';
import type { Connection } from '../reporting/replica/database.ts';
import { SITE_NUMBER } from './replica-data.ts';

/**
 * The same visits and events in plain SQLite tables, with an index by site and time: what one would do without columns.
 * The questions are written by hand, each as its own SQL.
 */

const VISIT_COLUMNS =
  'visit, site, person, start, last, entry_page, source, country, browser, pageviews, customs, bounces, duration_ms';
const EVENT_COLUMNS = 'visit, site, person, time, pageview, event, page';

/** Copies the replica's rows. */
export async function fillPlain(file: string, replica: Connection): Promise<DatabaseSync> {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144');
  database.exec(`CREATE TABLE visits (visit INTEGER, site INTEGER, person INTEGER, start INTEGER, last INTEGER,
    entry_page TEXT, source TEXT, country TEXT, browser TEXT, pageviews INTEGER, customs INTEGER, bounces INTEGER, duration_ms INTEGER)`);
  database.exec(`CREATE TABLE events (visit INTEGER, site INTEGER, person INTEGER, time INTEGER, pageview INTEGER,
    event TEXT, page TEXT)`);
  await copy(
    database,
    replica,
    'visits',
    VISIT_COLUMNS,
    `SELECT visit::DOUBLE, site, (person >> 12)::DOUBLE, start::DOUBLE, last::DOUBLE, w.word, source, country, browser, pageviews,
       customs, bounces, duration_ms::DOUBLE FROM visits JOIN words w ON w.no = entry_page`,
  );
  await copy(
    database,
    replica,
    'events',
    EVENT_COLUMNS,
    `SELECT visit::DOUBLE, site, (person >> 12)::DOUBLE, time::DOUBLE, pageview::INTEGER, n.word, w.word
     FROM events JOIN words w ON w.no = page JOIN words n ON n.no = event`,
  );
  database.exec('CREATE INDEX visits_time ON visits (site, start)');
  database.exec('CREATE INDEX events_time ON events (site, time)');
  database.exec('CREATE INDEX events_visit ON events (visit)');
  database.exec('ANALYZE');
  return database;
}

async function copy(to: DatabaseSync, from: Connection, table: string, columns: string, select: string): Promise<void> {
  const insert = to.prepare(
    `INSERT INTO ${table} (${columns}) VALUES (${columns
      .split(', ')
      .map(() => '?')
      .join(', ')})`,
  );
  const days = await from.rows(`SELECT DISTINCT site, day FROM ${table} ORDER BY day, site`);
  for (const [site, day] of days) {
    const rows = await from.rows(`${select} WHERE site = $1 AND day = $2`, [Number(site), Number(day)]);
    to.exec('BEGIN');
    for (const row of rows) insert.run(...(row as (string | number)[]));
    to.exec('COMMIT');
  }
}

const RANGE = `site = ${SITE_NUMBER} AND start >= :from AND start < :to`;
const HAPPENED = `site = ${SITE_NUMBER} AND time >= :from AND time < :to`;
const HEADLINE = `count(DISTINCT person), count(*), sum(pageviews), 1.0 * sum(pageviews) / count(*), avg(bounces), avg(duration_ms)`;
const DAY = '(%t + :offset) / 86400000';

/** By the questions' names; several where the panel also asks for its total. */
export const plainQuestions: Record<string, string[]> = {
  'headline numbers': [`SELECT ${HEADLINE} FROM visits WHERE ${RANGE}`],
  'visitors by day': [
    `SELECT ${DAY.replace('%t', 'start')}, count(DISTINCT person) FROM visits WHERE ${RANGE} GROUP BY 1`,
  ],
  'page views by day': [`SELECT ${DAY.replace('%t', 'start')}, sum(pageviews) FROM visits WHERE ${RANGE} GROUP BY 1`],
  'top pages': [
    `SELECT page, count(DISTINCT person) FROM events WHERE ${HAPPENED} GROUP BY 1 ORDER BY 2 DESC LIMIT 8`,
    `SELECT count(DISTINCT page), count(DISTINCT person) FROM events WHERE ${HAPPENED}`,
  ],
  'entry pages': [
    `SELECT entry_page, count(DISTINCT person), avg(bounces) FROM visits WHERE ${RANGE} GROUP BY 1 ORDER BY 2 DESC LIMIT 8`,
    `SELECT count(DISTINCT entry_page), count(DISTINCT person), avg(bounces) FROM visits WHERE ${RANGE}`,
  ],
  sources: panel('source'),
  countries: panel('country'),
  'custom events': [
    `SELECT event, count(*), count(DISTINCT person) FROM events WHERE ${HAPPENED} AND event <> 'pageview' GROUP BY 1 ORDER BY 2 DESC LIMIT 8`,
    `SELECT count(DISTINCT event), count(*), count(DISTINCT person) FROM events WHERE ${HAPPENED} AND event <> 'pageview'`,
  ],
  'headline of a country and browser': [
    `SELECT ${HEADLINE} FROM visits WHERE ${RANGE} AND country = 'DE' AND browser = 'Chrome'`,
  ],
  'pages of a source': [
    `SELECT page, count(DISTINCT e.person) FROM events e JOIN (SELECT visit FROM visits WHERE ${RANGE} AND source = 'Google') v
     ON v.visit = e.visit WHERE e.${HAPPENED} GROUP BY 1 ORDER BY 2 DESC LIMIT 8`,
    `SELECT count(DISTINCT person) FROM visits WHERE ${RANGE} AND source = 'Google'`,
  ],
};

function panel(column: string): string[] {
  return [
    `SELECT ${column}, count(DISTINCT person) FROM visits WHERE ${RANGE} GROUP BY 1 ORDER BY 2 DESC LIMIT 8`,
    `SELECT count(DISTINCT ${column}), count(DISTINCT person) FROM visits WHERE ${RANGE}`,
  ];
}
