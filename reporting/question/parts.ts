import { metrics } from '../../core/question.ts';
import type { Metric } from '../../core/question.ts';

/**
 * What metrics are made of. Rows of parts come from visits and events; a group's metrics are made of the sums.
 *
 * - `visitors`: 1 in a row that stands for a visitor whom no other row of the group stands for
 * - `visits`; `rated` are the visits of the bounces and durations, which by page are others
 * - `pageviews`, `customs`; `viewed` are the page views within visits
 * - `own`: 1 in rows that make a group of their own; 0 in those that only add to one
 */
export type Part =
  | 'visitors'
  | 'visits'
  | 'rated'
  | 'bounces'
  | 'duration_ms'
  | 'pageviews'
  | 'customs'
  | 'viewed'
  | 'engaged_ms'
  | 'own';

/** One query of rows of parts. */
export interface Rows {
  dimensions: string[];
  /** SQL of what a row has, whether it is needed or not. What is not here is 0. */
  has: Partial<Record<Part, string>>;
  from: string;
}

/** One query of persons who may be in several rows, of this query and of others; each counts once in a group. */
export interface Persons {
  dimensions: string[];
  from: string;
  /** SQL of who it is. */
  who: string;
}

/** All rows of a question. */
export interface Collected {
  rows: Rows[];
  persons: Persons[];
}

/** SQL of all rows, with those parts only that are needed, as columns `d0`, `d1` … and by the parts' names. */
export function collectedSql({ rows, persons }: Collected, needed: Set<Part>): string {
  const groups = (rows[0] ?? persons[0])?.dimensions.map((_, place) => `d${place}`) ?? [];
  // Summed where they are read: rows of one table are grouped faster than those of several together.
  const queries = rows.map(({ dimensions, has, from }) => {
    const columns = [...named(dimensions), ...partsSql(has, needed)];
    return `${select(columns, from)}${groupedBy(dimensions.map((_, place) => String(place + 1)))}`;
  });
  if (persons.length > 0 && needed.has('visitors')) {
    const all = persons.map(({ dimensions, from, who }) => select([...named(dimensions), `${who} AS who`], from));
    const each = `(SELECT DISTINCT ${[...groups, 'who'].join(', ')} FROM (${all.join(' UNION ALL ')}))`;
    queries.push(`${select([...groups, ...partsSql({ visitors: '1' }, needed)], each)}${groupedBy(groups)}`);
  }
  return queries.join('\n  UNION ALL\n  ');
}

function select(columns: string[], from: string): string {
  return `SELECT ${columns.join(', ')} FROM ${from}`;
}

function named(dimensions: string[]): string[] {
  return dimensions.map((sql, place) => `${sql} AS d${place}`);
}

function groupedBy(columns: string[]): string {
  return columns.length > 0 ? ` GROUP BY ${columns.join(', ')}` : '';
}

function partsSql(has: Rows['has'], needed: Set<Part>): string[] {
  return [...needed].map((part) => {
    const value = has[part] ?? (part === 'own' ? '1' : '0');
    return `${part === 'own' ? 'max' : 'sum'}(${value}) AS ${part}`;
  });
}

interface Making {
  parts: Part[];
  sql: string;
}

const sum = (part: Part): string => `coalesce(sum(${part}), 0)`;
const share = (of: Part, by: Part): string => `sum(${of}) / nullif(sum(${by}), 0)`;

const makings: Record<Metric, Making> = {
  visitors: { parts: ['visitors'], sql: sum('visitors') },
  visits: { parts: ['visits'], sql: sum('visits') },
  pageviews: { parts: ['pageviews'], sql: sum('pageviews') },
  events: { parts: ['pageviews', 'customs'], sql: `${sum('pageviews')} + ${sum('customs')}` },
  views_per_visit: { parts: ['viewed', 'visits'], sql: share('viewed', 'visits') },
  bounce_rate: { parts: ['rated', 'bounces'], sql: share('bounces', 'rated') },
  visit_duration: { parts: ['rated', 'duration_ms'], sql: share('duration_ms', 'rated') },
  engaged_time: { parts: ['viewed', 'engaged_ms'], sql: share('engaged_ms', 'viewed') },
};

/** The parts that metrics are made of. */
export function partsOf(wanted: readonly Metric[]): Set<Part> {
  return new Set(metrics.filter((metric) => wanted.includes(metric)).flatMap((metric) => makings[metric].parts));
}

/** SQL of a metric of a group: of a rate the share, of a time ms; see `valuesOf`. */
export function metricSql(metric: Metric): string {
  return `(${makings[metric].sql})::DOUBLE`;
}
