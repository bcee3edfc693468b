import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { testBrowser } from '../browser/browser.ts';
import { accepted, scenes, SITE, viewed } from './scene.ts';
import type { Scene } from './scene.ts';

/** What a page can choose, by attributes of the script that has all, and from npm. */

const scene = scenes();
const browser = testBrowser();

async function open(attributes: string, path = '/', head = ''): Promise<{ set: Scene; tab: Page }> {
  const set = await scene({
    '*': (collector) => ({
      html: `<!doctype html><html lang="en"><head><title>Shop</title>${head}
        <script defer src="${collector}/s.all.js" data-site="${SITE}" ${attributes}></script></head></html>`,
    }),
  });
  const tab = await browser.page();
  await tab.goto(set.url(path));
  await tab.waitForFunction('window.footfall');
  return { set, tab };
}

async function settle(set: Scene, tab: Page): Promise<void> {
  await tab.evaluate(`footfall('settled', null, { url: location.origin + '/settled' })`);
  await set.arrived('settled', 1);
}

/** Moves within the page, each a task of its own and settled before the next. */
async function move(tab: Page, ...addresses: string[]): Promise<void> {
  for (const address of addresses) {
    await tab.evaluate(
      `history.pushState({}, '', ${JSON.stringify(address)}), new Promise((resolve) => setTimeout(resolve, 150))`,
    );
  }
}

describe('pages', () => {
  test('parts of a path can be hidden, also from the referrer and the engagement', async () => {
    const { set, tab } = await open('data-mask="/users/*, /orders/*/items/**"', '/users/users');
    await move(tab, '/users/rosa', '/orders/17/items/a/b', '/orders/18', '/users/ada/edit');
    await tab.evaluate(
      `void footfall('shared', { what: '/users/secret', whole: location.origin + '/users/secret', n: 1, to: 'x/y' })`,
    );
    await settle(set, tab);
    const paths = ['/users/*', '/users/*', '/orders/*/items/*', '/orders/18', '/users/ada/edit'];
    expect(viewed(set.road.passed)).toEqual(paths);
    const shared = accepted(set.road.passed, 'shared')[0]?.props;
    expect(shared).toEqual({ what: '/users/*', whole: expect.stringMatching(/^http.*\/users\/\*$/), n: 1, to: 'x/y' });
    await tab.goto(set.url('/users/grace'), { referer: set.url('/users/users') });
    await set.arrived('pageview', 6);
    const sent = JSON.stringify(set.road.passed.map(({ batch }) => batch));
    for (const hidden of ['/users/users', '/17/', 'a/b', 'grace', 'rosa', 'secret']) expect(sent).not.toContain(hidden);
  });
});

describe('the site has its say', () => {
  const edit = (body: string) => `<script>window.edit = (event) => { ${body} }</script>`;

  test('a page view that is dropped has no engagement either', async () => {
    const { set, tab } = await open('data-before-send="edit"', '/', edit(`return event.name !== 'pageview' && event`));
    await settle(set, tab);
    await tab.close();
    expect(set.road.passed.flatMap(({ events }) => events.map(({ name }) => name))).toEqual(['settled']);
  });
});

describe('what has become of an event', () => {
  let set: Scene;
  let tab: Page;
  beforeEach(async () => {
    ({ set, tab } = await open(''));
    await set.arrived('pageview', 1);
  });

  test('refused as a whole', async () => {
    set.road.obstacle = () => ({ status: 403 });
    await tab.evaluate(`window.outcome = footfall('signup')`);
    expect(await tab.evaluate('outcome')).toBe('refused');
  });

  test('dropped, where too many wait', async () => {
    set.road.obstacle = () => ({ status: 503 });
    await tab.evaluate(
      `window.outcomes = []; for (let n = 0; n < 600; n++) footfall('many').then((how) => outcomes.push(how))`,
    );
    await expect.poll(() => tab.evaluate('outcomes.length')).toBe(100);
    expect(await tab.evaluate(`outcomes.every((how) => how === 'dropped')`)).toBe(true);
    set.road.obstacle = () => undefined;
    await set.arrived('many', 500);
  });

  test('what it was worth is stored with it, and what has no JSON costs no other event', async () => {
    await tab.evaluate(`footfall('order', { sort: 'book' }, { revenue: { amount: 25.5, currency: 'EUR' } })`);
    await set.arrived('order', 1);
    const order = (await set.stored()).find(({ name }) => name === 'order');
    expect(order?.props).toEqual([
      ['sort', 'book'],
      ['revenue', 25.5],
      ['currency', 'EUR'],
    ]);
    await tab.evaluate(`
      const circle = {}; circle.self = circle;
      window.outcomes = Promise.all([
        footfall('before'),
        footfall('order', null, { revenue: { amount: 10n, currency: 'EUR' } }),
        footfall('order', null, { revenue: circle }),
        footfall('after'),
      ]); 0`);
    expect(await tab.evaluate('outcomes')).toEqual(['stored', 'dropped', 'dropped', 'stored']);
  });
});
