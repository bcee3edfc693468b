import type { Page as Tab } from 'playwright-core';
import { expect } from 'vitest';
import type { WireEvent } from '../../sdk/src/wire.ts';
import { accepted } from '../sdk/scene.ts';
import type { Scene } from '../sdk/scene.ts';

/** What the examples of all frameworks have in common: two pages, Home and Pricing, with a button that counts an event. */

/** An example's text, for a collector and a site of the test's own. */
export function adapted(text: string, collector: string, site: string): string {
  return text.replaceAll('https://stats.example.com', collector).replaceAll(/(["'])example\.com\1/g, `$1${site}$1`);
}

/**
 * Loads an example, moves to its other page and counts an event, as its visitor does; then expects each to be counted once, with title
 * and referrer.
 *
 * @param address where it is served
 */
export async function expectVisitCounted(scene: Scene, tab: Tab, address: string, site: string): Promise<void> {
  const complaints: string[] = [];
  tab.on('pageerror', (error) => complaints.push(error.message));
  tab.on('console', (message) => {
    const isOurs = message.type() === 'error' || message.text().includes('footfall');
    if (isOurs && !message.location().url.endsWith('/favicon.ico')) complaints.push(message.text());
  });
  await tab.goto(address);
  await scene.arrived('pageview', 1);
  await tab.evaluate(() => Object.assign(globalThis, { isSameLoad: true }));
  await tab.click('text=Pricing');
  await tab.waitForSelector('h1:has-text("Pricing")');
  await scene.arrived('pageview', 2);
  await tab.click('text=Sign up');
  await scene.arrived('signup', 1);
  expect(await tab.evaluate(() => 'isSameLoad' in globalThis)).toBe(true);
  await tab.close();

  const of = (name: string): WireEvent[] => accepted(scene.road.passed, name).sort((a, b) => a.time - b.time);
  const host = new URL(address).origin;
  expect(of('pageview').map(({ url, title, referrer }) => ({ url, title, referrer }))).toEqual([
    { url: `${host}/`, title: 'Home · Shop', referrer: '' },
    { url: `${host}/pricing`, title: 'Pricing · Shop', referrer: `${host}/` },
  ]);
  expect(of('signup').map(({ url, props }) => ({ url, props }))).toEqual([
    { url: `${host}/pricing`, props: { plan: 'pro' } },
  ]);
  const stored = (await scene.stored()).filter(({ name }) => name !== 'engagement');
  expect(stored.map((one) => `${one.site}: ${one.name} ${one.path}`)).toEqual(
    ['pageview /', 'pageview /pricing', 'signup /pricing'].map((happened) => `${site}: ${happened}`),
  );
  expect(complaints).toEqual([]);
}
