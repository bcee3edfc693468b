import { ENGAGEMENT, PAGEVIEW } from '../sdk/src/wire.ts';
import type { Acquisition, Context, Event } from './event.ts';
import { limits } from './limits.ts';

/**
 * The unit of aggregation: one visitor's day, as visits that merge.
 *
 * A visit is a cluster of the day's intervals with gaps of up to 30 minutes. A page view or custom event is a point; an
 * engagement event makes its view an interval. Each visit carries a summary made of minima, maxima and sums, so that any
 * order and grouping of a day's events gives what all at once gives:
 *
 *     merge(merge([], a), b) = merge(merge([], b), a) = merge([], a and b)
 *
 * It holds for events with different ids; to let an id pass only once is the store's second barrier.
 */

/** A visit ends after this long without an event. A definition, not a setting: see `docs/meanings.md`. */
export const VISIT_GAP_MS = 30 * 60 * 1000;

/** One page view of a visit. */
export interface View {
  id: string;
  time: number;
  path: string;
  /** The last sign of engagement, or `time`. */
  until: number;
  engaged_ms: number;
  depth: number;
}

/** What a visit has from its first page view, or from its first event while it has no page view. */
export interface First {
  id: string;
  time: number;
  pageview: boolean;
  hostname?: string | undefined;
  acquisition?: Acquisition | undefined;
  context: Context;
}

/** The last `user_id` that an event of the visit carried. */
export interface User {
  id: string;
  time: number;
  user_id: string;
}

export interface Visit {
  /** First and last page view or custom event, in ms since 1970. */
  start: number;
  last: number;
  /** `last`, or the last sign of engagement if that is later. */
  end: number;
  first: First;
  user?: User | undefined;
  /** By time, then id: the first is the entry, the last the exit. */
  views: View[];
  /** How often each custom event happened, by name. */
  events: [name: string, count: number][];
  /** Custom events that end a bounce. */
  interactive: number;
}

/** Engagement whose page view has not arrived yet. */
export interface Waiting {
  view: string;
  until: number;
  engaged_ms: number;
  depth: number;
}

export interface VisitorDay {
  /** By start. */
  visits: Visit[];
  /** By view. */
  waiting: Waiting[];
  /** Page views and custom events that built the visits. */
  taken: number;
  /** Page views and custom events past the day's limit: counted, but in no visit. */
  over: { pageviews: number; events: number };
}

/** A new event with what its batch says of the browser. */
export interface VisitEvent {
  event: Event;
  context: Context;
}

export interface MergeOptions {
  eventsMax?: number;
}

/** A visitor's day without events. */
export function emptyDay(): VisitorDay {
  return { visits: [], waiting: [], taken: 0, over: { pageviews: 0, events: 0 } };
}

/**
 * Takes new events of one visitor's day into its visits. The order of the events does not matter, nor what came in
 * which call, as long as the day stays within `eventsMax`; past it, what came first built the visits.
 *
 * @param day the visits so far; it is not used any more afterwards (its parts may live on in the answer)
 * @param added events of the same visitor and day whose ids were never taken before
 * @example
 * const today = merge(emptyDay(), [{ event, context }]);
 * today.visits[0].views.length; // 1
 */
export function merge(day: VisitorDay, added: VisitEvent[], options: MergeOptions = {}): VisitorDay {
  const { eventsMax = limits.visitorDayEventsMax } = options;
  const over = { ...day.over };
  let taken = day.taken;
  const parts: Visit[] = [...day.visits];
  const waiting = new Map(day.waiting.map((one) => [one.view, one]));
  for (const one of added) {
    if (one.event.name === ENGAGEMENT) {
      wait(waiting, one.event, eventsMax);
    } else if (taken < eventsMax) {
      taken += 1;
      parts.push(visitOf(one));
    } else if (one.event.name === PAGEVIEW) {
      over.pageviews += 1;
    } else {
      over.events += 1;
    }
  }
  engage(parts, waiting);
  const visits = cluster(parts);
  return { visits, waiting: [...waiting.values()].sort(byView), taken, over };
}

/**
 * All visits of any events, by visitor and day: what `merge` must always come to, from the events alone.
 *
 * @returns the days by the key `dayKey(event)`; events without a visitor are in none
 */
