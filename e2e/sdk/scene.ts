import { afterAll, afterEach } from 'vitest';
import type { StoredEvent } from '../../core/ports.ts';
import { PAGEVIEW } from '../../sdk/src/wire.ts';
import type { WireEvent } from '../../sdk/src/wire.ts';
import { eventsOf } from '../support/contents.ts';
import { deployment } from '../support/deployment.ts';
import type { Data, Footfall } from '../support/deployment.ts';
import { drained } from '../support/http.ts';
import { until } from '../support/until.ts';
import { buildRoad } from './road.ts';
import type { Passed, Road } from './road.ts';
import { serveSite } from './site.ts';
import type { Page } from './site.ts';

export const SITE = 'shop.example';

/** Pages of a site with the script, and the road to the collector of a Footfall that the tests of a file share. */
export interface Scene {
  /** A page's address on a host of the names that lead here: `localhost`, or `shop.test`, which is nobody's own machine. */
  url(path: string, host?: string): string;
  /** Puts a page where there was none. */
  serve(path: string, page: Page): void;
  /** How often a page was asked for. */
  served(path: string): number;
  /** Of the script, and of what else the collector serves. */
  collector(path: string): string;
  road: Road;
  /** Ends the Footfall in this way, and starts it again on the same data. */
  restart(signal: NodeJS.Signals): Promise<void>;
  /** Resolves when so many events of that name were answered 202. */
  arrived(name: string, count: number): Promise<void>;
  /** What the store has of this scene, when the queue is empty. */
  stored(): Promise<StoredEvent[]>;
}

/** The line of the script tag; `more` are further attributes. */
export function tag(collector: string, more = ''): string {
  return `<script defer src="${collector}/s.js" data-site="${SITE}" ${more}></script>`;
}

/** A page with the tag. */
export function page(title: string, body = '', more = ''): (collector: string) => Page {
  return (collector) => ({
    html: `<!doctype html><html lang="en"><head><title>${title}</title>${tag(collector, more)}</head><body>${body}</body></html>`,
  });
}

/**
 * A function that sets a scene; it is gone after the test, with all that was under way.
 *
 * @example
 * const scene = scenes();
 * test('…', async () => {
 *   const { url, arrived } = await scene({ '/': page('Home') });
 * });
 */
export function scenes() {
  const { newData, start, withStore } = deployment({ after: 'all' });
  let data: Data | undefined;
  let footfall: Footfall | undefined;
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });
  afterAll(() => footfall?.end('SIGTERM'));

  return async function scene(pages: Record<string, (collector: string) => Page>): Promise<Scene> {
    const began = Date.now();
    const own = (data ??= await newData());
    footfall ??= await start(own);
    const road = await buildRoad(footfall.collector);
    const allAnswered = () =>
      until('all answers', () => road.passed.every(({ status }) => status !== undefined) || undefined);
    closers.push(async () => {
      await allAnswered();
      await road.close();
    });
    const collector = `http://localhost:${road.port}`;
    const site = await serveSite(
      Object.fromEntries(Object.entries(pages).map(([path, one]) => [path, one(collector)])),
    );
    closers.push(() => site.close());
    return {
      url: (path, host = 'localhost') => `http://${host}:${site.port}${path}`,
      serve: (path, one) => site.serve(path, one),
      served: (path) => site.served(path),
      collector: (path) => collector + path,
      road,
      async restart(signal) {
        const ending = footfall;
        footfall = undefined;
        await ending?.end(signal);
        footfall = await start(own);
        road.collector = footfall.collector;
      },
      arrived: (name, count) =>
        until(`${count} ${name} to arrive`, () => accepted(road.passed, name).length >= count || undefined).then(
          () => {},
        ),
      async stored() {
        await allAnswered();
        await drained(road.collector);
        const events = await withStore(own, eventsOf);
        // Nothing of a scene before comes later than its end.
        return events.filter(({ received }) => received >= began);
      },
    };
  };
}

/** The paths of the page views that were answered 202, as they happened. */
export function viewed(passed: Passed[]): string[] {
  const views = accepted(passed, PAGEVIEW).sort((a, b) => a.time - b.time);
  return views.map(({ url }) => url.slice(new URL(url).origin.length));
}

/**
 * The events of a name in what was answered 202, each once: what is under way when a page is left, the page sends again, for it
 * cannot know that it will arrive.
 */
export function accepted(passed: Passed[], name: string): WireEvent[] {
  const events = new Map<string, WireEvent>();
  for (const { status, events: all } of passed) {
    if (status !== 202) continue;
    for (const event of all) if (event.name === name && !events.has(event.id)) events.set(event.id, event);
  }
  return [...events.values()];
}
