import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { testBrowser } from '../browser/browser.ts';
import type { Scene } from './scene.ts';
import { accepted, page, scenes, STUB, tag, viewed } from './scene.ts';

const scene = scenes();
const browser = testBrowser();

/** Sends an event and waits for it: by then all that happened before has been sent, too. */
async function settle(tab: Page, { arrived }: Scene): Promise<void> {
  await tab.evaluate(`footfall('settled')`);
  await arrived('settled', 1);
}

test('a page is one page view, with all that is known of it', async () => {
  const set = await scene({ '/pricing': page('Pricing & more') });
  const tab = await browser.page();
  await tab.goto(set.url('/pricing?utm_source=news#plans'), { referer: 'https://news.example/today' });
  await settle(tab, set);

  const [first] = set.road.passed;
  expect(first?.batch).toEqual({
    site: 'shop.example',
    sent: expect.any(Number),
    url: set.url('/pricing?utm_source=news#plans'),
    events: [
      {
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
        name: 'pageview',
        time: expect.any(Number),
        referrer: 'https://news.example/today',
        title: 'Pricing & more',
      },
    ],
  });
  const [stored, ...others] = (await set.stored()).filter(({ name }) => name === 'pageview');
  expect(others).toEqual([]);
  expect(stored).toMatchObject({
    id: first?.batch.events[0]?.id,
    path: '/pricing',
    title: 'Pricing & more',
    acquisition: { source: 'news', referrer: 'news.example/today' },
    context: { browser: 'Chrome', os: 'Linux', language: 'en-GB' },
  });
});

test('links, reload and back are page views', async () => {
  const set = await scene({
    '/': page('Home', '<a href="/blog">Blog</a>'),
    '/blog': page('Blog', '<a href="/">Home</a>'),
  });
  const tab = await browser.page();
  await tab.goto(set.url('/'));
  await tab.click('a');
  await tab.waitForURL('**/blog');
  await tab.reload();
  await tab.goBack();
  await set.arrived('pageview', 4);
  await settle(tab, set);
  expect(viewed(set.road.passed)).toEqual(['/', '/blog', '/blog', '/']);
});

describe.each([
  ['the Navigation API', ''],
  ['patched history', `Object.defineProperty(window, 'navigation', { value: undefined })`],
])('moves within the page, by %s', (_name, before) => {
  let set: Scene;
  let tab: Page;
  beforeEach(async () => {
    set = await scene({ '*': page('Shop', '<h1>Shop</h1>') });
    tab = await browser.page();
    await tab.addInitScript(before);
    await tab.goto(set.url('/'), { referer: 'https://news.example/' });
    await set.arrived('pageview', 1);
  });

  test('a push to another path is a page view, with the title that follows and the page before as referrer', async () => {
    await tab.evaluate(`history.pushState({}, '', '/cart'); setTimeout(() => { document.title = 'Cart' }, 20)`);
    await set.arrived('pageview', 2);
    await tab.evaluate(`history.replaceState({}, '', '/checkout')`);
    await set.arrived('pageview', 3);
    const views = accepted(set.road.passed, 'pageview');
    expect(views.map(({ title }) => title)).toEqual(['Shop', 'Cart', 'Cart']);
    expect(views.map(({ referrer }) => referrer)).toEqual(['https://news.example/', set.url('/'), set.url('/cart')]);
    expect(viewed(set.road.passed)).toEqual(['/', '/cart', '/checkout']);
  });

  test('what keeps the path is none', async () => {
    for (const move of [
      `history.pushState({}, '', location.href)`,
      `history.replaceState({ page: 2 }, '', location.pathname)`,
      `history.pushState({}, '', '?sort=price')`,
      `location.hash = 'more'`,
      `history.back()`,
    ]) {
      await tab.evaluate(move);
    }
    await tab.waitForURL('**/?sort=price');
    await settle(tab, set);
    expect(viewed(set.road.passed)).toEqual(['/']);
  });

  test('back and forward are page views', async () => {
    await tab.evaluate(`history.pushState({}, '', '/a')`);
    await set.arrived('pageview', 2);
    await tab.evaluate(`history.back()`);
    await set.arrived('pageview', 3);
    await tab.evaluate(`history.forward()`);
    await set.arrived('pageview', 4);
    expect(viewed(set.road.passed)).toEqual(['/', '/a', '/', '/a']);
  });

  test('a redirect within the page is one page view: the one it leads to', async () => {
    await tab.evaluate(`history.pushState({}, '', '/account'); history.replaceState({}, '', '/login?next=account')`);
    await settle(tab, set);
    expect(viewed(set.road.passed)).toEqual(['/', '/login?next=account']);
  });

  test('a page view that is left at once counts, with its engagement before', async () => {
    await tab.evaluate(`history.pushState({}, '', '/a')`);
    await tab.evaluate(`history.pushState({}, '', '/b')`);
    await tab.close();
    await set.arrived('pageview', 3);
    expect(viewed(set.road.passed)).toEqual(['/', '/a', '/b']);
    const views = new Map(accepted(set.road.passed, 'pageview').map(({ id, url }) => [id, url]));
    await set.arrived('engagement', 2);
    for (const { view = '', url } of accepted(set.road.passed, 'engagement')) expect(views.get(view)).toBe(url);
  });
});

