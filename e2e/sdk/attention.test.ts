import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { testBrowser } from '../browser/browser.ts';
import { plainBrowsers } from '../browser/plain-browser.ts';
import { until } from '../support/until.ts';
import { accepted, page, scenes } from './scene.ts';
import type { Scene } from './scene.ts';

/** What a person looks at, and what not: hidden tabs, pages from the cache, pages loaded ahead, time, depth. */

const scene = scenes();
const plain = plainBrowsers();
const browser = testBrowser({ backForwardCache: true });

/** The latest engagement of the only page view. */
function engagement({ road }: Scene) {
  return accepted(road.passed, 'engagement').at(-1);
}

test('a tab that is hidden tells at once, by beacon; hidden time is not engaged time', async () => {
  const set = await scene({ '/': page('Home') });
  const window = await plain();
  const tab = await window.open(set.url('/'));
  await set.arrived('pageview', 1);
  await tab.evaluate(`footfall('waiting')`);
  const other = await window.open('data:text/html,other');
  await set.arrived('waiting', 1);
  await set.arrived('engagement', 1);
  expect(set.road.passed.at(-1)?.headers['sec-fetch-mode']).toBe('no-cors');
  const hidden = Date.now();
  const before = engagement(set)?.engaged_ms ?? 0;

  await pause(1500);
  await other.close();
  await until('the tab to be seen', async () => (await tab.evaluate('document.visibilityState')) === 'visible');
  const wasHiddenMs = Date.now() - hidden;
  await window.open('data:text/html,another');
  await set.arrived('engagement', 2);
  const [view] = accepted(set.road.passed, 'pageview');
  const last = engagement(set);
  expect(last).toMatchObject({ view: view?.id, view_time: view?.time, url: view?.url });
  expect(last?.engaged_ms).toBeGreaterThan(before);
  expect(last?.engaged_ms).toBeLessThanOrEqual((last?.time ?? 0) - (view?.time ?? 0) - wasHiddenMs + 1500 - 1000);
});

test('pagehide alone is enough: not every browser says that the page is hidden before it goes', async () => {
  const set = await scene({ '/': page('Home') });
  const tab = await browser.page();
  await tab.goto(set.url('/'));
  await set.arrived('pageview', 1);
  const before = set.road.passed.length;
  await tab.evaluate(`footfall('last'); dispatchEvent(new PageTransitionEvent('pagehide'))`);
  await set.arrived('last', 1);
  await set.arrived('engagement', 1);
  const [beacon, ...others] = set.road.passed.slice(before);
  expect(beacon?.batch.events.map(({ name }) => name)).toEqual(['last', 'engagement']);
  expect(beacon?.headers['sec-fetch-mode']).toBe('no-cors');
  expect(others).toEqual([]);
});
