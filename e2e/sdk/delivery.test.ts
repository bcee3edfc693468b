import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { testBrowser } from '../browser/browser.ts';
import { until } from '../support/until.ts';
import type { Scene } from './scene.ts';
import { accepted, page, scenes, SITE } from './scene.ts';

const scene = scenes();
const browser = testBrowser();

/** A page whose first view has arrived. */
async function open(set: Scene, host?: string): Promise<Page> {
  const tab = await browser.page();
  await tab.goto(set.url('/', host));
  await set.arrived('pageview', 1);
  return tab;
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

test('events go beside the script, wherever that is, and whatever its address asks for', async () => {
  const set = await scene({});
  const code = await (await fetch(set.collector('/s.js'))).text();
  set.serve('/js/1/mine.js', { html: code, headers: { 'content-type': 'text/javascript' } });
  set.serve('/', { html: `<script defer src="js/1/mine.js?of=a/b" data-site="${SITE}"></script>` });
  const tab = await browser.page();
  const sent = tab.waitForRequest((request) => request.method() === 'POST');
  await tab.goto(set.url('/'));
  expect((await sent).url()).toBe(set.url('/js/1/e'));
});

test('what is stored is known by the head of the answer: its body is not waited for', async () => {
  const set = await scene({ '/': page('Home') });
  const tab = await open(set, 'shop.test');
  const head = { 'x-footfall': '{"accepted":1,"refused":[]}', 'access-control-expose-headers': 'x-footfall' };
  set.road.obstacle = () => ({ status: 202, headers: head, delivers: true });
  expect(await tab.evaluate(`footfall('a')`)).toBe('stored');
  // Without it an answer without a body is none.
  const tries = set.road.passed.length;
  set.road.obstacle = (nth) => (nth === tries + 1 ? { status: 202, delivers: true } : undefined);
  expect(await tab.evaluate(`footfall('b')`)).toBe('stored');
  expect(set.road.passed).toHaveLength(tries + 2);
  await expectStoredOnce(set, 'b', 1);
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
