import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { testBrowser } from '../browser/browser.ts';
import { until } from '../support/until.ts';
import { appliedBy, countedIn, msUntilViews, statsAt } from './counted.ts';
import { examples } from './example.ts';

const startExample = examples();
const browser = testBrowser();
const data = mkdtempSync(join(tmpdir(), 'footfall-mount-'));
afterEach(() => rmSync(data, { recursive: true, force: true }));

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
  const { happened, engagements, differences, visits } = await countedIn(data, 'example.com');
  expect(happened).toEqual(['pageview /', 'greet /']);
  expect(engagements).toHaveLength(1);
  expect(visits).toHaveLength(1);
  expect(differences).toEqual([]);
});
