import { attempt } from './attempt.ts';
import { cut } from './cut.ts';
import { newId } from './id.ts';
import { settleMs } from './limits.ts';
import { measure, newMeter, tell } from './meter.ts';
import { add } from './send.ts';
import { ENGAGEMENT, PAGEVIEW, wireLimits } from './wire.ts';
import type { WireEvent } from './wire.ts';

/** The page view that is looked at. */
let view: WireEvent | undefined;
let path: string | undefined;
let meter = newMeter();
/** The timer of a view that is not sent yet. */
let waiting: ReturnType<typeof setTimeout> | undefined;

/**
 * Ends the page view before, and begins one.
 *
 * @param inMs when to send it; 0: after the task in hand, in which the page may still set its title, and with no others to wait for
 * @param own what the caller knows better
 */
export function begin(inMs: number, own?: Partial<WireEvent>): void {
  leave();
  view = {
    id: newId(),
    name: PAGEVIEW,
    time: Date.now(),
    url: here(),
    referrer: view ? view.url : cut(document.referrer, wireLimits.urlCharsMax),
    ...own,
  };
  path = location.pathname;
  meter = newMeter();
  waiting = setTimeout(() => attempt(() => settle(!inMs)), inMs);
  measure(meter);
}

/**
 * A page view, if the path is another than before. One that is replaced before it settles was a redirect, and none.
 *
 * @param isReplaced whether the entry of the history is the one before, changed
 */
export function move(isReplaced: boolean): void {
  if (location.pathname === path) return;
  if (isReplaced && waiting) {
    path = location.pathname;
    view!.url = here();
  } else {
    begin(settleMs);
  }
}

/** Takes in what has passed. */
export function look(): void {
  measure(meter);
}

/**
 * Tells how the page view has been looked at so far, if that is more than was told.
 *
 * @param isGoing whether the page itself is being left
 */
export function leave(isGoing?: boolean): void {
  settle();
  measure(meter, isGoing);
  const news = view && tell(meter);
  if (!news) return;
  const { id, url, time } = view!;
  add({ id: newId(), name: ENGAGEMENT, time: Date.now(), url, view: id, view_time: time, ...news });
}

/** The page's address. */
export function here(): string {
  return cut(location.href, wireLimits.urlCharsMax);
}

function settle(atOnce?: boolean): void {
  if (!waiting) return;
  clearTimeout(waiting);
  waiting = undefined;
  add({ ...view!, title: cut(document.title, wireLimits.titleCharsMax) }, atOnce);
}
