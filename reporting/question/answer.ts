import { DEFINITIONS_VERSION } from '../../core/question.ts';
import type { Answer, Question, Row as AnswerRow } from '../../core/question.ts';
import type { Site } from '../../core/site.ts';
import type { Connection, Row } from '../replica/database.ts';
import { bucketsOf } from './buckets.ts';
import type { Buckets } from './buckets.ts';
import { compile } from './compile.ts';
import type { Wanted } from './compile.ts';
import { bucketIn } from './dimensions.ts';
import { notesOf } from './notes.ts';
import { changeOf, valuesOf } from './numbers.ts';
import type { Values } from './numbers.ts';
import { orderOf, sortRows } from './order.ts';
import { checkPatterns } from './patterns.ts';
import { comparisonRange, resolveRange } from './ranges.ts';
import type { Range } from './ranges.ts';
import { wholeDaysOf } from './whole-days.ts';
import { isoAt } from './zone.ts';

export interface AnswerOptions {
  connection: Connection;
  site: Site;
  /** ms since 1970. */
  now: number;
  /** ms since 1970 up to which the replica is complete. */
  asOf: number;
}

/** A question and what is known once its site and range are. */
interface Resolved {
  question: Question;
  /** Number of the site in the replica; 0 where nothing was ever counted. */
  site: number;
  range: Range;
  buckets: Buckets | undefined;
  connection: Connection;
}

/**
 * Answers a question that was checked.
 *
 * @throws Wrong for a range or buckets that cannot be
 */
export async function answer(question: Question, options: AnswerOptions): Promise<Answer> {
  const { connection, now, asOf } = options;
  const { zone } = options.site;
  const { include, dimensions } = question;
  await checkPatterns(connection, question.filters);
  const site = await numberOf(connection, question.site_id);
  const first = question.date_range === 'all' ? await firstEvent(connection, site) : undefined;
  const range = resolveRange(question.date_range, { zone, now, first });
  const bucket = dimensions.map(bucketIn).find((one) => one !== undefined);
  const main: Resolved = { question, site, range, connection, buckets: bucket && bucketsOf(bucket, range, zone) };
  const other = include.comparison && comparisonRange(include.comparison, range, zone);
  const compared: Resolved | undefined = other && {
    ...main,
    range: other,
    buckets: bucket && bucketsOf(bucket, other, zone),
  };

  const { rows, count } = await rowsOf(main);
  const results = rows.map((row) => resultOf(row, main));
  if (compared) await compareRows(results, rows, main, compared);
  return {
    results,
    ...(include.totals ? { totals: await totalsOf(main, compared) } : {}),
    meta: {
      definitions_version: DEFINITIONS_VERSION,
      time_zone: zone,
      date_range: [isoAt(zone, range.from), isoAt(zone, range.to)],
      ...(other ? { comparison_date_range: [isoAt(zone, other.from), isoAt(zone, other.to)] } : {}),
      ...(bucket ? { bucket } : {}),
      ...(include.total_rows ? { total_rows: count } : {}),
      notes: await notesOf({ connection, site, range, question, owner: options.site, now }),
      as_of: asOf,
    },
  };
}

/** A site's number in the replica; 0 where nothing was ever counted. */
export async function numberOf(connection: Connection, site: string): Promise<number> {
  const [row] = await connection.rows('SELECT site FROM sites WHERE id = $1', [site]);
  return Number(row?.[0] ?? 0);
}

async function firstEvent(connection: Connection, site: number): Promise<number | undefined> {
  // A day's raw events may be deleted already, when its visits are not.
  const [row] = await connection.rows(
    `SELECT least((SELECT min(time) FROM events WHERE site = $1), (SELECT min(start) FROM visits WHERE site = $1))::DOUBLE`,
    [site],
  );
  return typeof row?.[0] === 'number' ? row[0] : undefined;
}

