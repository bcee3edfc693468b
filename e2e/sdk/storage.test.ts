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
