import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { build, preview } from 'vite';
import { testBrowser } from '../browser/browser.ts';
import { deployment } from '../support/deployment.ts';
import { drained } from '../support/http.ts';
import { countedIn, msUntilViews } from './counted.ts';

const root = fileURLToPath(new URL('../../examples/spa', import.meta.url));
const { newData, start, untilStored, withStore } = deployment();
const browser = testBrowser();
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Builds the example as its README says, for a collector, and serves it. */
async function serveExample(collector: string): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), 'footfall-spa-'));
  closers.push(() => rmSync(outDir, { recursive: true }));
  const define = { 'import.meta.env.VITE_FOOTFALL': JSON.stringify(`${collector}/e`) };
  await build({ root, configFile: false, define, build: { outDir, emptyOutDir: true }, logLevel: 'error' });
  const server = await preview({ root, configFile: false, build: { outDir }, preview: { port: 0, host: '127.0.0.1' } });
  closers.push(() => server.close());
  const address = server.httpServer.address();
  return `http://localhost:${typeof address === 'object' && address ? address.port : 0}`;
}

test('examples/spa: each place that is shown is one page view, with its title', async () => {
  const data = await newData();
  const server = await start(data);
  const address = await serveExample(server.collector);
  const stats = `${server.reporting}/stats?site_id=example.com`;

  const tab = await browser.page();
  const errors: string[] = [];
  tab.on('pageerror', (error) => errors.push(error.message));
  await tab.goto(address);
  await msUntilViews(stats, 1);
  const tookMs: number[] = [];
  await tab.click('text=Saint-Malo');
  tookMs.push(await msUntilViews(stats, 2));
  await tab.click('text=Remind me');
  await tab.click('text=Bergen');
  tookMs.push(await msUntilViews(stats, 3));
  // The same place again is no other page view.
  await tab.click('text=Bergen');
  await tab.goBack();
  await tab.goBack();
  tookMs.push(await msUntilViews(stats, 4));
  expect(Math.min(...tookMs)).toBeLessThan(2000);
  await tab.waitForSelector('h1:has-text("Saint-Malo")');
  await tab.reload();
  await msUntilViews(stats, 5);
  await tab.close();

  // The last engagement among them.
  await untilStored(data, 11);
  await drained(server.collector);
  await server.end('SIGTERM');
  const { happened, engagements, events, visits, differences } = await withStore(data, (store) =>
    countedIn(store, 'example.com'),
  );
  expect(happened).toEqual([
    'pageview /',
    'pageview /saint-malo',
    'remind /saint-malo',
    'pageview /bergen',
    'pageview /saint-malo',
    'pageview /saint-malo',
  ]);
  const titles = events.filter(({ name }) => name === 'pageview').map(({ title }) => title);
  const places = ['Cuxhaven', 'Saint-Malo', 'Bergen', 'Saint-Malo', 'Saint-Malo'];
  expect(titles).toEqual(places.map((place) => `${place} · Tides`));
  expect(events.find(({ name }) => name === 'remind')?.props).toEqual([
    ['place', 'Saint-Malo'],
    ['metres', 11.4],
  ]);
  expect(engagements).toHaveLength(5);
  expect(differences).toEqual([]);
  expect(visits.map(({ views, events: own }) => [views.length, own])).toEqual([[5, [['remind', 1]]]]);
  expect(errors).toEqual([]);
});
