import type { Changes } from '../../core/ports.ts';
import { visitorOfUser } from '../../core/visitor.ts';
import type { Connection } from './database.ts';
import { eventColumns, names, placeColumns, TELLS, visitColumns } from './schema.ts';
import { fillStage } from './staging.ts';
import type { Stage } from './staging.ts';

const raw = names(eventColumns);
const byDay = 'site, day, visitor';

/** A visit's columns but those that name it. */
const facts = names(visitColumns.slice(visitColumns.findIndex(([name]) => name === 'sole')));

const hash = (column: string): string => `md5_number_lower(${column})`;

/** Gives new words their numbers. */
const newWords = `
  INSERT INTO words SELECT (SELECT max(no) FROM words) + row_number() OVER (), word FROM (
    SELECT page AS word FROM staged_events UNION SELECT event FROM staged_events
    UNION SELECT entry_page FROM staged_visits UNION SELECT exit_page FROM staged_visits
  ) s ANTI JOIN words USING (word)`;

/** The visits of the days that changed, with the person each is of. */
const foundVisits = `
  CREATE OR REPLACE TEMP TABLE found_visits AS
  SELECT site, day, ${hash('visitor')} AS visitor, visit,
    ${hash('person')} AS person, ${facts}
  FROM (
    SELECT s.* REPLACE (entry.no AS entry_page, leave.no AS exit_page) FROM staged_visits s
    JOIN words entry ON entry.word = s.entry_page JOIN words leave ON leave.word = s.exit_page
  )`;

const newEvents = `
  CREATE OR REPLACE TEMP TABLE new_events AS
  SELECT s.* REPLACE (${hash('s.visitor')} AS visitor, ${hash('s.named')} AS named, p.no AS page, n.no AS event)
  FROM staged_events s JOIN words p ON p.word = s.page JOIN words n ON n.word = s.event`;

const foundEngaged = `
  CREATE OR REPLACE TEMP TABLE found_engaged AS
  SELECT s.* REPLACE (${hash('s.visitor')} AS visitor, p.no AS page)
  FROM staged_engaged s JOIN words p ON p.word = s.page`;

/** All events of the days that changed, those that came now included. `$settled` stands for the settled ones or nothing. */
const foundEvents = (settled: string): string => `
  CREATE OR REPLACE TEMP TABLE found_events AS
  SELECT ${raw} FROM events_recent SEMI JOIN changed USING (${byDay}) WHERE day BETWEEN $1 AND $2
  UNION ALL ${settled}
  SELECT ${raw} FROM new_events SEMI JOIN changed USING (${byDay})`;

const settledEvents = `
  SELECT ${raw} FROM events_settled SEMI JOIN changed USING (${byDay}) WHERE day BETWEEN $1 AND $2
  UNION ALL`;

/**
 * Each event in its visit: the one within whose first and last event it lies. The first `taken` of a visitor's day, in
 * the order of the feed, are in visits; what came after them is past the day's limit.
 */
const placeEvents = `
  INSERT INTO events_recent
  WITH ranked AS (
    SELECT found_events.*, taken, row_number() OVER (PARTITION BY ${byDay} ORDER BY seq) AS nth
    FROM found_events JOIN changed USING (${byDay})
  ), placed AS (
    SELECT r.*, v.visit, v.start, v.last, v.person, v.sole, v.unnamed
    FROM ranked r LEFT JOIN found_visits v
      ON v.site = r.site AND v.day = r.day AND v.visitor = r.visitor
      AND r.nth <= r.taken AND r.time BETWEEN v.start AND v.last
  )
  SELECT ${names(eventColumns, 'p.')}, p.visit, p.start, p.last, p.person,
    coalesce(p.sole, false),
    p.visit IS NOT NULL AND row_number() OVER (PARTITION BY p.visit, p.page ORDER BY p.time, p.seq) = 1,
    CASE
      WHEN p.visit IS NULL THEN ${TELLS.nothing}
      WHEN p.unnamed AND row_number() OVER (PARTITION BY p.site, p.day, p.visitor, p.page, p.unnamed ORDER BY p.time, p.seq) = 1
        THEN ${TELLS.day}
      WHEN NOT p.unnamed AND row_number() OVER (PARTITION BY p.visit, p.page ORDER BY p.time, p.seq) = 1 THEN ${TELLS.visit}
      ELSE ${TELLS.nothing}
    END,
    CASE WHEN p.pageview AND p.visit IS NOT NULL THEN coalesce(g.engaged_ms, 0) ELSE 0 END
  FROM placed p LEFT JOIN found_engaged g
    ON g.site = p.site AND g.day = p.day AND g.visitor = p.visitor AND g.time = p.time AND g.page = p.page`;

