import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { bodyCharsMax } from '../../sdk/src/limits.ts';
import { testBrowser } from '../browser/browser.ts';
import { until } from '../support/until.ts';
import type { Passed } from './road.ts';
import type { Scene } from './scene.ts';
import { accepted, page, scenes } from './scene.ts';

const scene = scenes();
const browser = testBrowser();

/** A page whose first view has arrived. */
async function open(set: Scene, host?: string): Promise<Page> {
  const tab = await browser.page();
  await tab.goto(set.url('/', host));
  await set.arrived('pageview', 1);
  return tab;
}

/** The ids of an event's name in all requests, refused or not: one array a request. */
function ids(passed: Passed[], name: string): string[][] {
  const all = passed.map(({ batch }) => batch.events.filter((one) => one.name === name).map(({ id }) => id));
  return all.filter((some) => some.length > 0);
}

async function expectStoredOnce(set: Scene, name: string, count: number): Promise<void> {
  const stored = (await set.stored()).filter((one) => one.name === name);
  expect(new Set(stored.map(({ id }) => id)).size).toBe(count);
  expect(stored).toHaveLength(count);
}

test('one request at once, one for what follows, none with a preflight, a cookie or a header of its own', async () => {
  const set = await scene({ '/': page('Home') });
  const tab = await open(set, 'shop.test');
  await tab.evaluate(`footfall('a'); footfall('b', { n: 1 })`);
  await set.arrived('b', 1);
  const requests = set.road.passed.map(({ batch }) => batch.events.map(({ name }) => name));
  expect(requests).toEqual([['pageview'], ['a', 'b']]);
  for (const { method, headers } of set.road.passed) {
    expect(method).toBe('POST');
    expect(headers['content-type']).toBe('text/plain;charset=UTF-8');
    expect(headers.cookie).toBeUndefined();
  }
});

test('a hundred events of one task go in few requests, each of bounded size', async () => {
  const set = await scene({ '/': page('Home') });
  const tab = await open(set);
  await tab.evaluate(`for (let n = 0; n < 100; n++) footfall('many', { n, text: 'ä'.repeat(100) })`);
  await set.arrived('many', 100);
  expect(set.road.passed.length).toBeLessThanOrEqual(10);
  for (const { bytes } of set.road.passed) expect(bytes).toBeLessThanOrEqual(3 * bodyCharsMax);
  const sent = accepted(set.road.passed, 'many').sort((a, b) => Number(a.props?.n) - Number(b.props?.n));
  expect(sent.map(({ props }) => props?.n)).toEqual(Array.from({ length: 100 }, (_, n) => n));
  await expectStoredOnce(set, 'many', 100);
});

test('what is larger than one request is split, by bytes', async () => {
  const set = await scene({ '/': page('Home') });
  const tab = await open(set);
  await tab.evaluate(`for (let n = 0; n < 19; n++) footfall('large', { n, text: '語'.repeat(900) })`);
  await set.arrived('large', 19);
  for (const { bytes } of set.road.passed) expect(bytes).toBeLessThanOrEqual(3 * bodyCharsMax);
  await expectStoredOnce(set, 'large', 19);
});

test('a single event larger than that goes all the same', async () => {
  const set = await scene({ '/': page('Home') });
  const tab = await open(set);
  await tab.evaluate(
    `footfall('huge', Object.fromEntries(Array.from({ length: 20 }, (_, n) => ['p' + n, 'x'.repeat(1000)])))`,
  );
  await set.arrived('huge', 1);
  await expectStoredOnce(set, 'huge', 1);
});

test('after 503, twice, it tries again with the same id', async () => {
  const set = await scene({ '/': page('Home') });
  set.road.obstacle = (nth) => (nth <= 2 ? { status: 503 } : undefined);
  await open(set);
  const views = ids(set.road.passed, 'pageview');
  expect(views).toHaveLength(3);
  expect(new Set(views.flat()).size).toBe(1);
  await expectStoredOnce(set, 'pageview', 1);
});

test('so it does after 500, 429, 408 and a connection that breaks, each time anew', async () => {
  const set = await scene({ '/': page('Home') });
  const tab = await open(set);
  const statuses = [500, 429, 408, 0];
  for (const [place, status] of statuses.entries()) {
    let failures = 1;
    set.road.obstacle = () => (failures-- > 0 ? { status } : undefined);
    await tab.evaluate(`footfall('later')`);
    await set.arrived('later', place + 1);
  }
  const tries = ids(set.road.passed, 'later');
  expect(tries).toHaveLength(2 * statuses.length);
  expect(new Set(tries.flat()).size).toBe(statuses.length);
  expect(set.road.passed.map(({ status }) => status)).toEqual([202, 500, 202, 429, 202, 408, 202, 0, 202]);
  await expectStoredOnce(set, 'later', statuses.length);
});

test('after another 4xx it does not try again, and goes on', async () => {
  const set = await scene({ '/': page('Home') });
  const tab = await open(set);
  const statuses = [400, 403, 404, 413];
  for (const status of statuses) {
    set.road.obstacle = () => ({ status });
    await tab.evaluate(`footfall('refused')`);
    await until(`${status}`, () => set.road.passed.at(-1)?.status === status);
  }
  set.road.obstacle = () => undefined;
  await tab.evaluate(`footfall('last')`);
  await set.arrived('last', 1);
  expect(set.road.passed.map(({ status }) => status)).toEqual([202, ...statuses, 202]);
  expect(set.road.passed.at(-1)?.batch.events.map(({ name }) => name)).toEqual(['last']);
});

