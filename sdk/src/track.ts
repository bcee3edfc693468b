import { attempt } from './attempt.ts';
import { newId } from './id.ts';
import { eventsKeptMax } from './limits.ts';
import { plain } from './plain.ts';
import type { Props } from './plain.ts';
import { add } from './send.ts';
import { begin, here } from './view.ts';
import { PAGEVIEW } from './wire.ts';

export interface TrackOptions {
  /** `false`: it does not make its visit an engaged one. Default true. */
  interactive?: boolean | undefined;
  /** The page's full address. Default: where the page is. */
  url?: string | undefined;
}

/** Calls from before the start. */
let early: Parameters<typeof track>[] | undefined = [];

/**
 * Counts an event. `pageview` is a page view, for pages that count their own. Called before `init` it waits; on a server it does
 * nothing. It never throws.
 *
 * @example
 * track('signup', { plan: 'pro', seats: 5 });
 */
export function track(name: string, props?: Props | null, options?: TrackOptions | null): void {
  attempt(() => {
    if (!globalThis.document) return;
    if (early) {
      if (early.length < eventsKeptMax) early.push([name, props, options]);
      return;
    }
    const { interactive, url = here() } = options ?? {};
    const event = { url, props: plain(props), interactive } as { url: string };
    if (name === PAGEVIEW) begin(0, event);
    else add({ id: newId(), name, time: Date.now(), ...event });
  });
}

/** Takes up the calls from before the start. */
export function replay(): void {
  const calls = early!;
  early = undefined;
  for (const call of calls) track(...call);
}