async function ask({ connection, question, site, range, buckets }: Resolved, more: Partial<Wanted>): Promise<Row[]> {
  const { metrics, dimensions, filters } = question;
  const days = metrics.includes('visitors') && !buckets ? await wholeDaysOf(connection, site, range) : undefined;
  const { sql, values } = compile({ site, range, buckets, days, metrics, dimensions, filters, order: [], ...more });
  return connection.rows(sql, values);
}

/** The rows of the answer, and how many there are without its page. */
async function rowsOf(resolved: Resolved): Promise<{ rows: Row[]; count: number }> {
  const { question, buckets } = resolved;
  const { dimensions, metrics, pagination: page, include } = question;
  const order = orderOf(question);
  if (buckets && dimensions.length === 1) {
    const rows = sortRows(filled(await ask(resolved, {}), buckets), order, dimensions, metrics);
    return { rows: rows.slice(page.offset, page.offset + page.limit), count: rows.length };
  }
  const rows = await ask(resolved, { order, page, countsRows: include.total_rows });
  const last = rows[0]?.[dimensions.length + metrics.length];
  if (typeof last === 'number' || !include.total_rows) return { rows, count: Number(last ?? 0) };
  // The page lies past the last row, which would have told.
  const [row] = page.offset > 0 ? await ask(resolved, { order, page: { limit: 1, offset: 0 }, countsRows: true }) : [];
  return { rows, count: Number(row?.[dimensions.length + metrics.length] ?? 0) };
}

/** A row for each bucket. */
function filled(rows: Row[], buckets: Buckets): Row[] {
  const known = new Map(rows.map((row) => [buckets.placeOf(Number(row[0])), row]));
  return buckets.labels.map((_, place) => known.get(place) ?? [buckets.keyAt(place) ?? 0]);
}

function resultOf(row: Row, { question, buckets }: Resolved): AnswerRow {
  const { dimensions, metrics } = question;
  return {
    dimensions: dimensions.map((dimension, place) =>
      bucketIn(dimension) === undefined
        ? String(row[place])
        : (buckets?.labels[buckets.placeOf(Number(row[place])) ?? -1] ?? ''),
    ),
    metrics: valuesOf(row, dimensions.length, metrics),
  };
}

/** Gives each row what the same dimensions had in the other period; a time bucket is compared with the one in its place. */
async function compareRows(results: AnswerRow[], rows: Row[], main: Resolved, other: Resolved): Promise<void> {
  const { dimensions, metrics } = main.question;
  const keys = rows.map((row) =>
    dimensions.map((dimension, at) =>
      bucketIn(dimension) === undefined ? String(row[at]) : (other.buckets?.keyAt(placeIn(main, row[at])) ?? -1),
    ),
  );
  const only = dimensions.map((_, at) => keys.map((key) => key[at])) as (string[] | number[])[];
  const found = new Map<string, Values>();
  if (keys.length > 0) {
    for (const row of await ask(other, { only })) {
      found.set(JSON.stringify(row.slice(0, dimensions.length)), valuesOf(row, dimensions.length, metrics));
    }
  }
  for (const [at, result] of results.entries()) {
    const key = keys[at] ?? [];
    const values =
      found.get(JSON.stringify(key)) ?? (key.includes(-1) ? metrics.map(() => null) : valuesOf(undefined, 0, metrics));
    result.comparison = { metrics: values, change: changeOf(result.metrics, values) };
  }
}

function placeIn({ buckets }: Resolved, key: unknown): number {
  return buckets?.placeOf(Number(key)) ?? -1;
}

async function totalsOf(main: Resolved, other: Resolved | undefined): Promise<NonNullable<Answer['totals']>> {
  const total = async (resolved: Resolved): Promise<Values> => {
    const rows = await ask({ ...resolved, buckets: undefined }, { dimensions: [] });
    return valuesOf(rows[0], 0, resolved.question.metrics);
  };
  const metrics = await total(main);
  if (!other) return { metrics };
  const before = await total(other);
  return { metrics, comparison: { metrics: before, change: changeOf(metrics, before) } };
}
