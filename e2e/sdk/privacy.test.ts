import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { testBrowser } from '../browser/browser.ts';
import { page, scenes, SITE } from './scene.ts';

/** What a person wants, and how it is kept. */

const scene = scenes();
const browser = testBrowser();

const keys = (tab: Page): Promise<unknown> => tab.evaluate('Object.keys(localStorage)');
/** Past the time after which a batch goes. */
const later = (tab: Page): Promise<unknown> => tab.evaluate('new Promise((resolve) => setTimeout(resolve, 800))');

test('what was ended begins anew, and all of it once: as in React under StrictMode', async () => {
  const module = readFileSync(new URL('../../sdk/dist/index.js', import.meta.url), 'utf8');
  const set = await scene({
    '/sdk.js': () => ({ html: module, headers: { 'content-type': 'text/javascript' } }),
    '/': (collector) => ({
      html: `<!doctype html><html lang="en"><title>App</title><a href="http://other.test:9/path" onclick="return false">Away</a>
        <script type="module">
          import { destroy, init, track } from '/sdk.js';
          const options = { site: '${SITE}', endpoint: '${collector}/e', storage: 'local' };
          init(options);
          destroy();
          init(options);
          Object.assign(window, { destroy, init, track, options });
        </script></html>`,
    }),
  });
  const tab = await browser.page();
  const said: string[] = [];
  tab.on('console', (message) => said.push(message.text()));
  await tab.goto(set.url('/'));
  await set.arrived('pageview', 1);
  // What it began with is not what it ends with.
  await tab.evaluate(`init({ ...options, site: 'other.example' }); destroy(); init(options); 0`);
  await set.arrived('pageview', 2);
  await tab.click('a');
  await set.arrived('outbound', 1);
  expect(await tab.evaluate(`track('signup', { plan: 'pro' })`)).toBe('stored');
  expect(await tab.evaluate(`track('pageview', null, { url: 'nonsense' })`)).toBe('refused');
  await tab.close();
  await set.arrived('engagement', 1);
  const counts = new Map<string, number>();
  for (const { name } of await set.stored()) counts.set(name, (counts.get(name) ?? 0) + 1);
  expect(Object.fromEntries(counts)).toMatchObject({ pageview: 2, outbound: 1, signup: 1 });
  expect(said.filter((text) => text.includes('was refused'))).toHaveLength(1);
});

test('consent reaches the copy that counts, whichever is asked', async () => {
  const module = readFileSync(new URL('../../sdk/dist/index.js', import.meta.url), 'utf8');
  const set = await scene({
    '/sdk.js': () => ({ html: module, headers: { 'content-type': 'text/javascript' } }),
    '/': (collector) => ({
      html: `<!doctype html><html lang="en"><title>App</title>
        <script src="${collector}/s.all.js" data-site="${SITE}" data-consent="pending"></script>
        <script type="module">
          import { consent, init } from '/sdk.js';
          init({ site: '${SITE}', endpoint: '${collector}/e' });
          Object.assign(window, { consent });
        </script></html>`,
    }),
  });
  const tab = await browser.page();
  await tab.goto(set.url('/'));
  await tab.waitForFunction('window.consent');
  await later(tab);
  expect(set.road.passed).toEqual([]);
  await tab.evaluate(`consent('granted')`);
  await set.arrived('pageview', 1);
  await tab.evaluate(`consent('denied')`);
  expect(await tab.evaluate(`footfall('signup')`)).toBe('dropped');
});

test('a link that leaves out the visits of who works on the site, until another takes it back', async () => {
  const set = await scene({ '*': page('Shop') });
  const tab = await browser.page();
  await tab.goto(set.url('/?footfall=off'));
  await later(tab);
  await tab.goto(set.url('/next'));
  await later(tab);
  expect(set.road.passed).toEqual([]);
  await tab.goto(set.url('/back?a=1&footfall=on'));
  await set.arrived('pageview', 1);
  expect(await keys(tab)).toEqual([]);
});
