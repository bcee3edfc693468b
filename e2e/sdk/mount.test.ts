import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { testBrowser } from '../browser/browser.ts';
import { withStore } from '../support/contents.ts';
import { until } from '../support/until.ts';
import { countedIn, msUntilViews, statsAt } from './counted.ts';
import { examples } from './example.ts';

const startExample = examples();
const browser = testBrowser();
const data = mkdtempSync(join(tmpdir(), 'footfall-mount-'));
afterEach(() => rmSync(data, { recursive: true, force: true }));

/** How many events the worker behind the mounted collector has counted. */
async function appliedBy(collector: string): Promise<number> {
  const metrics = await (await fetch(`${collector}/metrics`)).text();
  return Number(/^footfall_worker_applied_total (\d+)/m.exec(metrics)?.[1] ?? 0);
}

test('examples/mount: script, door and numbers are addresses of the app', async () => {
  const app = await startExample('examples/mount/app.ts', '--port', '0', '--data', data);
  const collector = `${app.address}/analytics`;
  const tab = await browser.page();
  const asked = new Set<string>();
  tab.on('request', (request) => asked.add(request.url()));
  await tab.goto(app.address);
  await msUntilViews(`${app.address}/numbers`, 1);
  await tab.click('text=Say hello');
  await until('the event to be counted', async () => (await appliedBy(collector)) >= 2);
  await tab.close();
  expect([...asked].filter((url) => !url.startsWith(app.address) && !url.startsWith('data:'))).toEqual([]);
  expect([...asked]).toEqual(expect.arrayContaining([`${app.address}/analytics/s.js`, `${app.address}/analytics/e`]));
  expect(await statsAt(`${app.address}/numbers`)).toMatchObject({ total_views: 1, unique_users: 1 });

  await until('the engagement', async () => (await appliedBy(collector)) >= 3);
  expect(await app.end()).toBe(0);
  const { happened, engagements, differences, visits } = await withStore(data, (store) =>
    countedIn(store, 'example.com'),
  );
  expect(happened).toEqual(['pageview /', 'greet /']);
  expect(engagements).toHaveLength(1);
  expect(visits).toHaveLength(1);
  expect(differences).toEqual([]);
});
