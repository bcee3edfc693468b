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
  test('what follows # can be the page', async () => {
    const { set, tab } = await open('data-hash', '/app/#/inbox?x=1');
    await move(tab, '/app/#/inbox?x=2', '/app/#!/settings', '/app/');
    await settle(set, tab);
    expect(viewed(set.road.passed)).toEqual(['/app/inbox#/inbox?x=1', '/app/settings#!/settings', '/app/']);
  });

  test('a change of the query can be a page view, of the fragment never', async () => {
    const { set, tab } = await open('data-query="true"', '/list');
    await move(tab, '/list?page=2', '/list?page=2#top', '/list?page=3');
    await settle(set, tab);
    expect(viewed(set.road.passed)).toEqual(['/list', '/list?page=2', '/list?page=3']);
  });

  test('only some can be counted, and some not', async () => {
    const { set, tab } = await open('data-include="/, /blog/**" data-exclude="/blog/drafts/*, /blog/*.xml"');
    await move(tab, '/admin', '/blog/2026/one', '/blog/drafts/two', '/blog/drafts/two/three', '/blog/feed.xml', '/');
    await tab.evaluate(`history.pushState({}, '', '/admin'); window.outcome = footfall('unseen')`);
    expect(await tab.evaluate('outcome')).toBe('dropped');
    await settle(set, tab);
    expect(viewed(set.road.passed)).toEqual(['/', '/blog/2026/one', '/blog/drafts/two/three', '/']);
    expect(accepted(set.road.passed, 'unseen')).toEqual([]);
  });

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

  test('the canonical address can be the page', async () => {
    const { set, tab } = await open('data-canonical', '/p?id=7', '<link rel="canonical" href="/products/chair">');
    await settle(set, tab);
    expect(viewed(set.road.passed)).toEqual(['/products/chair']);
  });

  test('one that the server answers with 404 is an event', async () => {
    const { set, tab } = await open('', '/gone', '<meta name="footfall-status" content="404">');
    await settle(set, tab);
    expect(accepted(set.road.passed, '404')[0]).toMatchObject({ props: { path: '/gone' }, interactive: false });
    const other = await open('data-not-found="false"', '/gone', '<meta name="footfall-status" content="404">');
    await settle(other.set, other.tab);
    expect(accepted(other.set.road.passed, '404')).toEqual([]);
  });
});

describe('the site has its say', () => {
  const edit = (body: string) => `<script>window.edit = (event) => { ${body} }</script>`;

  test('what a function answers is sent', async () => {
    const head = edit(`return { ...event, url: location.origin + '/edited', props: { ...event.props, by: 'site' } }`);
    const { set, tab } = await open('data-before-send="edit"', '/', head);
    await tab.evaluate(`footfall('signup', { plan: 'pro' })`);
    await set.arrived('signup', 1);
    expect(viewed(set.road.passed)).toEqual(['/edited']);
    expect(accepted(set.road.passed, 'signup')[0]?.props).toEqual({ plan: 'pro', by: 'site' });
  });

  test('what it drops, and what it fails at, is not counted', async () => {
    const head = edit(`if (event.name === 'fails') throw new Error('no'); return event.name !== 'drops' && event`);
    const { set, tab } = await open('data-before-send="edit"', '/', head);
    for (const name of ['drops', 'fails']) {
      await tab.evaluate(`window.outcome = footfall('${name}')`);
      expect(await tab.evaluate('outcome')).toBe('dropped');
    }
    await settle(set, tab);
    expect(set.road.passed.flatMap(({ events }) => events.map(({ name }) => name))).toEqual(['pageview', 'settled']);
  });

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

  test('stored, by a promise and by a callback', async () => {
    await tab.evaluate(
      `window.told = []; window.outcome = footfall('signup', null, { callback: (how) => told.push(how) })`,
    );
    expect(await tab.evaluate('outcome')).toBe('stored');
    expect(await tab.evaluate('told')).toEqual(['stored']);
  });

  test('refused, alone in a batch whose others are stored', async () => {
    await tab.evaluate(`window.outcomes = Promise.all([
      footfall('good'), footfall('pageview', null, { url: 'nonsense' }), footfall('signup', null, { url: 'nonsense' })])`);
    expect(await tab.evaluate('outcomes')).toEqual(['stored', 'refused', 'refused']);
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

test('an answer that no collector gives is a failure: a captive portal, a proxy', async () => {
  const { set, tab } = await open('');
  await set.arrived('pageview', 1);
  let portals = 1;
  set.road.obstacle = () => (portals-- > 0 ? { status: 200 } : undefined);
  await tab.evaluate(`footfall('signup')`);
  await set.arrived('signup', 1);
  expect((await set.stored()).filter(({ name }) => name === 'signup')).toHaveLength(1);
});

test('what is too large for a proxy is halved', async () => {
  const { set, tab } = await open('');
  await set.arrived('pageview', 1);
  let refusals = 3;
  set.road.obstacle = () => (refusals-- > 0 ? { status: 413 } : undefined);
  await tab.evaluate(`for (let n = 0; n < 8; n++) footfall('part', { n })`);
  await set.arrived('part', 8);
  expect((await set.stored()).filter(({ name }) => name === 'part')).toHaveLength(8);
});

describe('twice on a page', () => {
  const copies = (more: string) => (collector: string) => ({
    html: `<!doctype html><title>Twice</title>
      <script defer src="${collector}/s.js" data-site="${SITE}"></script>
      <script defer src="${collector}/s.all.js" data-site="${SITE}" ${more}></script>`,
  });

  test('by two builds counts once, and later calls reach the first', async () => {
    const set = await scene({ '*': copies('') });
    const tab = await browser.page();
    await tab.goto(set.url('/'));
    await tab.waitForLoadState('load');
    await tab.evaluate(`window.outcome = footfall('signup')`);
    expect(await tab.evaluate('outcome')).toBe('stored');
    await tab.close();
    await set.arrived('engagement', 1);
    const stored = await set.stored();
    expect(stored.map(({ name }) => name).sort()).toEqual(['engagement', 'pageview', 'signup']);
  });
});
