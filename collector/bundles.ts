import type { Context, Event } from '../core/event.ts';
import type { Site } from '../core/site.ts';
import type { Bundle } from './enqueue.ts';
import type { Refusal } from './refusal.ts';

/** What a server is told of one event that is stored. */
export interface Accepted {
  status: 'accepted';
  event_id: string;
}

/** A server's events sorted into entries of the log: one for each site and browser, since an entry has one context. */
export class Bundles {
  readonly #bundles = new Map<string, Bundle>();
  readonly #results: (Accepted | Refusal)[] = [];
  readonly #refused: { site: Site | undefined; index: number; refusal: Refusal }[] = [];

  /** What each event of the request has come to, by its place. */
  get results(): readonly (Accepted | Refusal)[] {
    return this.#results;
  }

  add(site: Site, context: Context, index: number, event: Event): void {
    const key = `${site.id}|${JSON.stringify(context)}`;
    const bundle = this.#bundles.get(key);
    if (bundle) bundle.events.push(event);
    else this.#bundles.set(key, { site, context, events: [event], refused: [] });
    this.#results[index] = { status: 'accepted', event_id: event.id };
  }

  /** @param site undefined where none is known */
  refuse(site: Site | undefined, index: number, refusal: Refusal): void {
    this.#refused.push({ site, index, refusal });
    this.#results[index] = refusal;
  }

  /** The bundles, each with an event at least; what was refused of their sites is in them, the rest is `alone`. */
  sealed(): { bundles: Bundle[]; alone: { site: Site | undefined; refusal: Refusal }[] } {
    const bundles = [...this.#bundles.values()];
    const alone = this.#refused.filter(({ site, index, refusal }) => {
      const bundle = bundles.find((one) => one.site === site);
      bundle?.refused.push({ index, refusal });
      return !bundle;
    });
    return { bundles, alone };
  }
}
