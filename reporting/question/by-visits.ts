import { scopeOf } from './dimensions.ts';
import { filterSql } from './filters.ts';
import type { Collected, Persons, Rows } from './parts.ts';
import { needs, wholeDays } from './plan.ts';
import type { Plan } from './plan.ts';

/**
 * The rows of a question that no event's own value decides. Most visits lie within the range and within one bucket, so
 * all they have counts at their start, and none of their events is looked at. Of the others each event counts at its own
 * time, and so do events without a visit, which have none of a visit's values.
 */
export function byVisits(plan: Plan): Collected {
  const asksActivity = needs(plan, 'visitors', 'pageviews', 'customs', 'viewed', 'engaged_ms');
  if (!asksActivity) return { rows: [started(plan, 'TRUE', starts)], persons: [] };
  const isWhole = `v.last < ${plan.at.to} AND ${plan.sameBucket('v.start', 'v.last')}`;
  const { single, others } = singles(plan);
  const rows = [started(plan, isWhole, { ...starts, ...wholes, visitors: `(${single})::INTEGER` })];
  if (needs(plan, 'pageviews', 'customs', 'viewed', 'engaged_ms')) rows.push(partial(plan, isWhole));
  if (needs(plan, 'visits', 'rated')) rows.push(started(plan, `NOT (${isWhole})`, starts));
  if (needs(plan, 'pageviews', 'customs')) rows.push(unvisited(plan));
  const persons = others.map((which) => ({ ...started(plan, `${isWhole} AND ${which}`, {}), who: 'v.person' }));
  return { rows, persons: [...persons, { ...partial(plan, isWhole), who: 'v.person' }] satisfies Persons[] };
}

/**
 * Persons who are told by one whole visit of theirs: SQL of that visit, and of those of all others, each of which is in
 * one of these. All others must be compared with one another, which takes longer.
 */
function singles(plan: Plan): { single: string; others: string[] } {
  const days = plan.isOfVisits ? undefined : wholeDays(plan);
  if (!days) return { single: 'v.sole', others: ['NOT v.sole'] };
  const [first, last] = days;
  const inDays = `v.day BETWEEN ${first} AND ${last}`;
  return {
    single: `v.first_a_day AND ${inDays}`,
    others: [`NOT v.unnamed AND ${inDays}`, `v.day < ${first}`, `v.day > ${last}`],
  };
}

/** What counts where a visit starts. */
const starts: Rows['has'] = { visits: '1', rated: '1', bounces: 'v.bounces', duration_ms: 'v.duration_ms' };

/** What counts there, too, where all of a visit is of one bucket. */
const wholes: Rows['has'] = {
  pageviews: 'v.pageviews',
  customs: 'v.customs',
  viewed: 'v.pageviews',
  engaged_ms: 'v.engaged_ms',
};

/** What counts when an event happens. */
const happens: Rows['has'] = { pageviews: 'e.pageview::INTEGER', customs: '(NOT e.pageview)::INTEGER' };

/** Visits that start in the range. */
function started(plan: Plan, which: string, has: Rows['has']): Rows {
  const { at, filters, parameters } = plan;
  const scope = scopeOf(undefined, 'v', parameters);
  const from = `visits v WHERE v.site = ${at.site} AND v.start >= ${at.from} AND v.start < ${at.to}
    AND ${which} AND ${filterSql(filters, scope, parameters)}`;
  return { dimensions: plan.dimensionsAt('v.start', scope), has, from };
}

/** The events of visits that are not whole, each at its own time. */
function partial(plan: Plan, isWhole: string): Rows {
  const { at, filters, parameters } = plan;
  const scope = scopeOf(undefined, 'v', parameters);
  const from = `visits v JOIN events e ON e.visit = v.visit
    WHERE v.site = ${at.site} AND v.start < ${at.to} AND v.last >= ${at.from}
      AND NOT (v.start >= ${at.from} AND ${isWhole}) AND ${filterSql(filters, scope, parameters)}
      AND e.site = ${at.site} AND e.time >= ${at.from} AND e.time < ${at.to}`;
  const has = { ...happens, viewed: 'e.pageview::INTEGER', engaged_ms: 'e.engaged_ms' };
  return { dimensions: plan.dimensionsAt('e.time', scope), has, from };
}

/** Events without a visit. */
function unvisited(plan: Plan): Rows {
  const { at, filters, parameters } = plan;
  const scope = scopeOf(undefined, undefined, parameters);
  const from = `events e WHERE e.visit IS NULL AND e.site = ${at.site} AND e.time >= ${at.from} AND e.time < ${at.to}
    AND ${filterSql(filters, scope, parameters)}`;
  return { dimensions: plan.dimensionsAt('e.time', scope), has: happens, from };
}
