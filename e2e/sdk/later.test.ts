import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { plainBrowsers } from '../browser/plain-browser.ts';
import { accepted, page, scenes } from './scene.ts';

/** The last word of a page whose process ends at once, which the browser sends by itself. */

const scene = scenes();
const start = plainBrowsers();
const all = (collector: string) => ({
  html: page('Home')(collector).html.replace('/s.js', '/s.all.js'),
});

test('a page that crashes has told how long it was looked at, and what was not sent yet, with their own times', async () => {
  const set = await scene({ '/': all });
  const tab = await (await start()).open(set.url('/'));
  await set.arrived('pageview', 1);
  await pause(1500);
  const [made, clock] = (await tab.evaluate(`footfall('unsent'); [Date.now(), performance.now()]`)) as number[];
  tab.crash();
  await set.arrived('unsent', 1);
  await set.arrived('engagement', 1);
  const [view] = accepted(set.road.passed, 'pageview');
  const [engaged] = accepted(set.road.passed, 'engagement');
  expect(engaged).toMatchObject({ view: view?.id, view_time: view?.time });
  expect(engaged?.engaged_ms).toBeGreaterThan(1000);
  expect(engaged?.engaged_ms).toBeLessThanOrEqual(clock ?? 0);
  const last = set.road.passed.at(-1)?.batch;
  expect(last).not.toHaveProperty('sent');
  // Both clocks are this machine's.
  expect(Math.abs(last?.offset ?? Infinity)).toBeLessThan(1000);
  const stored = await set.stored();
  const times = stored.filter(({ name }) => name === 'unsent').map(({ time }) => Math.abs(time - (made ?? 0)));
  expect(times).toHaveLength(1);
  expect(times[0]).toBeLessThan(1000);
});

test('a page that ends in the usual way leaves none, and nothing counts twice', async () => {
  const set = await scene({ '/': all, '/next': () => ({ html: '<title>Next</title>' }) });
  const tab = await (await start()).open(set.url('/'));
  await set.arrived('pageview', 1);
  await tab.evaluate(`footfall('first'); location.href = '/next'; 0`);
  await set.arrived('first', 1);
  await set.arrived('engagement', 1);
  await pause(500);
  await tab.close();
  await pause(500);
  expect(set.road.passed.filter(({ batch }) => batch.sent === undefined)).toEqual([]);
  expect((await set.stored()).map(({ name }) => name).toSorted()).toEqual(['engagement', 'first', 'pageview']);
});
