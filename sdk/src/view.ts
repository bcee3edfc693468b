import { fresh } from './id.ts';
import { way } from './way.ts';
import { here, place } from './place.ts';
import { put } from './send.ts';
import { settleMs } from './limits.ts';
import type { Done } from './way.ts';
import { cut } from './cut.ts';
import { PAGEVIEW, wireLimits } from './wire.ts';
import type { WireEvent } from './wire.ts';
import { attempt } from './attempt.ts';

/** The page view that is looked at. */
export let view: WireEvent | undefined;
/** Its address, whatever it is counted under; undefined before the first one. */
let address: string | undefined;
/** What sends a view that is not sent yet. */
let settle: ((atOnce?: boolean) => void) | undefined;

/**
 * Ends the page view before, and begins one.
 *
 * @param inMs when to send it; 0: after the task in hand, in which the page may still set its title, and with no others to wait for
 * @param own what the caller knows better
 */
export function begin(inMs: number, own?: Partial<WireEvent>, done?: Done): void {
  leave();
  const referrer = address ?? cut(document.referrer, wireLimits.urlCharsMax);
  address = here();
  view = { ...fresh(PAGEVIEW), url: address, referrer, ...own };
  settle = (atOnce) => {
    settle = clearTimeout(timer) as undefined;
    view = put({ title: cut(document.title, wireLimits.titleCharsMax), ...view! }, done, atOnce);
  };
  const timer = setTimeout(() => attempt(() => settle?.(!inMs)), inMs);
  way._begun?.();
}

/**
 * A page view, if the page is another than before. One that is replaced before it settles was a redirect, and none.
 *
 * @param kind `replace`: the entry of the history is the one before, changed
 */
export function move(kind?: string | null): void {
  const now = here();
  if (place._page(now) === place._page(address!)) return;
  if (settle && kind === 'replace') address = view!.url = now;
  else begin(settleMs);
}

/** Tells what there is to be told of the page view, for it is left or hidden. */
export function leave(isGoing?: boolean): void {
  settle?.();
  way._leaving?.(isGoing);
}

/** Forgets it. */
export function forget(): void {
  view = address = settle = undefined;
}
