import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { testBrowser } from '../browser/browser.ts';
import { until } from '../support/until.ts';
import { page, scenes } from './scene.ts';

/** What who works on a page reads in its console. */

const scene = scenes();
const browser = testBrowser();

/** A page, and what it says to the console under our name. */
async function listening(agent?: string): Promise<{ tab: Page; said: string[] }> {
  const tab = await browser.page(agent ? { userAgent: agent } : {});
  const said: string[] = [];
  tab.on('console', (message) => {
    if (message.text().startsWith('footfall:')) said.push(message.text());
  });
  return { tab, said };
}

test('on localhost, each event that was not counted says why', async () => {
  const set = await scene({ '/': page('Home') });
  const { tab, said } = await listening();
  await tab.goto(set.url('/'));
  await set.arrived('pageview', 1);
  await tab.evaluate(
    `footfall('good'); footfall('bad', null, { url: 'nonsense' }); footfall('worse', null, { url: 'ftp://a/' })`,
  );
  await until('the reasons', () => said.length >= 2);
  expect(said).toHaveLength(2);
  expect(said[0]).toMatch(/^footfall: "bad" was refused: invalid: .*url.*send location\.href/);
  expect(said[1]).toMatch(/^footfall: "worse" was refused: invalid: /);
});

test('a whole batch that was refused says why, for each event', async () => {
  const set = await scene({ '/': page('Home') });
  const { tab, said } = await listening('Googlebot/2.1 (+http://www.google.com/bot.html)');
  await tab.goto(set.url('/'));
  await tab.waitForFunction('window.footfall');
  await tab.evaluate(`footfall('a'); footfall('b')`);
  await until('the reasons', () => said.length >= 3);
  for (const [place, name] of ['pageview', 'a', 'b'].entries()) {
    expect(said[place]).toContain(`"${name}" was refused: bot: `);
  }
});

test('a collector that cannot be reached, and something else that answers in its place', async () => {
  const set = await scene({ '/': page('Home'), '/other': page('Other', '', 'data-endpoint="/no"') });
  const { tab, said } = await listening();
  set.serve('/no', { html: 'not a collector' });
  await tab.route('**/e', (route) => route.abort('blockedbyclient'));
  await tab.goto(set.url('/'));
  await until('a word', () => said.length >= 1);
  expect(said[0]).toContain(`${set.collector('/e')} does not answer as a collector does`);
  await tab.goto(set.url('/other'));
  await until('another word', () => said.length >= 2);
  expect(said.at(-1)).toContain('/no does not answer as a collector does');
});

test('a tag without a site', async () => {
  const set = await scene({
    '/': (collector) => ({ html: `<!doctype html><title>Home</title><script defer src="${collector}/s.js"></script>` }),
  });
  const { tab, said } = await listening();
  await tab.goto(set.url('/'));
  await until('a word', () => said.length >= 1);
  expect(said[0]).toContain('data-site');
});

test('elsewhere only a page with ?footfall in its address says it, also after it has moved', async () => {
  const set = await scene({ '/': page('Home') });
  const { tab, said } = await listening();
  await tab.goto(set.url('/', 'shop.test'));
  await set.arrived('pageview', 1);
  await tab.evaluate(`footfall('bad', null, { url: 'nonsense' })`);
  await until('the answer', () => set.road.passed.some(({ status }) => status === 400));
  await tab.evaluate(`footfall('good')`);
  await set.arrived('good', 1);
  expect(said).toEqual([]);

  await tab.goto(set.url('/?a=b&footfall', 'shop.test'));
  await tab.waitForFunction('window.footfall');
  await tab.evaluate(`history.replaceState({}, '', '/'); footfall('bad', null, { url: 'nonsense' })`);
  await until('the reason', () => said.length >= 1);
  expect(said[0]).toContain('"bad" was refused: invalid');
});
