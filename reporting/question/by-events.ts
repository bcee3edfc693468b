import { TELLS } from '../replica/schema.ts';
import { bucketIn, conditionsIn, isOfEvents, scopeOf } from './dimensions.ts';
import type { Scope } from './dimensions.ts';
import { filterSql } from './filters.ts';
import type { Collected, Persons, Rows } from './parts.ts';
import { needs, wholeDays } from './plan.ts';
import type { Plan } from './plan.ts';

/**
 * The rows of a question that events' own values decide: by page, host, event or property. The filters, as a whole, say
 * which events; the visits are those that have such an event.
 */
export function byEvents(plan: Plan): Collected {
  const own = plan.dimensions.filter((one) => bucketIn(one) === undefined && isOfEvents(one));
  // By page, bounces and durations are those of the visits that entered there.
  const isByPage = own.length === 1 && own[0] === 'page';
  const asksRated = needs(plan, 'rated');
  const rows: Rows[] = [];
  if (asksMore(plan) || singles(plan).first !== NONE) rows.push(happened(plan, plan.isOfVisits ? 'v' : 'any'));
  // An event without a visit is a row of the page, too, to which the visits that entered there add.
  const makesRows = asksRated && isByPage;
  if (plan.isOfVisits && (makesRows || needs(plan, 'pageviews', 'customs'))) rows.push(unvisited(plan));
  if (asksRated || (needs(plan, 'visits') && !countsVisitsAsTheyHappen(plan))) {
    rows.push(ofVisits(plan, asksRated && !isByPage));
  }
  if (makesRows) {
    plan.needed.add('own');
    rows.push(entered(plan));
  }
  return { rows, persons: otherPersons(plan) };
}

/** Whether pages are the only events' values in it; then the marks `once` and `tells` say what is first. */
function isOfPagesOnly({ dimensions, filters }: Plan): boolean {
  const used = [...dimensions, ...conditionsIn(filters).map(([, one]) => one)];
  return dimensions.includes('page') && used.every((one) => one === 'page' || !isOfEvents(one));
}

/** Each visit's first event on a page stands for the visit, unless there are buckets: it counts in that of its start. */
function countsVisitsAsTheyHappen(plan: Plan): boolean {
  return isOfPagesOnly(plan) && !plan.buckets && !needs(plan, 'rated');
}

/** The visits a scope speaks of: `v` those that are joined, undefined for events without one, `any` where it is all the same. */
type Visited = 'v' | 'any' | undefined;

function scopeFor(plan: Plan, visited: Visited): Scope {
  return scopeOf('e', visited === 'v' ? 'v' : undefined, plan.parameters);
}

/**
 * The events that are asked for.
 *
 * @param within SQL of the range
 */
function eventsFrom(plan: Plan, visited: Visited, which = 'TRUE', within = inRange(plan)): string {
  const { at, filters, parameters } = plan;
  const join =
    visited === 'v' ? `JOIN visits v ON v.visit = e.visit AND v.site = ${at.site} AND v.last >= ${at.from}` : '';
  const without = visited === undefined ? 'e.visit IS NULL AND' : '';
  return `events e ${join} WHERE ${without} e.site = ${at.site} AND ${within}
    AND ${which} AND ${filterSql(filters, scopeFor(plan, visited), parameters)}`;
}

function inRange({ at }: Plan): string {
  return `e.time >= ${at.from} AND e.time < ${at.to}`;
}

/** Events without a visit, which have none of a visit's values. */
function unvisited(plan: Plan): Rows {
  const has = { pageviews: 'e.pageview::INTEGER', customs: '(NOT e.pageview)::INTEGER' };
  return { dimensions: plan.dimensionsAt('e.time', scopeFor(plan, undefined)), has, from: eventsFrom(plan, undefined) };
}

/** What counts when an event happens. */
function happened(plan: Plan, visited: 'v' | 'any'): Rows {
  const { first, within } = singles(plan);
  const has: Rows['has'] = {
    visitors: asksMore(plan) ? `(${first} AND ${within})::INTEGER` : '1',
    pageviews: 'e.pageview::INTEGER',
    customs: '(NOT e.pageview)::INTEGER',
    viewed: '(e.pageview AND e.visit IS NOT NULL)::INTEGER',
    engaged_ms: 'e.engaged_ms',
  };
  if (countsVisitsAsTheyHappen(plan)) has.visits = `(e.once AND e.start >= ${plan.at.from})::INTEGER`;
  const from = asksMore(plan) ? eventsFrom(plan, visited) : eventsFrom(plan, visited, first, within);
  return { dimensions: plan.dimensionsAt('e.time', scopeFor(plan, visited)), has, from };
}

