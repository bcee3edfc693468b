import type { WireEvent } from './wire.ts';
import { batchMs, bodyCharsMax } from './limits.ts';
import { settings } from './options.ts';
import { isOut, isPrivate } from './privacy.ts';
import type { Done, Kept } from './way.ts';
import { plain } from './plain.ts';
import { attempt } from './attempt.ts';
import { way } from './way.ts';

/** Among what holds events back: consent. */
export const AWAITED = 2;

export const kept: Kept[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

export function post(events: Kept[], isHidden?: boolean): void {
  const { endpoint } = settings!;
  const { url } = events[0]!._event;
  const gpc = isPrivate() || undefined;
  const batch = JSON.stringify({
    site: settings!.site,
    sent: Date.now(),
    user_id: (!gpc && settings!.userId) || undefined,
    gpc,
    webdriver: navigator.webdriver || undefined,
    url,
  });
  const list = events.map(({ _event }) => JSON.stringify(_event.url === url ? { ..._event, url: undefined } : _event));
  // By hand, for some old libraries teach arrays a JSON of their own.
  const body = `${batch.slice(0, -1)},"events":[${list.join()}]}`;
  const fits = body.length <= bodyCharsMax;
  // Whether the browser has taken it. Its answer can never be read.
  const beacon = (): boolean | undefined => attempt(() => navigator.sendBeacon(endpoint, body));
  if (isHidden && fits && beacon()) way._sent(events);
  else if (events[1] && !fits) halve(events, isHidden);
  // A text as the body goes as text/plain, which needs no preflight.
  else
    way._sent(
      events,
      attempt(() => fetch(endpoint, { keepalive: true, method: 'POST', body, credentials: 'omit' })) || void beacon(),
    );
}

export function schedule(ms: number): void {
  timer = timer || setTimeout(() => attempt(flush), ms);
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

/**
 * Sends what is kept.
 *
 * @param isLeaving whether the page may be gone the next moment, though it may still be visible
 */
export function flush(isLeaving?: boolean): void {
  timer = clearTimeout(timer) as undefined;
  if (way._held) return;
  const events = take();
  if (isOut()) way._end?.(events, 'dropped');
  else if (events[0]) post(events, document.hidden || isLeaving);
}

/** Takes out what is kept. */
export function take(): Kept[] {
  return kept.splice(0);
}

/** Sends both halves, and leaves the second in `events`. */
export function halve(events: Kept[], isHidden?: boolean): void {
  post(events.splice(0, events.length >> 1), isHidden);
  post(events, isHidden);
}
