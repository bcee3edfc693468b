import { visitDimensions } from '../../core/question.ts';
import type { Connection } from './database.ts';

/**
 * The replica's tables. Its version is of these and of what is written into them: a file with another one is built again.
 *
 * Visits and events lie in two tables each. `_recent` is what still changes: a visitor's day is replaced whole, its
 * events with it. `_settled` holds the days before, ordered by site and day; what changes there after all comes back to
 * the recent ones first. Questions see both as the views `visits` and `events`.
 *
 * Pages and events' names are numbers in the table `words`, 0 is none: to group by a number takes half the time, and a
 * condition is put to each word once.
 *
 * Visitors, and persons (`user_id`, or the visitor of a day, week or month), are the lower 64 bits of an MD5: the replica holds neither
 * a `user_id` nor a visitor's key.
 */
export const REPLICA_VERSION = 4;

/** Whether a dimension's values are numbers of words. */
export function isCoded(dimension: string): boolean {
  return dimension === 'page' || dimension === 'entry_page' || dimension === 'exit_page' || dimension === 'event';
}

/** Columns of a visit in the tables' order. Times are ms since 1970; what a visit does not have is ''. */
export const visitColumns: [name: string, type: string][] = [
  ['site', 'INTEGER'],
  ['day', 'INTEGER'],
  ['visitor', 'UBIGINT'],
  /** A number of its own within the replica. */
  ['visit', 'BIGINT'],
  ['person', 'UBIGINT'],
  /** `unnamed`, and the only visit of its visitor's day: its person is in no other row. */
  ['sole', 'BOOLEAN'],
  /** Without a `user_id`, of a visitor who lives for a day: its person is that of the visitor and day, in no other day. */
  ['unnamed', 'BOOLEAN'],
  /** The first of those of its visitor and day. */
  ['first_a_day', 'BOOLEAN'],
  ['start', 'BIGINT'],
  ['last', 'BIGINT'],
  ['until', 'BIGINT'],
  ...visitDimensions.map((name): [string, string] => [name, isCoded(name) ? 'INTEGER' : 'VARCHAR']),
  ['pageviews', 'INTEGER'],
  ['customs', 'INTEGER'],
  ['bounces', 'INTEGER'],
  ['duration_ms', 'BIGINT'],
  ['engaged_ms', 'DOUBLE'],
];

/** Columns of an event as it came: of page views and custom events. */
export const eventColumns: [name: string, type: string][] = [
  ['site', 'INTEGER'],
  ['day', 'INTEGER'],
  ['visitor', 'UBIGINT'],
  /** The person its own `user_id` names; an erasure finds it by this. */
  ['named', 'UBIGINT'],
  /** In the order of the feed. */
  ['seq', 'BIGINT'],
  ['time', 'BIGINT'],
  ['pageview', 'BOOLEAN'],
  ['event', 'INTEGER'],
  ['page', 'INTEGER'],
  ['hostname', 'VARCHAR'],
  ['prop_names', 'VARCHAR[]'],
  ['prop_values', 'VARCHAR[]'],
];

/** What an event has from its visit. Null (false) in an event without visitor, or past the limit of the visitor's day. */
export const placeColumns: [name: string, type: string][] = [
  ['visit', 'BIGINT'],
  ['start', 'BIGINT'],
  ['last', 'BIGINT'],
  ['person', 'UBIGINT'],
  ['sole', 'BOOLEAN'],
  /** The first of its visit on its page. */
  ['once', 'BOOLEAN'],
  /** Whose page's visitor it tells, one of `TELLS`: one number is quicker to look for than two marks. */
  ['tells', 'UTINYINT'],
  ['engaged_ms', 'DOUBLE'],
];

/**
 * Which events tell that a visitor was on a page: of a visitor without `user_id` the day's first one there, of others each
 * visit's first one there.
 */
export const TELLS = { nothing: 0, day: 1, visit: 2 } as const;

/** `"site", "day", …` */
export function names(columns: [string, string][], prefix = ''): string {
  return columns.map(([name]) => `${prefix}"${name}"`).join(', ');
}

/** `"site" INTEGER, …` */
export function definitions(columns: [string, string][]): string {
  return columns.map(([name, type]) => `"${name}" ${type}`).join(', ');
}

/** Makes the tables of a new file. */
export async function createSchema(connection: Connection, store: string, engine: string): Promise<void> {
  const all = [...eventColumns, ...placeColumns];
  for (const age of ['recent', 'settled']) {
    await connection.run(`CREATE TABLE visits_${age} (${definitions(visitColumns)})`);
    await connection.run(`CREATE TABLE events_${age} (${definitions(all)})`);
  }
  for (const table of ['visits', 'events']) {
    await connection.run(
      `CREATE VIEW ${table} AS SELECT * FROM ${table}_settled UNION ALL SELECT * FROM ${table}_recent`,
    );
  }
  await connection.run('CREATE TABLE words (no INTEGER, word VARCHAR)');
  await connection.run(`INSERT INTO words VALUES (0, '')`);
  await connection.run('CREATE TABLE sites (site INTEGER, id VARCHAR, "partition" INTEGER)');
  await connection.run(
    'CREATE TABLE positions ("partition" INTEGER, incarnation VARCHAR, log_offset VARCHAR, version BIGINT, settled BIGINT)',
  );
  await connection.run('CREATE TABLE replica (version INTEGER, store VARCHAR, engine VARCHAR)');
  await connection.run('INSERT INTO replica VALUES ($1, $2, $3)', [REPLICA_VERSION, store, engine]);
}