/** Whether more than visitors is asked for. */
function asksMore(plan: Plan): boolean {
  return needs(plan, 'visits', 'rated', 'pageviews', 'customs', 'viewed', 'engaged_ms');
}

const NONE = 'FALSE';

/** Persons who are told by one event of theirs. */
interface Singles {
  /** SQL: whether it is that one event, of those that are `within`. */
  first: string;
  /** SQL of a range within the question's own. */
  within: string;
  /** SQL of the events of all others: each is in one of these. */
  others: { which: string; within: string }[];
}

/**
 * By page, a person who is in one day or one visit only is told by the first event there. To tell all others apart they
 * must be compared with one another, which takes longer.
 */
function singles(plan: Plan): Singles {
  const within = inRange(plan);
  // To look up the visits twice takes longer than to compare all.
  const isSlow = plan.isOfVisits && !asksMore(plan);
  if (!isOfPagesOnly(plan) || isSlow) {
    return { first: NONE, within, others: [{ which: 'e.visit IS NOT NULL', within }] };
  }
  const { at } = plan;
  const days = plan.isOfVisits ? undefined : wholeDays(plan);
  if (days) {
    const [from, to] = days;
    // All events of these days are of the range: their times need not be looked at.
    const inDays = `e.day BETWEEN ${from} AND ${to}`;
    const others = [
      { which: `e.tells = ${TELLS.visit}`, within: inDays },
      { which: `e.day < ${from} AND e.visit IS NOT NULL`, within },
      { which: `e.day > ${to} AND e.visit IS NOT NULL`, within },
    ];
    return { first: `e.tells = ${TELLS.day}`, within: inDays, others };
  }
  const isWhole = `e.start >= ${at.from} AND e.last < ${at.to} AND ${plan.sameBucket('e.start', 'e.last')}`;
  const which = `e.visit IS NOT NULL AND CASE WHEN ${isWhole} THEN e.once AND NOT e.sole ELSE TRUE END`;
  return { first: `e.sole AND e.once AND ${isWhole}`, within, others: [{ which, within }] };
}

/** Who is not told by one event. */
function otherPersons(plan: Plan): Persons[] {
  const visited = plan.isOfVisits ? 'v' : 'any';
  return singles(plan).others.map(({ which, within }) => ({
    dimensions: plan.dimensionsAt('e.time', scopeFor(plan, visited)),
    from: eventsFrom(plan, visited, which, within),
    who: 'e.person',
  }));
}

/** Visits that start in the range and have such an event, where they start. */
function ofVisits(plan: Plan, isRated: boolean): Rows {
  const { at, dimensions } = plan;
  const joined = plan.isOfVisits ? 'v' : 'any';
  const values = plan.dimensionsAt('e.start', scopeFor(plan, joined));
  const columns = [...values.map((sql, place) => `${sql} AS d${place}`), 'e.visit'].join(', ');
  const which = `e.start >= ${at.from}${isOfPagesOnly(plan) ? ' AND e.once' : ''}`;
  const found = `(SELECT DISTINCT ${columns} FROM ${eventsFrom(plan, joined, which)}) m`;
  return {
    dimensions: dimensions.map((_, place) => `m.d${place}`),
    has: isRated ? { visits: '1', rated: '1', bounces: 'w.bounces', duration_ms: 'w.duration_ms' } : { visits: '1' },
    from: isRated
      ? `${found} JOIN visits w ON w.visit = m.visit AND w.site = ${at.site} AND w.start >= ${at.from} AND w.start < ${at.to}`
      : found,
  };
}

/** Bounces and durations of the visits that entered on a page. They add to its row, and make none. */
function entered(plan: Plan): Rows {
  const { at, filters, parameters } = plan;
  const asksEvents = conditionsIn(filters).some(([, one]) => isOfEvents(one));
  const byEntry: Scope = (one) => scopeOf(undefined, 'v', parameters)(one === 'page' ? 'entry_page' : one);
  const holds = asksEvents
    ? `v.visit IN (SELECT e.visit FROM ${eventsFrom(plan, plan.isOfVisits ? 'v' : 'any', 'e.visit IS NOT NULL')})`
    : filterSql(filters, byEntry, parameters);
  return {
    dimensions: plan.dimensionsAt('v.start', byEntry),
    has: { rated: '1', bounces: 'v.bounces', duration_ms: 'v.duration_ms', own: '0' },
    from: `visits v WHERE v.site = ${at.site} AND v.start >= ${at.from} AND v.start < ${at.to} AND ${holds}`,
  };
}
