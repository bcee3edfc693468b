import type { Acquisition, Context } from '../../core/event.ts';
import type { First, View, Visit, VisitorDay, Waiting } from '../../core/visits.ts';
import type { Dictionary } from './dictionary.ts';

/**
 * A visitor's day as it lies in a row: JSON arrays, strings by their number in the dictionary, times as distances from
 * the visit's start, ids in 22 characters. `decodeDay(encodeDay(day))` is `day`.
 */

type ViewRow = [id: string, after: number, path: number, until?: number, engaged?: number, depth?: number];
type VisitRow = [
  start: number,
  last: number,
  end: number,
  context: number,
  acquisition: number,
  hostname: number,
  views: ViewRow[],
  events: [name: number, count: number][],
  interactive: number,
  user: [id: string, after: number, user: string] | 0,
  first: [id: string, after: number] | 0,
];
type WaitingRow = [view: string, until: number, engaged: number, depth: number];
type DayRow = [visits: VisitRow[], waiting: WaitingRow[], taken: number, pageviews: number, events: number];

export function encodeDay(day: VisitorDay, strings: Dictionary): string {
  const row: DayRow = [
    day.visits.map((visit) => encodeVisit(visit, strings)),
    day.waiting.map(({ view, until, engaged_ms, depth }) => [packId(view), until, engaged_ms, depth]),
    day.taken,
    day.over.pageviews,
    day.over.events,
  ];
  return JSON.stringify(row);
}

export function decodeDay(state: string, strings: Dictionary): VisitorDay {
  const [visits, waiting, taken, pageviews, events] = JSON.parse(state) as DayRow;
  return {
    visits: visits.map((row) => decodeVisit(row, strings)),
    waiting: waiting.map(
      ([view, until, engaged_ms, depth]): Waiting => ({ view: unpackId(view), until, engaged_ms, depth }),
    ),
    taken,
    over: { pageviews, events },
  };
}

function encodeVisit(visit: Visit, strings: Dictionary): VisitRow {
  const { start, first, user } = visit;
  return [
    start,
    visit.last - start,
    visit.end - start,
    encodeContext(first.context, strings),
    encodeAcquisition(first.acquisition, strings),
    first.hostname === undefined ? 0 : strings.idOf(first.hostname),
    visit.views.map((view) => encodeView(view, start, strings)),
    visit.events.map(([name, count]) => [strings.idOf(name), count]),
    visit.interactive,
    user ? [packId(user.id), user.time - start, user.user_id] : 0,
    // A page view that came first is the first of the views.
    first.pageview ? 0 : [packId(first.id), first.time - start],
  ];
}

function decodeVisit(row: VisitRow, strings: Dictionary): Visit {
  const [start, last, end, context, acquisition, hostname, viewRows, events, interactive, user, first] = row;
  const views = viewRows.map((view) => decodeView(view, start, strings));
  const details = {
    hostname: hostname === 0 ? undefined : strings.valueOf(hostname),
    acquisition: decodeAcquisition(acquisition, strings),
    context: decodeContext(context, strings),
  };
  return {
    start,
    last: start + last,
    end: start + end,
    first: decodeFirst(first, start, views, details),
    user: user ? { id: unpackId(user[0]), time: start + user[1], user_id: user[2] } : undefined,
    views,
    events: events.map(([name, count]) => [strings.valueOf(name), count]),
    interactive,
  };
}

function decodeFirst(
  first: VisitRow[10],
  start: number,
  views: View[],
  details: Pick<First, 'hostname' | 'acquisition' | 'context'>,
): First {
  if (first) return { id: unpackId(first[0]), time: start + first[1], pageview: false, ...details };
  const view = views[0];
  if (!view) throw new Error('a visit without its first event: the store is damaged');
  return { id: view.id, time: view.time, pageview: true, ...details };
}

function encodeView(view: View, start: number, strings: Dictionary): ViewRow {
  const row: ViewRow = [packId(view.id), view.time - start, strings.idOf(view.path)];
  if (view.until !== view.time || view.engaged_ms || view.depth) {
    row.push(view.until - view.time, view.engaged_ms, view.depth);
  }
  return row;
}

function decodeView(
  [id, after, path, until = 0, engaged_ms = 0, depth = 0]: ViewRow,
  start: number,
  strings: Dictionary,
): View {
  const time = start + after;
  return { id: unpackId(id), time, path: strings.valueOf(path), until: time + until, engaged_ms, depth };
}

/**
 * Number of a context in the dictionary. One with a place is there as the numbers of its two halves, `17+4`: there are few
 * browsers and some cities, but nearly as many pairs of them as visits.
 */
export function encodeContext(context: Context, strings: Dictionary): number {
  const { country, region, city, ...rest } = context;
  const browser = strings.idOf(JSON.stringify(rest));
  const place = JSON.stringify({ country, region, city });
  return place === '{}' ? browser : strings.idOf(`${browser}+${strings.idOf(place)}`);
}

export function decodeContext(id: number, strings: Dictionary): Context {
  const value = strings.valueOf(id);
  if (value.startsWith('{')) return JSON.parse(value) as Context;
  const [browser, place] = value.split('+').map((half) => JSON.parse(strings.valueOf(Number(half))) as Context);
  return { ...browser, ...place };
}

/** Number of an acquisition in the dictionary; 0 is none. */
export function encodeAcquisition(acquisition: Acquisition | undefined, strings: Dictionary): number {
  return acquisition ? strings.idOf(JSON.stringify(acquisition)) : 0;
}

export function decodeAcquisition(id: number, strings: Dictionary): Acquisition | undefined {
  return id === 0 ? undefined : (JSON.parse(strings.valueOf(id)) as Acquisition);
}

/** The 16 bytes of a UUID. */
export function idBytes(id: string): Buffer {
  const hex = id.slice(0, 8) + id.slice(9, 13) + id.slice(14, 18) + id.slice(19, 23) + id.slice(24);
  return Buffer.from(hex, 'hex');
}

/** The UUID of 16 bytes. */
export function idOfBytes(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function packId(id: string): string {
  return idBytes(id).toString('base64url');
}

function unpackId(packed: string): string {
  return idOfBytes(Buffer.from(packed, 'base64url'));
}
