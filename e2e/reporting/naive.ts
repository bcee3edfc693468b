import { dayOf, isoOfDay, utcOffset } from '../../core/day.ts';
import type { StoredEvent } from '../../core/ports.ts';
import type { Condition, Dimension, Filter, Metric } from '../../core/question.ts';
import { outlivesDay } from '../../core/visitor.ts';
import type { Visit } from '../../core/visits.ts';
import { visitsReference } from '../../core/visits.reference.ts';
import { ENGAGEMENT, PAGEVIEW } from '../../sdk/src/wire.ts';

/**
 * The meanings of `docs/meanings.md` a second time: from the events, one after the other, with no thought of speed. It
 * shares nothing with the compiler but the definition of a visit, which has a second one of its own.
 */

export interface NaiveQuestion {
  from: number;
  to: number;
  zone: string;
  metrics: Metric[];
  dimensions: Dimension[];
  filters: Filter[];
}

/** By the dimensions' values as JSON: the metrics' values, to two decimals. */
export type NaiveRows = Map<string, (number | null)[]>;

interface Seen {
  event: StoredEvent;
  visit: NaiveVisit | undefined;
}

interface NaiveVisit {
  visit: Visit;
  person: string;
  values: Record<string, string>;
  events: Seen[];
}

const NO_VALUES: Record<string, string> = {};

/** All events of a site with the visits they are in, in the feed's order. */
export function seenOf(events: StoredEvent[], eventsMax?: number): Seen[] {
  const seen: Seen[] = [];
  const days = Map.groupBy(events, ({ day, visitor }) => JSON.stringify([day, visitor ?? null]));
  for (const mine of days.values()) {
    const [first] = mine;
    const acting = mine.filter(({ name }) => name !== ENGAGEMENT);
    const visitor = first?.visitor;
    if (first === undefined || visitor === undefined) {
      seen.push(...acting.map((event) => ({ event, visit: undefined })));
      continue;
    }
    const options = eventsMax === undefined ? {} : { eventsMax };
    const { visits, taken } = visitsReference(
      mine.map((event) => ({ event, context: event.context })),
      options,
    );
    const known = visits.map((visit) => naiveVisit(visit, outlivesDay(visitor) ? visitor : `${first.day} ${visitor}`));
    for (const [place, event] of acting.entries()) {
      const visit =
        place < taken ? known.find((one) => one.visit.start <= event.time && event.time <= one.visit.last) : undefined;
      const one = { event, visit };
      visit?.events.push(one);
      seen.push(one);
    }
  }
  return seen;
}

function naiveVisit(visit: Visit, visitor: string): NaiveVisit {
  const { first, views, user } = visit;
  const known = { ...first.context, ...first.acquisition } as Record<string, string | undefined>;
  const values: Record<string, string> = {};
  for (const [name, found] of Object.entries(known)) values[name] = found ?? '';
  values.entry_page = views[0]?.path ?? '';
  values.exit_page = views.at(-1)?.path ?? '';
  return { visit, person: user ? `user ${user.user_id}` : visitor, values, events: [] };
}

/** The rows of a question, without order and page. Empty time buckets are not in it. */
export function naiveRows(seen: Seen[], question: NaiveQuestion): NaiveRows {
  const { from, to, dimensions, filters, metrics } = question;
  const inRange = (time: number): boolean => time >= from && time < to;
  const asked = seen.filter((one) => inRange(one.event.time) && filters.every((filter) => holds(filter, one)));
  const isOfEvents = (name: string): boolean =>
    ['page', 'hostname', 'event'].includes(name) || name.startsWith('property:');
  const usesEvents = [...dimensions, ...filters.flatMap(namesIn)].some(isOfEvents);
  const all = [...new Set(seen.flatMap(({ visit }) => (visit ? [visit] : [])))];
  const visits = all
    .filter(({ visit }) => inRange(visit.start))
    .filter((visit) =>
      usesEvents ? asked.some((one) => one.visit === visit) : filters.every((filter) => holds(filter, virtual(visit))),
    );

  const groups = new Map<string, { seen: Set<Seen>; visits: Set<NaiveVisit>; entered: Set<NaiveVisit> }>();
  const groupOf = (key: string) => {
    const known = groups.get(key) ?? { seen: new Set(), visits: new Set(), entered: new Set() };
    groups.set(key, known);
    return known;
  };
  const own = dimensions.filter(isOfEvents);
  const isByPage = own.length === 1 && own[0] === 'page';
  const keyOf = (one: Seen, time: number): string =>
    JSON.stringify(
      dimensions.map((name) => (name.startsWith('time:') ? label(name, time, question.zone) : value(one, name))),
    );
  for (const one of asked) groupOf(keyOf(one, one.event.time)).seen.add(one);
  for (const visit of visits) {
    const ones = own.length > 0 || usesEvents ? visit.events.filter((one) => asked.includes(one)) : [virtual(visit)];
    for (const one of ones) groupOf(keyOf(one, visit.visit.start)).visits.add(visit);
  }
  if (isByPage) {
    for (const visit of visits) {
      const entry = { ...virtual(visit), event: { path: visit.values.entry_page } as StoredEvent };
      groups.get(keyOf(entry, visit.visit.start))?.entered.add(visit);
    }
  }
  if (dimensions.length === 0) groupOf('[]');
  const rows: NaiveRows = new Map();
  for (const [key, { seen: events, visits: having, entered }] of groups) {
    const rated = isByPage ? entered : having;
    rows.set(
      key,
      metrics.map((metric) => measure(metric, [...events], [...having], [...rated])),
    );
  }
  return rows;
}