test('an element with the id of the Navigation API is not taken for it', async () => {
  const set = await scene({ '*': page('Shop') });
  const tab = await browser.page();
  await tab.addInitScript(`Object.defineProperty(window, 'navigation', { get: () => document.body })`);
  await tab.goto(set.url('/'));
  await set.arrived('pageview', 1);
  await tab.evaluate(`history.pushState({}, '', '/a')`);
  await set.arrived('pageview', 2);
  expect(viewed(set.road.passed)).toEqual(['/', '/a']);
});

test("the page's own history goes on to work", async () => {
  const set = await scene({ '*': page('Shop') });
  const tab = await browser.page();
  await tab.addInitScript(`Object.defineProperty(window, 'navigation', { value: undefined })`);
  await tab.goto(set.url('/'));
  await set.arrived('pageview', 1);
  const states = await tab.evaluate(`
    (() => {
      const before = history.length;
      const result = history.pushState({ n: 1 }, '', '/one');
      const pushed = [result, history.state.n, location.pathname, history.length - before];
      history.replaceState({ n: 2 }, '');
      let refused = '';
      try { history.pushState({}, '', 'https://elsewhere.example/'); } catch (error) { refused = error.name; }
      return [...pushed, history.state.n, refused];
    })()`);
  expect(states).toEqual([undefined, 1, '/one', 1, 2, 'SecurityError']);
});

test('automatic page views can be turned off, and be counted by hand', async () => {
  const set = await scene({ '*': page('Shop', '', 'data-auto="false"') });
  const tab = await browser.page();
  await tab.goto(set.url('/'));
  await tab.waitForFunction('window.footfall');
  await tab.evaluate(`history.pushState({}, '', '/a')`);
  await tab.evaluate(`footfall('pageview', { kind: 'own' }, { url: location.origin + '/given' })`);
  await set.arrived('pageview', 1);
  await settle(tab, set);
  expect(viewed(set.road.passed)).toEqual(['/given']);
  expect(accepted(set.road.passed, 'pageview')[0]).toMatchObject({ title: 'Shop', props: { kind: 'own' } });
});

test('the script twice on a page counts once', async () => {
  const twice = (collector: string) => ({
    html: `<!doctype html><title>Twice</title>${tag(collector)}${tag(collector)}`,
  });
  const set = await scene({ '/': twice });
  const tab = await browser.page();
  await tab.goto(set.url('/'));
  await settle(tab, set);
  expect(viewed(set.road.passed)).toEqual(['/']);
  expect(accepted(set.road.passed, 'settled')).toHaveLength(1);
});

test('calls from before the script are kept, and sent with the page view', async () => {
  const calls = `<script>footfall('early', { plan: 'pro' }); footfall('quiet', {}, { interactive: false })</script>`;
  const set = await scene({
    '/': (collector) => ({ html: `<!doctype html><title>Stub</title>${STUB}${calls}${tag(collector)}` }),
  });
  const tab = await browser.page();
  await tab.goto(set.url('/'));
  await set.arrived('quiet', 1);
  await settle(tab, set);
  const requests = set.road.passed.map(({ batch }) => batch.events.map(({ name }) => name).sort());
  expect(requests).toEqual([['early', 'pageview', 'quiet'], ['settled']]);
  expect(accepted(set.road.passed, 'early')[0]).toMatchObject({ props: { plan: 'pro' } });
  expect(accepted(set.road.passed, 'quiet')[0]).toMatchObject({ interactive: false });
});
