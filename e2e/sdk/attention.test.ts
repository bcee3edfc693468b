import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { testBrowser } from '../browser/browser.ts';
import { plainBrowsers } from '../browser/plain-browser.ts';
import { until } from '../support/until.ts';
import { accepted, page, scenes, STUB, tag, viewed } from './scene.ts';
import type { Scene } from './scene.ts';

/** What a person looks at, and what not: hidden tabs, pages from the cache, pages loaded ahead, time, depth. */

const scene = scenes();
const plain = plainBrowsers();
const browser = testBrowser({ backForwardCache: true });

const TALL = '<div style="height: 4000px"></div>';

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

test('a page opened in a hidden tab is a page view without engaged time', async () => {
  const set = await scene({ '/': page('Home') });
  const window = await plain();
  await window.open('data:text/html,other');
  const tab = await window.openBehind(set.url('/'));
  await set.arrived('pageview', 1);
  expect(await tab.evaluate('document.visibilityState')).toBe('hidden');
  await tab.close();
  await set.restart('SIGTERM');
  expect(accepted(set.road.passed, 'engagement')).toEqual([]);
});

test('a prerendered page counts when it is shown, and not before', async () => {
  const rules = JSON.stringify({ prerender: [{ source: 'list', urls: ['/next'], eagerness: 'immediate' }] });
  const ahead = `<script type="speculationrules">${rules}</script>`;
  // The page moves on by itself: Chromium prerenders nothing in a tab that is driven.
  const go = `<script>setInterval(() => fetch('/go').then(({ ok }) => { if (ok) location.href = '/next' }), 50)</script>`;
  const early = `<script>footfall('early', { ahead: document.prerendering })</script>`;
  const set = await scene({
    '/': page('Home', ahead + go),
    '/next': (collector) => ({ html: `<!doctype html><title>Next</title>${STUB}${early}${tag(collector)}` }),
  });
  await (await plain()).openAlone(set.url('/'));
  await set.arrived('pageview', 1);
  await until('the next page to be loaded ahead', () => set.served('/next') > 0);
  const looks = set.served('/go');
  // Long enough for a page that would count itself.
  await until('a second to pass', () => set.served('/go') >= looks + 20);
  expect(viewed(set.road.passed)).toEqual(['/']);
  const shown = Date.now();
  set.serve('/go', { html: '' });
  await set.arrived('early', 1);
  expect(accepted(set.road.passed, 'early')[0]?.props).toEqual({ ahead: true });
  expect(viewed(set.road.passed)).toEqual(['/', '/next']);
  expect(accepted(set.road.passed, 'pageview')[1]?.time).toBeGreaterThanOrEqual(shown);
});

test('a page that comes back from the cache is a new page view, with a new engagement', async () => {
  const { set, tab } = await until('a page that the browser has kept', goAndComeBack);
  expect(viewed(set.road.passed)).toEqual(['/', '/blog', '/']);
  await tab.evaluate(`footfall('back')`);
  await set.arrived('back', 1);
  await tab.close();
  const views = accepted(set.road.passed, 'pageview').map(({ id }) => id);
  // A view that is hidden and shown again tells more than once.
  const engaged = () => new Set(accepted(set.road.passed, 'engagement').map(({ view }) => view));
  await until('an engagement of each view', () => engaged().size === views.length);
  expect(engaged()).toEqual(new Set(views));
});

/** From one page to another and back; undefined if the browser, which is free to, has not kept the first. */
async function goAndComeBack() {
  const set = await scene({ '/': page('Home', '<a href="/blog">Blog</a>'), '/blog': page('Blog') });
  const tab = await browser.page();
  await tab.goto(set.url('/'));
  await set.arrived('pageview', 1);
  await tab.evaluate(`window.isTheSame = true`);
  await tab.click('a');
  await set.arrived('pageview', 2);
  await tab.evaluate('history.back()');
  await set.arrived('pageview', 3);
  return (await tab.evaluate('window.isTheSame')) === true ? { set, tab } : undefined;
}

test('the depth is the deepest point seen, in percent of the page as it is at the end', async () => {
  const set = await scene({ '/': page('Tall', TALL) });
  const tab = await browser.page({ viewport: { width: 800, height: 500 } });
  await tab.goto(set.url('/'));
  await set.arrived('pageview', 1);
  await tab.evaluate(
    `new Promise((resolve) => { addEventListener('scroll', resolve, { once: true }); scrollTo(0, 1500) })`,
  );
  await tab.evaluate(
    `new Promise((resolve) => { addEventListener('scroll', resolve, { once: true }); scrollTo(0, 0) })`,
  );
  await tab.evaluate(`document.body.style.margin = 0`);
  await tab.close();
  await set.arrived('engagement', 1);
  expect(engagement(set)?.depth).toBe(50);
});

test('a page shorter than the window has been seen whole', async () => {
  const set = await scene({ '/': page('Short', '<p>Short</p>') });
  const tab = await browser.page();
  await tab.goto(set.url('/'));
  await set.arrived('pageview', 1);
  await tab.close();
  await set.arrived('engagement', 1);
  expect(engagement(set)?.depth).toBe(100);
});

test('each page view within the page has its own time and depth', async () => {
  const set = await scene({ '*': page('Tall', TALL) });
  const tab = await browser.page({ viewport: { width: 800, height: 500 } });
  await tab.goto(set.url('/'));
  await set.arrived('pageview', 1);
  await tab.evaluate(
    `new Promise((resolve) => { addEventListener('scroll', resolve, { once: true }); scrollTo(0, 9999) })`,
  );
  await pause(300);
  await tab.evaluate(`history.pushState({}, '', '/b'); scrollTo(0, 0)`);
  await tab.close();
  await set.arrived('engagement', 2);
  const byPath = new Map(accepted(set.road.passed, 'engagement').map((one) => [new URL(one.url).pathname, one]));
  expect(byPath.get('/')?.depth).toBe(100);
  expect(byPath.get('/')?.engaged_ms).toBeGreaterThan(250);
  expect(byPath.get('/b')?.depth).toBeLessThan(20);
  expect(byPath.get('/b')?.engaged_ms).toBeLessThan(byPath.get('/')?.engaged_ms ?? 0);
});