/** A visit as if it were an event, for what asks nothing of events. */
function virtual(visit: NaiveVisit): Seen {
  return { event: {} as StoredEvent, visit };
}

function namesIn(filter: Filter): string[] {
  if (filter[0] === 'and' || filter[0] === 'or') return filter[1].flatMap(namesIn);
  if (filter[0] === 'not') return namesIn(filter[1]);
  return [filter[1] as string];
}

function holds(filter: Filter, one: Seen): boolean {
  if (filter[0] === 'and') return filter[1].every((part) => holds(part, one));
  if (filter[0] === 'or') return filter[1].some((part) => holds(part, one));
  if (filter[0] === 'not') return !holds(filter[1], one);
  const [operator, name, values] = filter as Condition;
  const mine = value(one, name);
  switch (operator) {
    case 'is':
      return values.includes(mine);
    case 'is_not':
      return !values.includes(mine);
    case 'contains':
      return values.some((text) => mine.includes(text));
    case 'contains_not':
      return !values.some((text) => mine.includes(text));
    case 'matches':
      return values.some((text) => new RegExp(text, 'u').test(mine));
    case 'matches_not':
      return !values.some((text) => new RegExp(text, 'u').test(mine));
    default:
      return operator satisfies never;
  }
}

function value({ event, visit }: Seen, name: string): string {
  if (name === 'page') return event.path;
  if (name === 'hostname') return event.hostname ?? '';
  if (name === 'event') return event.name;
  if (name.startsWith('property:')) {
    const found = event.props?.find(([one]) => one === name.slice('property:'.length));
    return found ? String(found[1]) : '';
  }
  return (visit?.values ?? NO_VALUES)[name] ?? '';
}

const MINUTE = 60_000;

/** A bucket's local start, found by walking back minute by minute where a day is not enough. */
export function label(name: string, time: number, zone: string): string {
  const offset = utcOffset(zone, time);
  const day = dayOf(time, offset);
  const [year, month] = isoOfDay(day).split('-');
  switch (name) {
    case 'time:day':
      return isoOfDay(day);
    case 'time:week':
      return isoOfDay([0, 1, 2, 3, 4, 5, 6].map((back) => day - back).find(isMonday) ?? day);
    case 'time:month':
      return `${year}-${month}-01`;
    default: {
      let start = Math.floor(time / MINUTE) * MINUTE;
      if (name === 'time:hour') {
        while ((start + offset * MINUTE) % (60 * MINUTE) !== 0 && utcOffset(zone, start - MINUTE) === offset)
          start -= MINUTE;
      }
      return localIso(start, offset);
    }
  }
}

function isMonday(day: number): boolean {
  return new Date(day * 24 * 60 * MINUTE).getUTCDay() === 1;
}

function localIso(time: number, offset: number): string {
  const sign = offset < 0 ? '-' : '+';
  const size = Math.abs(offset);
  const clock = [Math.floor(size / 60), size % 60].map((part) => String(part).padStart(2, '0')).join(':');
  return `${new Date(time + offset * MINUTE).toISOString().slice(0, 19)}${sign}${clock}`;
}

function measure(metric: Metric, seen: Seen[], visits: NaiveVisit[], rated: NaiveVisit[]): number | null {
  const views = seen.filter(({ event }) => event.name === PAGEVIEW);
  const viewed = views.filter(({ visit }) => visit !== undefined);
  const per = (sum: number, base: number, hundredths = 100): number | null =>
    base === 0 ? null : Math.round((sum / base) * hundredths) / 100;
  switch (metric) {
    case 'visitors':
      return new Set(seen.flatMap(({ visit }) => (visit ? [visit.person] : []))).size;
    case 'visits':
      return visits.length;
    case 'pageviews':
      return views.length;
    case 'events':
      return seen.length;
    case 'views_per_visit':
      return per(viewed.length, visits.length);
    case 'bounce_rate':
      return per(rated.filter(isBounce).length, rated.length, 10_000);
    case 'visit_duration': {
      const times = rated.map((one) => (isBounce(one) ? 0 : one.visit.last - one.visit.start));
      return per(sumOf(times), rated.length, 0.1);
    }
    case 'engaged_time': {
      const times = viewed.map(
        ({ event, visit }) => visit?.visit.views.find(({ id }) => id === event.id)?.engaged_ms ?? 0,
      );
      return per(sumOf(times), viewed.length, 0.1);
    }
    default:
      return metric satisfies never;
  }
}

function isBounce({ visit }: NaiveVisit): boolean {
  return visit.views.length === 1 && visit.interactive === 0;
}

function sumOf(numbers: number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
