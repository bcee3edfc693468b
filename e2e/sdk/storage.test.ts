import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { plainBrowsers } from '../browser/plain-browser.ts';
import { testBrowser } from '../browser/browser.ts';
import { until } from '../support/until.ts';
import type { Scene } from './scene.ts';
import { accepted, page, scenes } from './scene.ts';

/** The outbox on the device, which a site has to choose: nothing is lost by a reload, and nothing counted twice. */

const scene = scenes();
const browser = testBrowser();
const start = plainBrowsers();
const LOCAL = 'data-storage="local"';

const keys = (tab: Page): Promise<string[]> => tab.evaluate('Object.keys(localStorage)');

/** Makes what pages have left look older, in ms. */
const age = (tab: Page, ms: number): Promise<unknown> =>
  tab.evaluate(`for (const key of Object.keys(localStorage)) {
    const left = JSON.parse(localStorage[key]);
    localStorage[key] = JSON.stringify({ ...left, time: left.time - ${ms} });
  }`);

async function open(set: Scene, context: BrowserContext, path = '/'): Promise<Page> {
  const tab = await context.newPage();
  await tab.goto(set.url(path));
  await tab.waitForFunction('window.footfall');
  return tab;
}

async function storedOnce(set: Scene, name: string): Promise<number> {
  const ids = (await set.stored()).filter((one) => one.name === name).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  return ids.length;
}

test('what is answered leaves the device, what is not stays', async () => {
  const set = await scene({ '/': page('Home', '', LOCAL) });
  const tab = await open(set, await browser.context());
  await set.arrived('pageview', 1);
  await until('it to be empty', async () => (await keys(tab)).length === 0);
  set.road.obstacle = () => ({ status: 503 });
  await tab.evaluate(`void footfall('kept')`);
  expect(await keys(tab)).toHaveLength(1);
  await until('a failure', () => set.road.passed.some(({ status }) => status === 503));
  expect(await keys(tab)).toHaveLength(1);
  set.road.obstacle = () => undefined;
  await set.arrived('kept', 1);
  await until('it to be empty', async () => (await keys(tab)).length === 0);
});

describe('what a page could not send', () => {
  test('a later page sends, with its time and user, once', async () => {
    const set = await scene({ '*': page('Home', '', `${LOCAL} data-user-id="ada"`) });
    const context = await browser.context();
    set.road.obstacle = () => ({ status: 0 });
    const first = await open(set, context);
    // More than one request holds.
    await first.evaluate(`for (let n = 0; n < 30; n++) footfall('lost', { text: 'x'.repeat(300) }); 0`);
    await first.close();
    set.road.obstacle = () => undefined;

    const second = await open(set, context, '/second');
    await set.arrived('pageview', 1);
    // It may still be that page's own to send.
    expect((await keys(second)).length).toBeGreaterThanOrEqual(1);
    await age(second, 31_000);
    set.serve('/third', page('Third', '', `${LOCAL} data-user-id="grace"`)(set.collector('')));
    const third = await open(set, context, '/third');
    await set.arrived('lost', 30);
    await until('it to be empty', async () => (await keys(third)).length === 0);
    const carried = set.road.passed.filter(
      ({ status, events }) => status === 202 && events.some(({ name }) => name === 'lost'),
    );
    expect(carried.length).toBeGreaterThan(1);
    expect(carried.map(({ batch }) => batch.user_id)).toEqual(carried.map(() => 'ada'));
    expect(await storedOnce(set, 'lost')).toBe(30);
  });

  test('two pages that take it up at once count it once', async () => {
    const set = await scene({ '*': page('Home', '', LOCAL) });
    const context = await browser.context();
    set.road.obstacle = () => ({ status: 0 });
    const first = await open(set, context);
    await first.evaluate(`for (let n = 0; n < 20; n++) footfall('lost', { n }); 0`);
    await age(first, 31_000);
    const left = String(await first.evaluate('JSON.stringify(localStorage)'));
    await first.close();
    set.road.obstacle = () => undefined;
    const other = await context.newPage();
    await other.goto(set.url('/blank'), { waitUntil: 'commit' });
    await other.evaluate(`Object.assign(localStorage, ${left})`);
    await Promise.all([open(set, context), open(set, context)]);
    await set.arrived('lost', 20);
    expect(await storedOnce(set, 'lost')).toBe(20);
  });

  test('is dropped after a day', async () => {
    const set = await scene({ '*': page('Home', '', LOCAL) });
    const context = await browser.context();
    set.road.obstacle = () => ({ status: 0 });
    const first = await open(set, context);
    await first.evaluate(`void footfall('lost')`);
    await age(first, 25 * 3_600_000);
    // By another name, for the page itself may send its own as it goes.
    const left = String(await first.evaluate('JSON.stringify(localStorage)')).replaceAll('lost', 'stale');
    await first.close();
    set.road.obstacle = () => undefined;
    const second = await open(set, context, '/second');
    const kept = (): Promise<string> => second.evaluate('JSON.stringify(localStorage)');
    // In one go, for the page may look any moment.
    const put = `localStorage.clear(); Object.assign(localStorage, ${left}); JSON.stringify(localStorage)`;
    expect(await second.evaluate(put)).toContain('stale');
    await second.reload();
    await second.waitForFunction('window.footfall');
    await until('it to be gone', async () => !(await kept()).includes('stale'));
    expect(await storedOnce(set, 'stale')).toBe(0);
    expect(JSON.stringify(set.road.passed)).not.toContain('stale');
  });
});

