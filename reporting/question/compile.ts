import type { Question } from '../../core/question.ts';
import { isCoded } from '../replica/schema.ts';
import { byEvents } from './by-events.ts';
import { byVisits } from './by-visits.ts';
import { bucketIn } from './dimensions.ts';
import type { Statement } from './parameters.ts';
import { collectedSql, metricSql } from './parts.ts';
import { planOf } from './plan.ts';
import type { Asked, Plan } from './plan.ts';

export interface Wanted extends Asked {
  order: NonNullable<Question['order_by']>;
  /** Undefined: all rows. */
  page?: { limit: number; offset: number } | undefined;
  /** Only groups with these values, by dimension; a time's is its bucket's number. */
  only?: (string[] | number[])[] | undefined;
  /** Whether each row tells how many there are without the page, as its last value. */
  countsRows?: boolean | undefined;
}

/**
 * The one way from a question to SQL: rows of parts from visits and events, grouped by the dimensions. A row of the
 * answer has the dimensions' values (a time's bucket as a number), then the metrics'.
 */
export function compile(wanted: Wanted): Statement {
  const plan = planOf(wanted);
  const collected = plan.isOfEvents ? byEvents(plan) : byVisits(plan);
  const { dimensions, metrics, countsRows } = wanted;
  const groups = dimensions.map((_, place) => `d${place}`);
  const grouped = `SELECT ${[...groups, ...metrics.map((metric, place) => `${metricSql(metric)} AS m${place}`)].join(', ')}
  FROM (
  ${collectedSql(collected, plan.needed)}
  ) ${groups.length > 0 ? `GROUP BY ${groups.join(', ')}` : ''}
  ${plan.needed.has('own') && groups.length > 0 ? 'HAVING max(own) = 1' : ''}`;
  const columns = [
    ...dimensions.map((one, place) => (bucketIn(one) === undefined ? `d${place}` : `d${place}::DOUBLE`)),
    ...metrics.map((_, place) => `m${place}`),
    ...(countsRows ? ['count(*) OVER ()::DOUBLE'] : []),
  ];
  return plan.parameters.statement(
    `SELECT ${columns.join(', ')} FROM (${withWords(grouped, wanted)}) g
    ${onlySql(wanted, plan)} ${orderSql(wanted)} ${pageSql(wanted, plan)}`,
  );
}

/** With words instead of their numbers. */
function withWords(grouped: string, { dimensions, metrics }: Wanted): string {
  const columns = [
    ...dimensions.map((one, place) => (isCoded(one) ? `w${place}.word AS d${place}` : `n.d${place}`)),
    ...metrics.map((_, place) => `n.m${place}`),
  ];
  const joins = dimensions.map((one, place) =>
    isCoded(one) ? `JOIN words w${place} ON w${place}.no = n.d${place}` : '',
  );
  return `SELECT ${columns.join(', ')} FROM (${grouped}) n ${joins.join(' ')}`;
}

function onlySql({ only }: Wanted, { parameters }: Plan): string {
  if (!only || only.length === 0) return '';
  const lists = only.map((values, place) => `unnest(${parameters.add(values)}) AS d${place}`);
  return `SEMI JOIN (SELECT ${lists.join(', ')}) o USING (${only.map((_, place) => `d${place}`).join(', ')})`;
}

/** Metrics and dimensions by their places; a value that is not there comes last. */
function orderSql({ order, dimensions, metrics }: Wanted): string {
  const terms = order.map(([name, direction]) => {
    const place = metrics.findIndex((metric) => metric === name);
    const column = place >= 0 ? `m${place}` : `d${dimensions.findIndex((dimension) => dimension === name)}`;
    return `g.${column} ${direction === 'desc' ? 'DESC' : 'ASC'} NULLS LAST`;
  });
  return terms.length > 0 ? `ORDER BY ${terms.join(', ')}` : '';
}

function pageSql({ page }: Wanted, { parameters }: Plan): string {
  return page ? `LIMIT ${parameters.add(page.limit)} OFFSET ${parameters.add(page.offset)}` : '';
}
