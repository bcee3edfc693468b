import { afterEach } from 'vitest';
import type { StoredEvent } from '../../core/ports.ts';
import { PAGEVIEW } from '../../sdk/src/wire.ts';
import type { WireEvent } from '../../sdk/src/wire.ts';
import { eventsOf, withStore } from '../support/contents.ts';
import { drained } from '../support/http.ts';
import { servers } from '../support/server.ts';
import type { Server } from '../support/server.ts';
import { until } from '../support/until.ts';
import { buildRoad } from './road.ts';
import type { Passed, Road } from './road.ts';
import { serveSite } from './site.ts';
import type { Page } from './site.ts';

export const SITE = 'shop.example';

/** Pages of a site with the script, the road to the collector, and a collector as it is started. */
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
  server: Server;
  /** Ends the server in this way, and starts it again on the same data. */
  restart(signal: NodeJS.Signals): Promise<void>;
  /** Resolves when so many events of that name were answered 202. */
  arrived(name: string, count: number): Promise<void>;
  /** Ends the server when its queue is empty; what its store has then. */
  stored(): Promise<StoredEvent[]>;
}

/** The line that keeps calls until the script is there. */
export const STUB =
  '<script>window.footfall = window.footfall || function(){(footfall.q = footfall.q || []).push(arguments)}</script>';

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
 * A function that sets a scene; it is gone after the test.
 *
 * @example
 * const scene = scenes();
 * test('…', async () => {
 *   const { url, arrived } = await scene({ '/': page('Home') });
 * });
 */
export function scenes() {
  const { folder, start } = servers();
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  return async function scene(pages: Record<string, (collector: string) => Page>): Promise<Scene> {
    const data = folder();
    const first = await start({ folder: data });
    const road = await buildRoad(first.collector);
    closers.push(() => road.close());
    const collector = `http://localhost:${road.port}`;
    const site = await serveSite(
      Object.fromEntries(Object.entries(pages).map(([path, one]) => [path, one(collector)])),
    );
    closers.push(() => site.close());
    const set: Scene = {
      url: (path, host = 'localhost') => `http://${host}:${site.port}${path}`,
      serve: (path, one) => site.serve(path, one),
      served: (path) => site.served(path),
      collector: (path) => collector + path,
      road,
      server: first,
      async restart(signal) {
        await set.server.end(signal);
        set.server = await start({ folder: data });
        road.collector = set.server.collector;
      },
      arrived: (name, count) =>
        until(`${count} ${name} to arrive`, () => accepted(road.passed, name).length >= count || undefined).then(
          () => {},
        ),
      async stored() {
        await until('all answers', () => road.passed.every(({ status }) => status !== undefined) || undefined);
        await drained(set.server.collector);
        await set.server.end('SIGTERM');
        return withStore(data, eventsOf);
      },
    };
    return set;
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
  for (const { status, batch } of passed) {
    if (status !== 202) continue;
    for (const event of batch.events) if (event.name === name && !events.has(event.id)) events.set(event.id, event);
  }
  return [...events.values()];
}
