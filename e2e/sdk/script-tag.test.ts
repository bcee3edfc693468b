import { devices } from 'playwright-core';
import { expect, test } from 'vitest';
import { testBrowser } from '../browser/browser.ts';
import { deployment } from '../support/deployment.ts';
import { drained } from '../support/http.ts';
import { until } from '../support/until.ts';
import { countedIn, msUntilViews, statsAt } from './counted.ts';
import { examples } from './example.ts';

const { newData, start, untilStored, withStore } = deployment();
const startExample = examples();
const browser = testBrowser();
const { viewport, userAgent: agent } = devices['Pixel 7'];
const phones = testBrowser({ agent });

test('examples/script-tag: what two visitors do is what the numbers say, within two seconds', async () => {
  const data = await newData();
  const server = await start(data);
  const { address } = await startExample('examples/script-tag/serve.ts', '--port', '0', server.collector);
  const stats = `${server.reporting}/stats?site_id=example.com`;
  const tookMs: number[] = [];

  const tab = await browser.page();
  await tab.goto(address);
  tookMs.push(await msUntilViews(stats, 1));
  await tab.click('text=Plants');
  tookMs.push(await msUntilViews(stats, 2));
  await tab.click('section:has-text("Boston fern") button');
  await tab.click('text=Journal');
  tookMs.push(await msUntilViews(stats, 3));
  // Load on the machine may hold up one of them, but not each.
  expect(Math.min(...tookMs)).toBeLessThan(2000);
  await tab.close();

  const phone = await phones.page({ viewport });
  await phone.goto(`${address}/plants.html`);
  await phone.click('text=Home');
  await phone.click('text=Sign up');
  // What was not sent yet goes as the page does.
  await phone.close();
  await msUntilViews(stats, 5);
  await until('two visitors', async () => (await statsAt(stats)).unique_users === 2);

  // The engagement of all among them.
  await untilStored(data, 12);
  await drained(server.collector);
  await server.end('SIGTERM');
  const { happened, engagements, events, visits, differences } = await withStore(data, (store) =>
    countedIn(store, 'example.com'),
  );
  expect(happened).toEqual([
    'pageview /',
    'pageview /plants.html',
    'add to basket /plants.html',
    'pageview /journal.html',
    'pageview /plants.html',
    'pageview /',
    'signup /',
  ]);
  expect(events.find(({ name }) => name === 'add to basket')?.props).toEqual([
    ['plant', 'Boston fern'],
    ['price', 18],
  ]);
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  expect(engagements).toHaveLength(5);
  const views = new Set(events.filter(({ name }) => name === 'pageview').map(({ id }) => id));
  expect(new Set(engagements.map(({ view }) => view))).toEqual(views);

  expect(differences).toEqual([]);
  visits.sort((a, b) => a.start - b.start);
  expect(
    visits.map((visit) => [visit.first.context.device, visit.views.map(({ path }) => path), visit.events]),
  ).toEqual([
    ['desktop', ['/', '/plants.html', '/journal.html'], [['add to basket', 1]]],
    ['mobile', ['/plants.html', '/'], [['signup', 1]]],
  ]);
  for (const { views: seen } of visits) for (const { engaged_ms } of seen) expect(engaged_ms).toBeGreaterThan(0);
});
