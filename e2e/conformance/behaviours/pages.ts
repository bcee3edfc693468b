import assert from 'node:assert/strict';
import type { Behaviour, PageSpec, Scene, Tab } from '../behaviour.ts';
import { until } from '../../support/until.ts';
import { shows } from '../shows.ts';

const LINK = `<a id="link" href="/next">Next</a>`;
/** What keeps a page out of the back-forward cache, of one engine or another. */
const NOT_KEPT = `addEventListener('unload', () => {}); navigator.locks?.request('own', () => new Promise(() => {}));`;

const SAME_TASK = (path: string): string => `setTimeout(() => { location.href = '${path}' })`;

/** From `/` to `/next` and back; whether the browser had kept the first as it was. */
async function goAndComeBack({ open, arrived }: Scene): Promise<Tab> {
  const tab = await open('/');
  await arrived('pageview');
  await tab.run(`window.isTheSame = true`);
  await tab.click(`document.querySelector('#link')`);
  await arrived('pageview', 2);
  await shows(tab, '/next');
  await tab.run(`setTimeout(() => history.back())`);
  await shows(tab, '/');
  return tab;
}

const isTheSame = async (tab: Tab): Promise<void> =>
  assert.equal(await tab.run('return window.isTheSame'), true, 'the browser has not kept the page');

/** A page that has the browser load the next one ahead. */
const AHEAD: PageSpec = {
  head: `<script type="speculationrules">${JSON.stringify({ prerender: [{ source: 'list', urls: ['/next'], eagerness: 'immediate' }] })}</script>`,
  body: LINK,
};

