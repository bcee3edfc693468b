import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { testBrowser } from '../browser/browser.ts';
import { page, scenes } from './scene.ts';

/** Pages in which something is wrong, missing, or against us: the page must never notice the script. */

const scene = scenes();
const browser = testBrowser();

/** A page that says what went wrong in it: uncaught errors, and promises whose failure nobody took. */
async function watched(before = ''): Promise<{ tab: Page; errors: string[] }> {
  const tab = await browser.page();
  const errors: string[] = [];
  tab.on('pageerror', (error) => errors.push(error.message));
  if (before) await tab.addInitScript(before);
  return { tab, errors };
}

/** Does what a visitor does, and what the page's own code does. */
async function use(tab: Page): Promise<void> {
  await tab.evaluate(`void footfall('signup', { plan: 'pro' })`);
  await tab.evaluate(`history.pushState({}, '', '/next')`);
  await tab.evaluate(`dispatchEvent(new Event('focus')); dispatchEvent(new Event('scroll'))`);
  expect(await tab.evaluate('location.pathname')).toBe('/next');
  // Past the time after which a batch goes.
  await tab.evaluate(`new Promise((resolve) => setTimeout(resolve, 700))`);
  await tab.evaluate(`dispatchEvent(new PageTransitionEvent('pagehide'))`);
}

test('an endpoint that is blocked', async () => {
  const set = await scene({ '*': page('Shop', '<h1>Shop</h1>') });
  const { tab, errors } = await watched();
  await tab.route('**/e', (route) => route.abort('blockedbyclient'));
  await tab.goto(set.url('/'));
  await tab.waitForFunction('window.footfall');
  await use(tab);
  expect(errors).toEqual([]);
  expect(set.road.passed).toEqual([]);
});

/** What is wrong in a page, and how to make it so before the script comes. */
const BROKEN = {
  'fetch throws': `window.fetch = () => { throw new Error('no') }`,
  'fetch answers nonsense': `window.fetch = () => undefined`,
  'fetch rejects with nothing': `window.fetch = () => Promise.reject()`,
  'fetch is missing': `delete window.fetch`,
  'JSON.stringify throws': `JSON.stringify = () => { throw new Error('no') }`,
  'JSON is missing': `window.JSON = undefined`,
  'the console throws': `console.warn = () => { throw new Error('no') }; window.fetch = () => Promise.reject()`,
  'the console is missing': `window.console = undefined; window.fetch = () => Promise.reject()`,
  'there is no crypto': `Object.defineProperty(window, 'crypto', { value: undefined })`,
  'Object.entries throws': `Object.entries = () => { throw new Error('no') }`,
  'timers throw': `window.setTimeout = () => { throw new Error('no') }`,
  'addEventListener throws': `EventTarget.prototype.addEventListener = () => { throw new Error('no') }`,
  'Blob is missing': `window.Blob = undefined`,
  'history is frozen': `Object.freeze(history); Object.defineProperty(window, 'navigation', { value: null })`,
};

/** In a frame, whose parent still has all that a test needs. */
function runBroken(script: string, before: string): string {
  return `new Promise((resolve) => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const inside = frame.contentWindow;
    let seen = '';
    inside.addEventListener('error', (event) => { seen += event.message });
    inside.addEventListener('unhandledrejection', (event) => { seen += 'unhandled ' + event.reason });
    const load = inside.document.createElement('script');
    load.src = ${JSON.stringify(script)};
    // Else the browser says of an error in it no more than that there was one, and of a promise not even that.
    load.crossOrigin = 'anonymous';
    load.dataset.site = 'shop.example';
    load.onerror = () => resolve('not loaded');
    load.onload = () => {
      try {
        inside.footfall('signup', { plan: 'pro' });
        // Past the time after which a batch goes.
        setTimeout(() => inside.dispatchEvent(new inside.Event('pagehide')), 700);
      } catch (error) {
        seen += 'thrown ' + error;
      }
      setTimeout(() => resolve(seen), 900);
    };
    const breaking = inside.document.createElement('script');
    breaking.textContent = ${JSON.stringify(before)};
    inside.document.head.append(breaking, load);
  })`;
}

test('a page in which what the script needs is broken', async () => {
  const set = await scene({ '*': page('Shop') });
  const { tab, errors } = await watched();
  await tab.goto(set.url('/'));
  await set.arrived('pageview', 1);
  const script = set.collector('/s.js');
  const seen = await Promise.all(
    Object.entries(BROKEN).map(async ([what, before]) => [what, await tab.evaluate(runBroken(script, before))]),
  );
  expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(Object.keys(BROKEN).map((what) => [what, ''])));
  expect(errors).toEqual([]);
});

test('nothing is written to the device', async () => {
  const set = await scene({ '*': page('Shop') });
  const { tab } = await watched();
  await tab.goto(set.url('/'));
  await set.arrived('pageview', 1);
  await tab.evaluate(`footfall('signup')`);
  await set.arrived('signup', 1);
  expect(await tab.context().cookies()).toEqual([]);
  expect((await tab.context().storageState({ indexedDB: true })).origins).toEqual([]);
  const kept =
    await tab.evaluate(`(async () => [localStorage.length, sessionStorage.length, (await caches.keys()).length,
    (await navigator.locks.query()).held.length, window.name])()`);
  expect(kept).toEqual([0, 0, 0, 0, '']);
});
