import { ENGAGEMENT, PAGEVIEW } from '../sdk/src/wire.ts';
import { limits } from './limits.ts';
import type { First, User, View, Visit, VisitEvent, VisitorDay, Waiting } from './visits.ts';

/**
 * The visits of one visitor's day a second time, for tests only: from all events at once, sorted by time and walked
 * once, each number of a visit counted from the visit's own events. It is slow and plain on purpose and shares no code
 * with `visits.ts`, whose `merge` must come to the same however the events came.
 */

/** The definition of a visit, written down a second time. */
const GAP_MS = 30 * 60 * 1000;

interface ReferenceOptions {
  eventsMax?: number;
}

/** An event that builds visits, with the moment up to which it keeps its visit alive. */
interface Interval {
  one: VisitEvent;
  until: number;
}

/**
 * @param events all events of one visitor's day, each id once; the order matters only past `eventsMax`
 * @example
 * expect(merge(emptyDay(), events)).toEqual(visitsReference(events));
 */
export function visitsReference(events: VisitEvent[], options: ReferenceOptions = {}): VisitorDay {
  const { eventsMax = limits.visitorDayEventsMax } = options;
  const engagements = events.filter(({ event }) => event.name === ENGAGEMENT);
  const others = events.filter(({ event }) => event.name !== ENGAGEMENT);
  const builders = others.slice(0, eventsMax).sort(byTimeThenId);
  const past = others.slice(eventsMax);

  const runs: Interval[][] = [];
  let aliveUntil = Number.NEGATIVE_INFINITY;
  for (const one of builders) {
    const until = Math.max(one.event.time, ...engagementsOf(one, engagements).map((found) => found.event.time));
    if (one.event.time - aliveUntil > GAP_MS) runs.push([]);
    runs.at(-1)?.push({ one, until });
    aliveUntil = Math.max(aliveUntil, until);
  }

  const pageviewsPast = past.filter(({ event }) => event.name === PAGEVIEW).length;
  return {
    visits: runs.map((run) => visitOfRun(run, engagements)),
    waiting: waitingFor(builders, engagements),
    taken: builders.length,
    over: { pageviews: pageviewsPast, events: past.length - pageviewsPast },
  };
}

/** The engagement events that speak of a page view. */
function engagementsOf({ event }: VisitEvent, engagements: VisitEvent[]): VisitEvent[] {
  return event.name === PAGEVIEW ? engagements.filter((one) => one.event.view === event.id) : [];
}

function visitOfRun(run: Interval[], engagements: VisitEvent[]): Visit {
  const members = run.map(({ one }) => one);
  const times = members.map(({ event }) => event.time);
  const pageviews = members.filter(({ event }) => event.name === PAGEVIEW);
  const customs = members.filter(({ event }) => event.name !== PAGEVIEW);
  const names = [...new Set(customs.map(({ event }) => event.name))].sort();
  return {
    start: Math.min(...times),
    last: Math.max(...times),
    end: Math.max(...run.map(({ until }) => until)),
    first: firstOf(pageviews[0] ?? customs[0]),
    user: lastUserOf(members),
    views: pageviews.map((one) => viewOf(one, engagementsOf(one, engagements))),
    events: names.map((name) => [name, customs.filter(({ event }) => event.name === name).length]),
    interactive: customs.filter(({ event }) => event.interactive !== false).length,
  };
}

function firstOf(one: VisitEvent | undefined): First {
  if (!one) throw new Error('a run without events');
  const { id, time, name, hostname, acquisition } = one.event;
  return { id, time, pageview: name === PAGEVIEW, hostname, acquisition, context: one.context };
}

function lastUserOf(members: VisitEvent[]): User | undefined {
  const event = members.findLast((one) => one.event.user_id !== undefined)?.event;
  return event?.user_id === undefined ? undefined : { id: event.id, time: event.time, user_id: event.user_id };
}

function viewOf({ event }: VisitEvent, engagements: VisitEvent[]): View {
  return {
    id: event.id,
    time: event.time,
    path: event.path,
    until: Math.max(event.time, ...engagements.map((one) => one.event.time)),
    engaged_ms: Math.max(0, ...engagements.map((one) => one.event.engaged_ms ?? 0)),
    depth: Math.max(0, ...engagements.map((one) => one.event.depth ?? 0)),
  };
}

/** Engagement of page views that are not among the events that build visits. */
function waitingFor(builders: VisitEvent[], engagements: VisitEvent[]): Waiting[] {
  const here = builders.filter(({ event }) => event.name === PAGEVIEW).map(({ event }) => event.id);
  const spokenOf = engagements.map(({ event }) => event.view ?? '');
  const missing = [...new Set(spokenOf)].filter((view) => !here.includes(view)).sort();
  return missing.map((view) => {
    const mine = engagements.filter(({ event }) => (event.view ?? '') === view).map(({ event }) => event);
    return {
      view,
      until: Math.max(...mine.map((event) => event.time)),
      engaged_ms: Math.max(0, ...mine.map((event) => event.engaged_ms ?? 0)),
      depth: Math.max(0, ...mine.map((event) => event.depth ?? 0)),
    };
  });
}

function byTimeThenId(a: VisitEvent, b: VisitEvent): number {
  if (a.event.time !== b.event.time) return a.event.time - b.event.time;
  return a.event.id < b.event.id ? -1 : 1;
}
