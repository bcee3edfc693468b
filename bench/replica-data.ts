import type { Connection, Database } from '../reporting/replica/database.ts';
import { openDatabase } from '../reporting/replica/database.ts';
import { createSchema, eventColumns, names, placeColumns, TELLS, visitColumns } from '../reporting/replica/schema.ts';
import { visitDimensions } from '../core/question.ts';
import type { Limits } from '../core/limits.ts';

/**
 * A replica filled by SQL: sites of 500,000 visits in 30 days each, as following would have left it. Visits of four page
 * views on average, pages by Zipf's law, a fifth of the visits identified, two in five of the others by a visitor who comes
 * twice that day.
 */

const VISITS_A_SITE = 500_000;
const DAYS = 30;
const PAGES = 5000;
const USERS = 30_000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Days that are still among the recent ones. */
const RECENT_DAYS = 3;

const PAGEVIEW_NO = PAGES + 1;
const customEvents = ['signup', 'download', 'search', 'video_progress'];

export const SITE = 'site-0.example';
/** Its number in the replica. */
export const SITE_NUMBER = 1;

/** @param today the last day, in days since 1970 */
export async function fillReplica(file: string, visits: number, today: number, limits: Limits): Promise<Database> {
  const database = await openDatabase(file, limits);
  const connection = await database.connect();
  await createSchema(connection, 'bench', database.engine);
  await connection.run('SELECT setseed(0.42)');
  await connection.run(`INSERT INTO words SELECT no, '/docs/page-' || no FROM range(1, ${PAGES + 1}) t(no)`);
  for (const [at, name] of ['pageview', ...customEvents].entries()) {
    await connection.run('INSERT INTO words VALUES ($1, $2)', [PAGEVIEW_NO + at, name]);
  }
  for (let site = 0; site < visits / VISITS_A_SITE; site++) {
    await connection.run('INSERT INTO sites VALUES ($1, $2, 0)', [site + 1, `site-${site}.example`]);
    await fillSite(connection, site + 1, today);
  }
  await connection.run('CHECKPOINT');
  connection.close();
  return database;
}

/** The number of a page by Zipf's law: a power of how many there are. */
const page = `floor(power(${PAGES}, random()))::INTEGER`;

function pick(list: string[]): string {
  return `list_extract([${list.map((one) => `'${one}'`).join(', ')}], 1 + floor(random() * ${list.length})::INTEGER)`;
}

/** By dimension, what a visit has. */
const values: Record<string, string> = {
  entry_page: page,
  exit_page: page,
  source: pick(['', '', '', 'Google', 'Google', 'DuckDuckGo', 'Bing', 'Hacker News', 'Reddit', 'partner.example']),
  channel: pick(['Direct', 'Organic Search', 'Organic Social', 'Referral']),
  referrer: pick(['', 'https://www.google.com/', 'https://duckduckgo.com/', 'https://news.ycombinator.com/']),
  utm_source: pick(['', '', '', '', '', '', 'newsletter']),
  country: pick(['US', 'US', 'US', 'DE', 'DE', 'GB', 'FR', 'CH', 'ES', 'BR', 'IN', 'JP', 'CA', 'NL']),
  browser: pick(['Chrome', 'Chrome', 'Chrome', 'Safari', 'Safari', 'Firefox', 'Edge']),
  browser_version: pick(['140', '141', '142']),
  os: pick(['Windows', 'macOS', 'iOS', 'Android', 'Linux']),
  device: pick(['desktop', 'mobile', 'mobile', 'tablet']),
  language: pick(['en-US', 'en-GB', 'de-DE', 'fr-FR', 'es-ES']),
};

