import { attempt } from './attempt.ts';
import { plain } from './plain.ts';
import { batchMs, bodyCharsMax } from './limits.ts';
import { settings } from './options.ts';
import { isOut, isPrivate } from './privacy.ts';
import type { Track } from './track.ts';
import type { WireEvent } from './wire.ts';

/**
 * What has become of an event: `stored`; `refused`, for which sending it again is no use; `dropped` by the page or by its visitor's wish, never
 * sent; `unknown`, for the page was left, or no collector answered.
 */
export type Outcome = 'stored' | 'refused' | 'dropped' | 'unknown';
export type Done = (outcome: Outcome) => void;

/** An event that waits to be sent. */
export interface Kept {
  _event: WireEvent;
  _done: Done | undefined;
  /** Whether another page has left it. */
  _isAdopted?: boolean;
}

/** Among what holds events back: consent. */
export const AWAITED = 2;

export const kept: Kept[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/** What is asked of an answer; by itself, so that the package's types need none of the browser's. */
export interface Answer {
  status: number;
  headers: { get(name: string): string | null };
  json(): Promise<unknown>;
}

/** What modules may change in the way to the collector. */
interface Way {
  /** Whether nothing is in a hurry, as after a failure. */
  _isSlow?: boolean;
  /** Why nothing may be sent yet: 1, nobody has seen the page; 2, consent is awaited. */
  _held?: number;
  /** Edits a page view or event before it is kept; nothing: it is not counted. */
  _edit?: (event: WireEvent) => WireEvent | undefined;
  /** Called when a page view begins. */
  _begun?: () => void;
  /** Called when a page view is left or hidden; told whether the page itself is being left. */
  _leaving?: (isGoing: boolean | undefined) => void;
  /** Called when an event is kept to be sent. */
  _added?: (item: Kept) => void;
  /** Told of what was sent; without an answer where none can be read. */
  _sent: (events: Kept[], answer?: Promise<Answer>) => unknown;
  /** Counts, in place of `count`. */
  _track?: Track;
  /** Tells what has become of events. */
  _end?: (events: Kept[], outcome: Outcome) => void;
}

/** Where nobody listens to answers. */
export const unheard: Way['_sent'] = (_events, answer) => answer?.catch(() => {});

export const way: Way = { _sent: unheard };

/**
 * Keeps an event until its batch goes.
 *
 * @param atOnce whether it does not wait for others
 */
export function add(event: WireEvent, done?: Done, atOnce?: boolean): void {
  const item = { _event: event, _done: done };
  kept.push(item);
  way._added?.(item);
  if (atOnce && !way._isSlow) flush();
  else schedule(batchMs);
}

/** As `add`, edited; answers what was kept: a copy, in which nothing can fail or change any more. */
export function put(event: WireEvent, done?: Done, atOnce?: boolean): WireEvent | undefined {
  // What has no JSON fails here, and alone.
  const copy = attempt(() => {
    const edited = event.url && (way._edit ? way._edit(event) : event);
    return edited && (JSON.parse(JSON.stringify({ ...edited, props: edited.props && plain(edited.props) })) as unknown);
  }) as WireEvent | undefined;
  if (copy) add(copy, done, atOnce);
  else way._end?.([{ _event: event, _done: done }], 'dropped');
  return copy;
}

/**
 * Sends what is kept.
 *
 * @param isLeaving whether the page may be gone the next moment, though it may still be visible
 */
export function flush(isLeaving?: boolean): void {
  clearTimeout(timer);
  timer = undefined;
  if (way._held) return;
  const events = take();
  if (isOut()) way._end?.(events, 'dropped');
  else if (events[0]) post(events, document.hidden || isLeaving);
}

/** Takes out what is kept. */
export function take(): Kept[] {
  return kept.splice(0);
}

export function schedule(ms: number): void {
  timer = timer || setTimeout(() => attempt(flush), ms);
}

export function post(events: Kept[], isHidden?: boolean): void {
  const { site, endpoint, userId } = settings!;
  const { url } = events[0]!._event;
  const gpc = isPrivate() || undefined;
  const webdriver = navigator.webdriver || undefined;
  const batch = { site, sent: Date.now(), user_id: (!gpc && userId) || undefined, gpc, webdriver, url };
  const list = events.map(({ _event }) => JSON.stringify(_event.url === url ? { ..._event, url: undefined } : _event));
  // By hand, for some old libraries teach arrays a JSON of their own.
  const body = `${JSON.stringify(batch).slice(0, -1)},"events":[${list.join()}]}`;
  const fits = body.length <= bodyCharsMax;
  if (isHidden && fits && beacon(endpoint, body)) way._sent(events);
  else if (events[1] && !fits) halve(events, isHidden);
  // A text as the body goes as text/plain, which needs no preflight.
  else way._sent(events, fetch(endpoint, { body, method: 'POST', credentials: 'omit', keepalive: true }));
}

export function halve(events: Kept[], isHidden?: boolean): void {
  const half = events.length >> 1;
  post(events.slice(0, half), isHidden);
  post(events.slice(half), isHidden);
}

/** Whether the browser has taken it. Its answer can never be read. */
function beacon(endpoint: string, body: string): boolean | undefined {
  return attempt(() => navigator.sendBeacon(endpoint, body));
}