test('what a browser that was killed had not sent, it sends when it is started again', async () => {
  const set = await scene({ '*': page('Home', '', LOCAL) });
  const first = await start();
  set.road.obstacle = () => ({ status: 0 });
  const tab = await first.open(set.url('/'));
  await tab.evaluate(`void footfall('last').then(() => {}), 0`);
  // A browser writes to its disk a moment later.
  await tab.evaluate('new Promise((resolve) => setTimeout(resolve, 7000))');
  await first.kill();
  set.road.obstacle = () => undefined;
  const again = await start(first.profile);
  await again.open(set.url('/again'));
  // The page takes up what is older than half a minute, half a minute after it was opened.
  await until('it to arrive', () => accepted(set.road.passed, 'last').length > 0, 60_000);
  await until('it to arrive', () => accepted(set.road.passed, 'pageview').length === 2, 60_000);
  expect(await storedOnce(set, 'last')).toBe(1);
});

test('what was dropped, for too many wait, is not kept either', async () => {
  const set = await scene({ '*': page('Home', '', LOCAL) });
  const tab = await open(set, await browser.context());
  await set.arrived('pageview', 1);
  set.road.obstacle = () => ({ status: 503 });
  await tab.evaluate(`
    window.dropped = 0;
    for (let n = 0; n < 520; n++) footfall('many').then((outcome) => { dropped += Number(outcome === 'dropped') });
    0`);
  await expect.poll(() => tab.evaluate('dropped')).toBe(20);
  const left = await tab.evaluate(`JSON.parse(Object.values(localStorage)[0]).events.length`);
  expect(left).toBe(500);
});

test('storage that is full, forbidden or missing costs the page nothing', async () => {
  const set = await scene({ '*': page('Home', '', LOCAL) });
  for (const [place, before] of [
    `Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }`,
    `Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })`,
    `Object.defineProperty(window, 'localStorage', { value: null })`,
  ].entries()) {
    const tab = await browser.page();
    const errors: string[] = [];
    tab.on('pageerror', (error) => errors.push(error.message));
    await tab.addInitScript(before);
    await tab.goto(set.url('/'));
    await tab.waitForFunction('window.footfall');
    await tab.evaluate(`void footfall('signup')`);
    await set.arrived('signup', place + 1);
    expect(errors).toEqual([]);
  }
});
