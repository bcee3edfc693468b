import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { testBrowser } from '../browser/browser.ts';
import type { Scene } from './scene.ts';
import { accepted, page, scenes, SITE, viewed } from './scene.ts';

/** What a person wants, and how it is kept. */

const scene = scenes();
const browser = testBrowser();
const GPC = `Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })`;
const DNT = `Object.defineProperty(navigator, 'doNotTrack', { value: '1' })`;

function all(more = '') {
  return (collector: string) => ({
    html: `<!doctype html><html lang="en"><title>Home</title><script defer src="${collector}/s.all.js" data-site="${SITE}" ${more}></script></html>`,
  });
}

async function open(set: Scene, before = '', path = '/'): Promise<Page> {
  const tab = await browser.page();
  if (before) await tab.addInitScript(before);
  await tab.goto(set.url(path));
  await tab.waitForFunction('window.footfall');
  return tab;
}

const keys = (tab: Page): Promise<unknown> => tab.evaluate('Object.keys(localStorage)');
/** Past the time after which a batch goes. */
const later = (tab: Page): Promise<unknown> => tab.evaluate('new Promise((resolve) => setTimeout(resolve, 800))');

describe.each([
  ['Global Privacy Control', GPC],
  ['Do Not Track', DNT],
])('%s', (_name, before) => {
  test('is counted without a user_id and a visitor, and nothing is kept on the device', async () => {
    const set = await scene({ '/': page('Home', '', 'data-user-id="ada" data-storage="local"') });
    const tab = await open(set, before);
    await tab.evaluate(`void footfall('signup')`);
    expect(await keys(tab)).toEqual([]);
    await set.arrived('signup', 1);
    for (const { batch } of set.road.passed) {
      expect(batch.gpc).toBe(true);
      expect(batch).not.toHaveProperty('user_id');
    }
    for (const event of await set.stored()) {
      expect(event.visitor).toBeUndefined();
      expect(event.user_id).toBeUndefined();
      expect(event.context ?? {}).toEqual({});
    }
  });

  test('sends nothing where the page drops it', async () => {
    const set = await scene({ '/': page('Home', '', 'data-gpc="drop"') });
    const tab = await open(set, before);
    await tab.evaluate(`window.outcome = footfall('signup'); 0`);
    expect(await tab.evaluate('outcome')).toBe('dropped');
    await tab.close();
    expect(set.road.passed).toEqual([]);
  });

  test('makes no difference where the page ignores it', async () => {
    const set = await scene({ '/': page('Home', '', 'data-gpc="ignore" data-user-id="ada"') });
    await open(set, before);
    await set.arrived('pageview', 1);
    expect(set.road.passed[0]?.batch).toMatchObject({ user_id: 'ada' });
    expect(set.road.passed[0]?.batch).not.toHaveProperty('gpc');
  });
});

test('who has opted out is not counted, also on the next page, until it is taken back', async () => {
  const set = await scene({ '*': page('Home') });
  const tab = await open(set);
  await set.arrived('pageview', 1);
  await tab.evaluate(`localStorage.footfallOut = 1; window.outcome = footfall('signup'); 0`);
  expect(await tab.evaluate('outcome')).toBe('dropped');
  await tab.goto(set.url('/next'));
  await later(tab);
  await tab.evaluate(`delete localStorage.footfallOut; footfall('back')`);
  await set.arrived('back', 1);
  expect(viewed(set.road.passed)).toEqual(['/']);
  expect(accepted(set.road.passed, 'signup')).toEqual([]);
});

describe('consent', () => {
  test('while it is pending nothing is sent; granted, all goes with its own time', async () => {
    const set = await scene({ '/': all('data-consent="pending"') });
    const tab = await open(set);
    await tab.evaluate(`void footfall('signup')`);
    await later(tab);
    expect(set.road.passed).toEqual([]);
    const before = await tab.evaluate('Date.now()');
    await tab.evaluate(`footfall.consent('granted')`);
    await set.arrived('signup', 1);
    await set.arrived('pageview', 1);
    for (const { time } of set.road.passed.flatMap(({ events }) => events))
      expect(time).toBeLessThan(Number(before) - 600);
    await tab.evaluate(`void footfall('after')`);
    await set.arrived('after', 1);
  });

  test('denied: what waited is gone, and nothing comes after it', async () => {
    const set = await scene({ '/': all('data-consent="pending" data-storage="local"') });
    const tab = await open(set);
    await tab.evaluate(`window.outcome = footfall('signup'); 0`);
    expect(await keys(tab)).toHaveLength(1);
    await tab.evaluate(`footfall.consent('denied')`);
    expect(await tab.evaluate('outcome')).toBe('dropped');
    expect(await keys(tab)).toEqual([]);
    await tab.evaluate(`window.after = footfall('after'); 0`);
    expect(await tab.evaluate('after')).toBe('dropped');
    expect(await keys(tab)).toEqual([]);
    await tab.close();
    expect(set.road.passed).toEqual([]);
  });
});

test('destroy ends it: no listener, no patch, nothing on the device', async () => {
  const set = await scene({ '*': all('data-storage="local"') });
  const tab = await browser.page();
  await tab.addInitScript(`
    Object.defineProperty(window, 'navigation', { value: undefined });
    window.listeners = [];
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (type, work, ...more) {
      listeners.push(work);
      return addEventListener.call(this, type, work, ...more);
    };
    EventTarget.prototype.removeEventListener = function (type, work, ...more) {
      listeners = listeners.filter((other) => other !== work);
      return removeEventListener.call(this, type, work, ...more);
    };
    window.patched = history.pushState;
  `);
  await tab.goto(set.url('/'));
  await set.arrived('pageview', 1);
  expect(await tab.evaluate('listeners.length')).toBeGreaterThan(8);
  expect(await tab.evaluate('history.pushState === patched')).toBe(false);
  await tab.evaluate(`void footfall('waiting'); footfall.destroy()`);
  expect(await tab.evaluate('listeners.length')).toBe(0);
  expect(await tab.evaluate('history.pushState === patched')).toBe(true);
  expect(await keys(tab)).toEqual([]);
  await tab.evaluate(`history.pushState({}, '', '/moved')`);
  await later(tab);
  await tab.close();
  expect(viewed(set.road.passed)).toEqual(['/']);
});

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
  expect(said.filter((text) => text.includes('was not counted'))).toHaveLength(1);
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