/** Loads of whole pages. */
export const pages: readonly Behaviour[] = [
  {
    id: 'page-load',
    group: 'pages',
    name: 'a load is one page view, with its title, address and referrer',
    page: { title: 'Pricing & more' },
    async steps({ serve, open, url, arrived }) {
      serve('/from', { bare: true, body: `<a id="link" href="${url('/pricing')}">Pricing</a>` });
      const tab = await open('/from', { host: '127.0.0.1', untracked: true });
      await tab.click(`document.querySelector('#link')`);
      await arrived('pageview');
    },
    counted: { pageview: ['/pricing'] },
    check({ counted, tracker }) {
      const [view] = counted('pageview');
      if (!tracker.lacks.title) assert.equal(view?.title, 'Pricing & more');
      assert.match(view?.referrer ?? '', /^http:\/\/127\.0\.0\.1/);
    },
  },
  {
    id: 'page-link',
    group: 'pages',
    name: 'a link to another page is another page view, whose referrer is the first',
    page: { body: LINK },
    async steps({ open, arrived }) {
      const tab = await open('/');
      await arrived('pageview');
      await tab.click(`document.querySelector('#link')`);
      await arrived('pageview', 2);
    },
    counted: { pageview: ['/', '/next'] },
    check: ({ counted, url }) => assert.equal(counted('pageview')[1]?.referrer, url('/')),
  },
  {
    id: 'page-reload',
    group: 'pages',
    name: 'a reload is another page view',
    async steps({ open, arrived }) {
      const tab = await open('/');
      await arrived('pageview');
      await tab.run(`setTimeout(() => location.reload())`);
      await arrived('pageview', 2);
    },
    counted: { pageview: ['/', '/'] },
  },
  {
    id: 'page-hurry',
    group: 'pages',
    name: 'a page that is left as soon as it has loaded counts, and the next one',
    page: { body: LINK },
    async steps({ open, arrived }) {
      const tab = await open('/');
      await tab.run(SAME_TASK('/next'));
      await arrived('pageview', 2);
    },
    counted: { pageview: ['/', '/next'] },
  },
  {
    id: 'page-back',
    group: 'pages',
    name: 'back to a page that the browser has not kept is a page view',
    page: { body: LINK, before: NOT_KEPT },
    async steps(scene) {
      await goAndComeBack(scene);
      await scene.arrived('pageview', 3);
    },
    counted: { pageview: ['/', '/next', '/'] },
  },
  {
    id: 'page-cached',
    group: 'pages',
    name: 'a page that comes back from the back-forward cache is a new page view',
    page: { body: LINK },
    async steps(scene) {
      const tab = await goAndComeBack(scene);
      await scene.arrived('pageview', 3);
      await isTheSame(tab);
    },
    counted: { pageview: ['/', '/next', '/'] },
  },
  {
    id: 'page-cached-event',
    group: 'pages',
    name: 'events go on after a page has come back from the back-forward cache',
    page: { body: LINK },
    async steps(scene) {
      const tab = await goAndComeBack(scene);
      await scene.arrived('pageview', 3);
      await isTheSame(tab);
      await tab.run(`track('again')`);
      await scene.arrived('again');
    },
    counted: { pageview: ['/', '/next', '/'], again: ['/'] },
  },
  {
    id: 'page-prerendered',
    group: 'pages',
    name: 'a prerendered page counts when it is shown, and not before',
    async steps({ serve, open, served, arrived, counted }) {
      serve('/', AHEAD);
      const tab = await open('/');
      await arrived('pageview');
      await until('the next page to be loaded ahead', () => served('/next') > 0);
      await tab.run(`await new Promise((resolve) => setTimeout(resolve, 1000))`);
      assert.equal(counted('pageview').length, 1);
      await tab.click(`document.querySelector('#link')`);
      await arrived('pageview', 2);
      assert.equal(served('/next'), 1, 'it was not the prerendered page that was shown');
    },
    counted: { pageview: ['/', '/next'] },
  },
  {
    id: 'page-never-shown',
    group: 'pages',
    name: 'a prerendered page that is never shown is not counted',
    async steps({ serve, open, served, settle }) {
      serve('/', AHEAD);
      const tab = await open('/');
      await until('the next page to be loaded ahead', () => served('/next') > 0);
      await tab.run(`await new Promise((resolve) => setTimeout(resolve, 1000))`);
      await settle(tab);
    },
    counted: { pageview: ['/'] },
  },
  {
    id: 'page-behind',
    group: 'pages',
    focus: true,
    name: 'a page in a background tab is a page view',
    async steps({ open, openBehind, arrived }) {
      await open('/front', { untracked: true });
      const tab = await openBehind('/');
      assert.equal(await tab.run('return document.visibilityState'), 'hidden');
      await arrived('pageview', 2);
    },
    counted: { pageview: 2 },
    needs: ['background'],
  },
  {
    id: 'page-behind-shown',
    group: 'pages',
    focus: true,
    name: 'a background tab that is shown later is one page view',
    async steps({ serve, open, openBehind, arrived, settle }) {
      serve('/front', { bare: true });
      await open('/front', { untracked: true });
      const tab = await openBehind('/');
      await tab.front();
      await arrived('pageview');
      await settle(tab);
    },
    counted: { pageview: ['/'] },
  },
  {
    id: 'page-hidden-shown',
    group: 'pages',
    focus: true,
    name: 'a tab that is hidden and shown again is one page view',
    async steps({ serve, open, arrived, settle }) {
      serve('/other', { bare: true });
      const tab = await open('/');
      await arrived('pageview');
      const other = await open('/other', { untracked: true });
      await until('it to be hidden', async () => (await tab.run('return document.hidden')) === true);
      await other.close();
      await tab.front();
      await settle(tab);
    },
    counted: { pageview: ['/'] },
  },
  {
    id: 'page-early',
    group: 'pages',
    name: 'calls from before the script has loaded are kept, and counted',
    page: { options: { early: true }, body: `<script>track('early', { plan: 'pro' })</script>` },
    async steps({ open, arrived }) {
      await open('/');
      await arrived('early');
    },
    counted: { pageview: ['/'], early: ['/'] },
    check: ({ counted }) => assert.deepEqual(counted('early')[0]?.props, { plan: 'pro' }),
    needs: ['early calls'],
  },
];