test('Retry-After is kept to, also by what comes meanwhile', async () => {
  const set = await scene({ '/': page('Home') });
  const headers = { 'retry-after': '4', 'access-control-expose-headers': 'retry-after' };
  const times: number[] = [];
  set.road.obstacle = (nth) => {
    times.push(Date.now());
    return nth === 1 ? { status: 429, headers } : undefined;
  };
  const tab = await browser.page();
  await tab.goto(set.url('/'));
  await tab.waitForFunction('window.footfall');
  await tab.evaluate(`for (let n = 0; n < 30; n++) footfall('meanwhile')`);
  await set.arrived('meanwhile', 30);
  const [first = 0, second = 0] = times;
  // The timer of another process, so not to the millisecond.
  expect(second - first).toBeGreaterThan(3900);
});

test('a lost answer counts nothing twice', async () => {
  const set = await scene({ '/': page('Home') });
  set.road.obstacle = (nth) => (nth === 1 ? { status: 0, delivers: true } : undefined);
  await open(set);
  expect(ids(set.road.passed, 'pageview')).toHaveLength(2);
  await expectStoredOnce(set, 'pageview', 1);
});

test('the collector is killed and comes back: nothing lost, nothing double', async () => {
  const set = await scene({ '/': page('Home') });
  const tab = await open(set);
  await tab.evaluate(`footfall('before')`);
  await set.arrived('before', 1);
  const back = set.restart('SIGKILL');
  for (let n = 0; n < 5; n++) await tab.evaluate(`footfall('during', { n: ${n} })`);
  await back;
  await set.arrived('during', 5);
  await tab.evaluate(`footfall('after')`);
  await set.arrived('after', 1);
  await tab.close();
  await set.arrived('engagement', 1);
  const counts = new Map<string, number>();
  for (const { name } of await set.stored()) counts.set(name, (counts.get(name) ?? 0) + 1);
  expect(Object.fromEntries(counts)).toEqual({ pageview: 1, before: 1, during: 5, after: 1, engagement: 1 });
});

test('a page without network keeps its events until it is back', async () => {
  const set = await scene({ '/': page('Home') });
  const tab = await open(set);
  await tab.context().setOffline(true);
  await tab.evaluate(`void footfall('offline')`);
  const failed = await tab.waitForEvent('requestfailed');
  expect(failed.url()).toBe(set.collector('/e'));
  await tab.context().setOffline(false);
  await set.arrived('offline', 1);
  await expectStoredOnce(set, 'offline', 1);
});

test('a tab that is closed at once has sent all', async () => {
  const set = await scene({ '/': page('Home') });
  const tab = await browser.page();
  await tab.goto(set.url('/'));
  await tab.waitForFunction('window.footfall');
  await tab.evaluate(`for (let n = 0; n < 50; n++) footfall('last', { n, text: 'x'.repeat(300) })`);
  await tab.close();
  await set.arrived('last', 50);
  await set.arrived('pageview', 1);
  await expectStoredOnce(set, 'last', 50);
});

test('an event in the click that leaves the page arrives', async () => {
  const set = await scene({
    '/': page('Home', `<a href="/away" onclick="footfall('clicked')">Away</a>`),
    '/away': () => ({ html: '<!doctype html><title>Away</title>' }),
  });
  const tab = await open(set);
  await tab.click('a');
  await set.arrived('clicked', 1);
  await set.arrived('engagement', 1);
  const beacons = set.road.passed.filter(({ headers }) => headers['sec-fetch-mode'] === 'no-cors');
  expect(ids(beacons, 'clicked')).toHaveLength(1);
  await expectStoredOnce(set, 'clicked', 1);
});

test('where sendBeacon answers no, throws or is missing, fetch takes the last events', async () => {
  const set = await scene({ '/': page('Home') });
  for (const [place, before] of [
    `navigator.sendBeacon = () => false`,
    `navigator.sendBeacon = () => { throw new Error('no beacons here') }`,
    `Object.defineProperty(navigator, 'sendBeacon', { value: undefined })`,
  ].entries()) {
    const tab = await browser.page();
    await tab.addInitScript(before);
    await tab.goto(set.url('/'));
    await set.arrived('pageview', place + 1);
    await tab.evaluate(`footfall('a'); footfall('b')`);
    await tab.close();
    await set.arrived('a', place + 1);
    await set.arrived('b', place + 1);
  }
  for (const { headers } of set.road.passed) expect(headers['sec-fetch-mode']).toBe('cors');
});

test('20 ordinary events take at most 250 bytes each', async () => {
  const set = await scene({ '*': page('Ferns for dark rooms | Fern & Moss', '<div style="height: 3000px"></div>') });
  const tab = await browser.page({ extraHTTPHeaders: { referer: 'https://www.google.com/' } });
  await tab.goto(set.url('/plants/ferns?utm_source=newsletter&utm_medium=email'));
  await set.arrived('pageview', 1);
  // A visit: five pages, on each a look around and some things of the site's own.
  for (const path of ['/plants/ferns/asplenium', '/cart', '/checkout/address', '/checkout/done']) {
    await tab.evaluate(`history.pushState({}, '', '${path}'); 0`);
    await tab.evaluate(`void footfall('scrolled', { part: 'reviews' })`);
    await tab.evaluate(`void footfall('add to cart', { plant: 'Asplenium nidus', pot: 'clay', seats: 2 })`);
    await pause(700);
  }
  await tab.evaluate(`void footfall('order', null, { revenue: { amount: 25.5, currency: 'EUR' } })`);
  await set.arrived('order', 1);
  await tab.close();
  await until('the last word', () => accepted(set.road.passed, 'engagement').length >= 5);
  const sent = set.road.passed.flatMap(({ events }) => events);
  expect(sent.length).toBeGreaterThanOrEqual(19);
  const bytes = set.road.passed.reduce((sum, one) => sum + one.bytes, 0);
  expect(bytes / sent.length).toBeLessThanOrEqual(250);
});
