import assert from 'node:assert/strict';
import { shows } from '../shows.ts';
import type { Behaviour, PageSpec, Tab } from '../behaviour.ts';

const push = (path: string): string => `history.pushState({}, '', '${path}');`;
const replace = (path: string): string => `history.replaceState({}, '', '${path}');`;
/** Longer than any tracker waits for the title. */
const SETTLE = `await new Promise((resolve) => setTimeout(resolve, 250));`;

/** A page in a browser without the Navigation API. */
const PATCHED: PageSpec = { before: `Object.defineProperty(window, 'navigation', { value: undefined });` };

async function move(tab: Tab, ...steps: string[]): Promise<void> {
  for (const step of steps) await tab.run(step + SETTLE);
}

/** Moves within the page. */
export const moves: readonly Behaviour[] = [
  {
    id: 'move-push',
    group: 'moves',
    name: 'a push to another path is a page view',
    async steps({ open, settle }) {
      const tab = await open('/');
      await move(tab, push('/cart'), push('/checkout'));
      await settle(tab);
    },
    counted: { pageview: ['/', '/cart', '/checkout'] },
  },
  {
    id: 'move-replace',
    group: 'moves',
    name: 'a replacement by another path, later, is a page view',
    async steps({ open, settle }) {
      const tab = await open('/');
      await move(tab, SETTLE, replace('/cart'));
      await settle(tab);
    },
    counted: { pageview: ['/', '/cart'] },
    needs: ['replace'],
  },
  {
    id: 'move-back',
    group: 'moves',
    name: 'back and forward are page views',
    async steps({ open, settle }) {
      const tab = await open('/');
      await move(tab, push('/a'), `history.back();`, `history.forward();`);
      await settle(tab);
    },
    counted: { pageview: ['/', '/a', '/', '/a'] },
  },
  {
    id: 'move-redirect',
    group: 'moves',
    name: 'a push and a replacement in one task are one page view: the one they lead to',
    async steps({ open, settle }) {
      const tab = await open('/');
      await move(tab, SETTLE, push('/account') + replace('/login'));
      await settle(tab);
    },
    counted: { pageview: ['/', '/login'] },
    needs: ['replace'],
  },
  {
    id: 'move-same-path',
    group: 'moves',
    name: 'a push of the same address is none',
    async steps({ open, settle }) {
      const tab = await open('/');
      await move(tab, `history.pushState({ n: 1 }, '', location.href);`, `history.replaceState({ n: 2 }, '');`);
      await settle(tab);
    },
    counted: { pageview: ['/'] },
    needs: ['same page'],
  },
  {
    id: 'move-query',
    group: 'moves',
    name: 'a change of the query alone is none',
    async steps({ open, settle }) {
      const tab = await open('/');
      await move(tab, push('/?sort=price'), replace('/?sort=name'));
      await settle(tab);
    },
    counted: { pageview: ['/'] },
    needs: ['path'],
  },
  {
    id: 'move-fragment',
    group: 'moves',
    name: 'a change of the fragment alone is none',
    async steps({ open, settle }) {
      const tab = await open('/');
      await move(tab, `location.hash = 'more';`, push('/#less'));
      await settle(tab);
    },
    counted: { pageview: ['/'] },
    needs: ['path'],
  },
  {
    id: 'move-query-asked',
    group: 'moves',
    name: 'with the option for it, a change of the query is a page view, of the fragment still none',
    page: { options: { query: true } },
    async steps({ open, settle }) {
      const tab = await open('/list');
      await move(tab, push('/list?page=2'), push('/list?page=2#top'));
      await settle(tab);
    },
    counted: { pageview: ['/list', '/list'] },
    needs: ['query'],
  },
  {
    id: 'move-hash',
    group: 'moves',
    name: 'with the option for it, what follows # is the page',
    page: { options: { hash: true } },
    async steps({ open, settle }) {
      const tab = await open('/app/#/inbox');
      await move(tab, `location.hash = '/settings';`, `history.back();`);
      await settle(tab);
    },
    counted: { pageview: 3 },
    check({ counted }) {
      const places = counted('pageview').map(({ url = '' }) => /inbox|settings/.exec(url)?.[0]);
      assert.deepEqual(places, ['inbox', 'settings', 'inbox']);
    },
    needs: ['hash'],
  },
  {
    id: 'move-title',
    group: 'moves',
    name: 'a page view within the page has the title that is set a moment later',
    page: { title: 'Shop' },
    async steps({ open, settle }) {
      const tab = await open('/');
      await move(tab, SETTLE, `${push('/cart')} setTimeout(() => { document.title = 'Cart' }, 20);`, push('/pay'));
      await settle(tab);
    },
    counted: { pageview: ['/', '/cart', '/pay'] },
    check({ counted }) {
      assert.deepEqual(
        counted('pageview').map(({ title }) => title),
        ['Shop', 'Cart', 'Cart'],
      );
    },
    needs: ['title'],
  },
  {
    id: 'move-referrer',
    group: 'moves',
    name: 'a page view within the page has the page before as its referrer',
    async steps({ open, settle }) {
      const tab = await open('/');
      await move(tab, push('/a'), push('/b'));
      await settle(tab);
    },
    counted: { pageview: ['/', '/a', '/b'] },
    check({ counted, url }) {
      const [, ...moved] = counted('pageview').map(({ referrer }) => referrer);
      assert.deepEqual(moved, [url('/'), url('/a')]);
    },
    needs: ['inner referrer'],
  },
  {
    id: 'move-fast',
    group: 'moves',
    focus: true,
    name: 'pushes that follow at once, and the tab closed, are a page view each',
    async steps({ open, arrived }) {
      const tab = await open('/');
      await arrived('pageview');
      await tab.run(push('/a'));
      await tab.run(push('/b'));
      await tab.close();
      await arrived('pageview', 3);
    },
    counted: { pageview: ['/', '/a', '/b'] },
  },
  {
    id: 'move-patched',
    group: 'moves',
    name: 'without the Navigation API pushes, replacements and back are seen by patched history',
    page: PATCHED,
    async steps({ open, settle }) {
      const tab = await open('/');
      await move(tab, push('/a'), replace('/b'), `history.back();`);
      await settle(tab);
    },
    counted: { pageview: ['/', '/a', '/b', '/'] },
    needs: ['replace'],
  },
  {
    id: 'move-patched-redirect',
    group: 'moves',
    name: 'without the Navigation API a push and a replacement in one task are one page view, too',
    page: PATCHED,
    async steps({ open, settle }) {
      const tab = await open('/');
      await move(tab, SETTLE, push('/account') + replace('/login'));
      await settle(tab);
    },
    counted: { pageview: ['/', '/login'] },
    needs: ['replace'],
  },
  {
    id: 'move-own-history',
    group: 'moves',
    name: "patched history does to the page what the browser's own does",
    page: PATCHED,
    async steps({ open, settle }) {
      const tab = await open('/');
      const found = await tab.run(`
        const result = history.pushState({ n: 1 }, '', '/one');
        let refused = '';
        try { history.pushState({}, '', 'https://elsewhere.example/'); } catch (error) { refused = error.name; }
        return [result ?? null, history.state.n, location.pathname, refused];`);
      assert.deepEqual(found, [null, 1, '/one', 'SecurityError']);
      await settle(tab);
    },
    counted: { pageview: ['/', '/one'] },
  },
  {
    id: 'move-intercepted',
    group: 'moves',
    name: 'a link that the page intercepts by the Navigation API is a page view',
    page: {
      before: `window.navigation?.addEventListener('navigate', (event) => event.intercept({ handler: async () => {} }));`,
      body: `<a id="link" href="/next">Next</a>`,
    },
    async steps({ open, settle, served }) {
      const tab = await open('/');
      await tab.click(`document.querySelector('#link')`);
      await shows(tab, '/next');
      await move(tab, '');
      assert.equal(served('/next'), 0);
      await settle(tab);
    },
    counted: { pageview: ['/', '/next'] },
    needs: ['navigation'],
  },
  {
    id: 'move-named',
    group: 'moves',
    name: 'an element with the id of the Navigation API is not taken for it',
    page: { before: `Object.defineProperty(window, 'navigation', { get: () => document.body });` },
    async steps({ open, settle }) {
      const tab = await open('/');
      await move(tab, push('/a'));
      await settle(tab);
    },
    counted: { pageview: ['/', '/a'] },
  },
];
