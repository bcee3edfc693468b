import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { testBrowser } from '../browser/browser.ts';
import { until } from '../support/until.ts';
import type { Scene } from './scene.ts';
import { page, scenes } from './scene.ts';

/** The outbox on the device, which a site has to choose: nothing is lost by a reload, and nothing counted twice. */

const scene = scenes();
const browser = testBrowser();
const LOCAL = 'data-storage="local"';

const keys = (tab: Page): Promise<string[]> => tab.evaluate('Object.keys(localStorage)');

async function open(set: Scene, context: BrowserContext, path = '/'): Promise<Page> {
  const tab = await context.newPage();
  await tab.goto(set.url(path));
  await tab.waitForFunction('window.footfall');
  return tab;
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

test('what an earlier page has left goes from the device of one who has opted out meanwhile, and is not sent', async () => {
  const set = await scene({
    '*': page('Home', '', LOCAL),
    '/bare': () => ({ html: '<!doctype html><title>Bare</title>' }),
  });
  const context = await browser.context();
  const tab = await open(set, context);
  await set.arrived('pageview', 1);
  set.road.obstacle = () => ({ status: 503 });
  await tab.evaluate(`void footfall('left')`);
  const left = await tab.evaluate<[string, string]>(`Object.entries(localStorage)[0]`);
  await tab.goto(set.url('/bare'));
  set.road.obstacle = () => undefined;
  // As by hand, on a page without the script: none has deleted anything then.
  await tab.evaluate(`
    const [key, text] = ${JSON.stringify(left)};
    localStorage.clear();
    localStorage[key] = JSON.stringify({ ...JSON.parse(text), time: Date.now() - 60_000 });
    localStorage.footfallOut = '1';`);
  expect(await keys(tab)).toHaveLength(2);
  const before = set.road.passed.length;
  await tab.goto(set.url('/next'));
  await expect.poll(() => keys(tab)).toEqual(['footfallOut']);
  await tab.waitForTimeout(1000);
  expect(set.road.passed.slice(before)).toEqual([]);
});