const NO_PLACE: Record<string, string> = { tells: String(TELLS.nothing), engaged_ms: '0' };

/** An event whose visitor's day is not here, or which has none, is in no visit. */
const unplacedEvents = `
  INSERT INTO events_recent
  SELECT ${raw}, ${placeColumns.map(([name, type]) => NO_PLACE[name] ?? (type === 'BOOLEAN' ? 'false' : 'NULL')).join(', ')}
  FROM new_events`;

/**
 * Puts what changed into the tables: events are added, a visitor's day replaces what was of it. Within a transaction.
 *
 * @param settledBelow days below this have settled rows; they come back among the recent ones if they change
 * @returns how many events came
 */
export async function take(
  connection: Connection,
  stage: Stage,
  { events, visitorDays }: Pick<Changes, 'events' | 'visitorDays'>,
  settledBelow: number,
): Promise<void> {
  await fillStage(connection, stage, events, visitorDays);
  await connection.run(newWords);
  await connection.run(newEvents);
  if (visitorDays.length === 0) return connection.run(unplacedEvents);

  const span = [Math.min(...visitorDays.map(({ day }) => day)), Math.max(...visitorDays.map(({ day }) => day))];
  const isSettled = (span[0] ?? 0) < settledBelow;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE changed AS SELECT * REPLACE (${hash('visitor')} AS visitor) FROM staged_days`,
  );
  await connection.run(foundEngaged);
  await connection.run(foundVisits);
  await connection.run(foundEvents(isSettled ? settledEvents : ''), span);
  for (const age of isSettled ? ['recent', 'settled'] : ['recent']) {
    for (const table of [`visits_${age}`, `events_${age}`]) {
      await connection.run(
        `DELETE FROM ${table} t USING changed c
         WHERE t.site = c.site AND t.day = c.day AND t.visitor = c.visitor AND t.day BETWEEN $1 AND $2`,
        span,
      );
    }
  }
  await connection.run(`INSERT INTO visits_recent SELECT ${names(visitColumns)} FROM found_visits`);
  await connection.run(placeEvents);
  await connection.run(`${unplacedEvents} ANTI JOIN changed USING (${byDay})`);
}

/** Removes whom erasures name. Within a transaction. */
export async function eraseFrom(
  connection: Connection,
  siteOf: Stage['siteOf'],
  erasures: Changes['erasures'],
): Promise<void> {
  for (const { site, user_id, visitor } of erasures) {
    if (user_id === undefined) await eraseSite(connection, siteOf(site));
    else await erasePerson(connection, siteOf(site), visitorOfUser(user_id), visitor ?? '');
  }
}

async function eraseSite(connection: Connection, site: number): Promise<void> {
  for (const table of ['visits', 'events']) {
    for (const age of ['recent', 'settled']) {
      await connection.run(`DELETE FROM ${table}_${age} WHERE site = $1`, [site]);
    }
  }
}

async function erasePerson(connection: Connection, site: number, person: string, visitor: string): Promise<void> {
  const values = [site, person, visitor];
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE erased AS
     SELECT ${hash('$2::VARCHAR')} AS visitor UNION SELECT ${hash('$3::VARCHAR')}
     UNION SELECT visitor FROM visits WHERE site = $1 AND person = ${hash('$2::VARCHAR')}`,
    values,
  );
  for (const age of ['recent', 'settled']) {
    await connection.run(`DELETE FROM visits_${age} WHERE site = $1 AND visitor IN (SELECT visitor FROM erased)`, [
      site,
    ]);
    await connection.run(
      `DELETE FROM events_${age} WHERE site = $1
       AND (visitor IN (SELECT visitor FROM erased) OR named = ${hash('$2::VARCHAR')})`,
      [site, person],
    );
  }
}