async function fillSite(connection: Connection, site: number, today: number): Promise<void> {
  const first = today - DAYS + 1;
  const perDay = Math.ceil(VISITS_A_SITE / DAYS);
  // Of five visits the last is the fourth's visitor again, two hours later.
  await connection.run(`CREATE OR REPLACE TEMP TABLE made AS
    SELECT n, (${first} + n // ${perDay})::INTEGER AS day, n - (n % 5 = 4)::INTEGER AS who,
      least(30, 1 + floor(ln(1 - random()) / ln(0.75)))::INTEGER AS pageviews, (random() < 0.4)::INTEGER AS customs,
      (random() * ${20 * 60 * 60 * 1000})::BIGINT AS moment, floor(random() * ${USERS})::INTEGER AS usr
    FROM range(${VISITS_A_SITE}) t(n)`);
  await connection.run(`CREATE OR REPLACE TEMP TABLE placed AS
    SELECT m.*, hash(m.who) % 5 = 0 AS named, md5_number_lower('v' || ${site} || '-' || m.who) AS visitor,
      m.day * ${DAY_MS}::BIGINT + CASE WHEN n <> who THEN least(f.moment + 7200000, ${22 * 60 * 60 * 1000}) ELSE m.moment END AS start
    FROM made m JOIN (SELECT n AS fn, moment FROM made) f ON f.fn = m.who`);
  const facts = visitDimensions.map((name) => `${values[name] ?? `''`} AS "${name}"`).join(', ');
  await connection.run(`CREATE OR REPLACE TEMP TABLE visited AS
    SELECT ${site} AS site, day, visitor, (${site} * 10000000 + n)::BIGINT AS visit,
      CASE WHEN named THEN md5_number_lower('u' || usr) ELSE md5_number_lower(day || visitor) END AS person,
      NOT named AND n % 5 NOT IN (3, 4) AS sole,
      NOT named AS unnamed, NOT named AND n = who AS first_a_day, start, start + (pageviews + customs - 1) * 40000 AS last,
      start + (pageviews + customs) * 40000 AS until, ${facts}, pageviews, customs,
      (pageviews = 1 AND customs = 0)::INTEGER AS bounces, (pageviews + customs - 1) * 40000 AS duration_ms,
      pageviews * 20000.0 AS engaged_ms
    FROM placed ORDER BY day, visit`);
  const settled = today - RECENT_DAYS;
  for (const [age, which] of [
    ['settled', `day <= ${settled}`],
    ['recent', `day > ${settled}`],
  ] as const) {
    await connection.run(
      `INSERT INTO visits_${age} SELECT ${names(visitColumns)} FROM visited WHERE ${which} ORDER BY day, visit`,
    );
  }
  await connection.run(`CREATE OR REPLACE TEMP TABLE happened AS
    SELECT v.site, v.day, v.visitor, CASE WHEN v.unnamed THEN NULL ELSE person END AS named,
      v.visit * 40 + k AS seq, v.start + k * 40000 AS time, k < v.pageviews AS pageview,
      CASE WHEN k < v.pageviews THEN ${PAGEVIEW_NO} ELSE ${PAGEVIEW_NO + 1} + floor(random() * ${customEvents.length})::INTEGER END AS event,
      CASE WHEN k = 0 THEN v.entry_page ELSE ${page} END AS page, 'www.example.com' AS hostname,
      CASE WHEN k < v.pageviews THEN NULL ELSE ['plan', 'seats'] END AS prop_names,
      CASE WHEN k < v.pageviews THEN NULL ELSE [${pick(['free', 'team', 'pro'])}, '5'] END AS prop_values,
      v.visit, v.start, v.last, v.person, v.sole, v.unnamed
    FROM visited v, range(31) r(k) WHERE k < v.pageviews + v.customs`);
  const marked = `SELECT *, row_number() OVER (PARTITION BY visit, page ORDER BY time) = 1 AS once,
      CASE
        WHEN unnamed AND row_number() OVER (PARTITION BY day, visitor, page ORDER BY time) = 1 THEN ${TELLS.day}
        WHEN NOT unnamed AND row_number() OVER (PARTITION BY visit, page ORDER BY time) = 1 THEN ${TELLS.visit}
        ELSE ${TELLS.nothing}
      END AS tells,
      CASE WHEN pageview THEN 20000.0 ELSE 0 END AS engaged_ms
    FROM happened`;
  await connection.run(`CREATE OR REPLACE TEMP TABLE marked AS ${marked}`);
  for (const [age, which] of [
    ['settled', `day <= ${settled}`],
    ['recent', `day > ${settled}`],
  ] as const) {
    await connection.run(
      `INSERT INTO events_${age} SELECT ${names([...eventColumns, ...placeColumns])} FROM marked WHERE ${which} ORDER BY day, visit, time`,
    );
  }
  for (const table of ['made', 'placed', 'visited', 'happened', 'marked']) await connection.run(`DROP TABLE ${table}`);
}