export function visitsOf(events: Iterable<VisitEvent>, options: MergeOptions = {}): Map<string, VisitorDay> {
  const days = new Map<string, VisitEvent[]>();
  for (const one of events) {
    if (one.event.visitor === undefined) continue;
    const key = dayKey(one.event.day, one.event.visitor);
    const day = days.get(key);
    if (day) day.push(one);
    else days.set(key, [one]);
  }
  return new Map([...days].map(([key, day]) => [key, merge(emptyDay(), day, options)]));
}

/** Names a visitor's day of one site. */
export function dayKey(day: number, visitor: string): string {
  return `${day}|${visitor}`;
}

function visitOf({ event, context }: VisitEvent): Visit {
  const { id, time, hostname, acquisition } = event;
  const pageview = event.name === PAGEVIEW;
  return {
    start: time,
    last: time,
    end: time,
    first: { id, time, pageview, hostname, acquisition, context },
    user: event.user_id === undefined ? undefined : { id, time, user_id: event.user_id },
    views: pageview ? [{ id, time, path: event.path, until: time, engaged_ms: 0, depth: 0 }] : [],
    events: pageview ? [] : [[event.name, 1]],
    interactive: pageview || event.interactive === false ? 0 : 1,
  };
}

/** Engagement is cumulative, so the maximum of all that came is the truth, in any order. */
function wait(waiting: Map<string, Waiting>, event: Event, viewsMax: number): void {
  const view = event.view ?? '';
  const before = waiting.get(view);
  if (!before && waiting.size >= viewsMax) return;
  waiting.set(view, {
    view,
    until: Math.max(before?.until ?? 0, event.time),
    engaged_ms: Math.max(before?.engaged_ms ?? 0, event.engaged_ms ?? 0),
    depth: Math.max(before?.depth ?? 0, event.depth ?? 0),
  });
}

/** Gives waiting engagement to the views that are here by now, and takes it off the list. */
function engage(parts: Visit[], waiting: Map<string, Waiting>): void {
  if (waiting.size === 0) return;
  for (const part of parts) {
    for (const [index, view] of part.views.entries()) {
      const engagement = waiting.get(view.id);
      if (!engagement) continue;
      waiting.delete(view.id);
      const until = Math.max(view.until, engagement.until);
      part.views[index] = {
        ...view,
        until,
        engaged_ms: Math.max(view.engaged_ms, engagement.engaged_ms),
        depth: Math.max(view.depth, engagement.depth),
      };
      part.end = Math.max(part.end, until);
    }
  }
}

/** Joins all parts that lie no further apart than the gap. Hulls suffice: within a hull no gap is larger. */
function cluster(parts: Visit[]): Visit[] {
  parts.sort((a, b) => a.start - b.start);
  const visits: Visit[] = [];
  let grown: Visit | undefined;
  for (const part of parts) {
    if (grown && part.start - grown.end <= VISIT_GAP_MS) {
      join(grown, part);
    } else {
      grown = { ...part, views: [...part.views], events: part.events.map(([name, count]) => [name, count]) };
      visits.push(grown);
    }
  }
  for (const visit of visits) {
    visit.views.sort(byTime);
    visit.events.sort(byName);
  }
  return visits;
}

function join(into: Visit, part: Visit): void {
  into.start = Math.min(into.start, part.start);
  into.last = Math.max(into.last, part.last);
  into.end = Math.max(into.end, part.end);
  if (isBefore(part.first, into.first)) into.first = part.first;
  if (part.user && (!into.user || byTime(into.user, part.user) < 0)) into.user = part.user;
  into.views.push(...part.views);
  for (const [name, count] of part.events) {
    const known = into.events.find((one) => one[0] === name);
    if (known) known[1] += count;
    else into.events.push([name, count]);
  }
  into.interactive += part.interactive;
}

/** Page views come before other events, whatever their time: a visit's source is that of its first page view. */
function isBefore(a: First, b: First): boolean {
  return a.pageview === b.pageview ? byTime(a, b) < 0 : a.pageview;
}

function byTime(a: { time: number; id: string }, b: { time: number; id: string }): number {
  return a.time - b.time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function byName(a: [string, number], b: [string, number]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}

function byView(a: Waiting, b: Waiting): number {
  return a.view < b.view ? -1 : a.view > b.view ? 1 : 0;
}
