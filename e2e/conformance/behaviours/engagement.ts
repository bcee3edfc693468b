import assert from 'node:assert/strict';
import { until } from '../../support/until.ts';
import { shows } from '../shows.ts';
import type { Behaviour, Scene, Tab } from '../behaviour.ts';
import type { Counted } from '../counted.ts';

const TALL = `<div style="height: 4000px"></div>`;
const wait = (ms: number): string => `await new Promise((resolve) => setTimeout(resolve, ${ms}));`;
/** Scrolls, and waits until the page has been told of it. */
const scroll = (top: string): string =>
  `await new Promise((resolve) => { addEventListener('scroll', resolve, { once: true }); scrollTo(0, ${top}) }); ${wait(100)}`;

const isHidden = (tab: Tab): Promise<boolean> => tab.run('return document.hidden') as Promise<boolean>;

/** Puts another tab in front; answers what takes it away again. */
async function hide({ serve, open }: Scene, tab: Tab): Promise<() => Promise<void>> {
  serve('/other', { bare: true });
  const other = await open('/other', { untracked: true });
  await until('the tab to be hidden', () => isHidden(tab));
  return async () => {
    await other.close();
    await tab.front();
    await until('the tab to be shown', async () => !(await isHidden(tab)));
  };
}

/** The last word about a path, which is cumulative. */
function lastOf({ counted }: Scene, path = '/'): Counted | undefined {
  return counted('engagement').findLast((one) => one.path === path);
}

/** The time that was told, in all. */
const engagedMs = (scene: Scene, path?: string): number => lastOf(scene, path)?.engagedMs ?? 0;

/** A page that is looked at and left. */
function looked(
  id: string,
  name: string,
  { body = '', before = '' }: { body?: string; before?: string },
  code: string,
  check: (scene: Scene) => void,
  needs: Behaviour['needs'] = ['engagement'],
): Behaviour {
  return {
    id,
    group: 'engagement',
    name,
    focus: true,
    page: { body, before },
    async steps({ open, arrived }) {
      const tab = await open('/');
      await arrived('pageview');
      await tab.run(code);
      await tab.close();
      await arrived('engagement');
    },
    counted: { pageview: ['/'] },
    check,
    needs,
  };
}

/** How long and how far pages are looked at. */
export const engagement: readonly Behaviour[] = [
  looked('seen-time', 'the time a page was looked at is told when it is left', {}, wait(1200), (scene) => {
    const ms = engagedMs(scene);
    assert.ok(ms > 1000 && ms < 6000, `${ms} ms`);
  }),
  {
    id: 'seen-hidden',
    group: 'engagement',
    name: 'it is told when the page is hidden; hidden time is none, and what follows adds to it',
    focus: true,
    async steps(scene) {
      const tab = await scene.open('/');
      await scene.arrived('pageview');
      await tab.run(wait(500));
      const show = await hide(scene, tab);
      await scene.arrived('engagement');
      const before = engagedMs(scene);
      assert.ok(before > 400);
      await tab.run(wait(2500));
      await show();
      await tab.run(wait(500));
      await tab.close();
      await until('the last word', () => engagedMs(scene) > before);
      const after = engagedMs(scene) - before;
      assert.ok(after > 300 && after < 2400, `${after} ms after it was shown again`);
      // One view, whose words are about it alone.
      assert.equal(new Set(scene.counted('engagement').map(({ view }) => view)).size, 1);
    },
    counted: { pageview: ['/'] },
    needs: ['engagement', 'cumulative'],
  },
  {
    id: 'seen-behind',
    group: 'engagement',
    name: 'a page that was never seen has no engagement',
    focus: true,
    async steps({ serve, open, openBehind, arrived, settle }) {
      serve('/front', { bare: true });
      const front = await open('/front', { untracked: true });
      const tab = await openBehind('/');
      await arrived('pageview');
      await tab.run(wait(1000));
      await settle(tab);
      await tab.close();
      await front.run(wait(500));
    },
    counted: { pageview: ['/'], engagement: 0 },
    needs: ['engagement', 'background'],
  },
  {
    id: 'seen-moves',
    group: 'engagement',
    name: 'each page view within the page has its own time and depth',
    focus: true,
    page: { body: TALL },
    async steps(scene) {
      const tab = await scene.open('/');
      await scene.arrived('pageview');
      await tab.run(`${scroll('9999')} ${wait(700)} history.pushState({}, '', '/b'); scrollTo(0, 0); ${wait(400)}`);
      await tab.close();
      await until('both to be told', () => lastOf(scene) && lastOf(scene, '/b'));
    },
    counted: { pageview: ['/', '/b'] },
    check(scene) {
      assert.equal(lastOf(scene)?.depth, 100);
      assert.ok(engagedMs(scene) > 600);
      assert.ok((lastOf(scene, '/b')?.depth ?? 100) < 50);
      assert.ok(engagedMs(scene, '/b') < engagedMs(scene));
    },
    needs: ['engagement', 'depth'],
  },
  {
    id: 'seen-view',
    group: 'engagement',
    name: 'engagement belongs to its own page view, by its id and start',
    focus: true,
    async steps(scene) {
      const tab = await scene.open('/');
      await scene.arrived('pageview');
      await tab.run(`${wait(300)} history.pushState({}, '', '/b'); ${wait(300)}`);
      await tab.close();
      await until('both to be told', () => lastOf(scene) && lastOf(scene, '/b'));
    },
    counted: { pageview: ['/', '/b'] },
    check(scene) {
      for (const { id, path, clock } of scene.counted('pageview')) {
        assert.equal(lastOf(scene, path)?.view, id);
        assert.equal(lastOf(scene, path)?.viewClock, clock);
      }
    },
    needs: ['engagement', 'view'],
  },
  {
    id: 'seen-cached',
    group: 'engagement',
    name: 'a page that comes back from the back-forward cache has an engagement of its own',
    focus: true,
    page: { body: `<a id="link" href="/next">Next</a>` },
    async steps(scene) {
      const tab = await scene.open('/');
      await scene.arrived('pageview');
      await tab.run(`window.isTheSame = true; ${wait(200)}`);
      await tab.click(`document.querySelector('#link')`);
      await scene.arrived('pageview', 2);
      await shows(tab, '/next');
      await tab.run(`setTimeout(() => history.back())`);
      await scene.arrived('pageview', 3);
      await shows(tab, '/');
      assert.equal(await tab.run('return window.isTheSame'), true, 'the browser has not kept the page');
      await tab.run(wait(300));
      await tab.close();
      await until('each to be told', () => new Set(scene.counted('engagement').map(({ view }) => view)).size === 3);
    },
    counted: { pageview: ['/', '/next', '/'] },
    needs: ['engagement', 'view'],
  },
  looked(
    'depth-short',
    'a page shorter than the window has been seen whole',
    { body: '<p>Short</p>' },
    wait(300),
    (scene) => {
      assert.equal(lastOf(scene)?.depth, 100);
    },
    ['depth'],
  ),
  looked(
    'depth-tall',
    'of a tall page the deepest point counts, not the last',
    { body: TALL },
    `${scroll('document.documentElement.scrollHeight / 2 - innerHeight')} ${scroll('0')}`,
    (scene) => {
      const depth = lastOf(scene)?.depth ?? 0;
      assert.ok(depth >= 48 && depth <= 52, `${depth} %`);
    },
    ['depth'],
  ),
  looked(
    'depth-top',
    'of a tall page that nobody scrolled, what the window shows',
    { body: TALL },
    wait(300),
    (scene) => {
      const depth = lastOf(scene)?.depth ?? 100;
      assert.ok(depth > 5 && depth < 30, `${depth} %`);
    },
    ['depth'],
  ),
  looked(
    'depth-grown',
    'content that grows makes the depth that of the page as it is in the end',
    { body: '<p>Short</p>' },
    `${wait(300)} document.body.style.height = '8000px'; ${wait(300)}`,
    (scene) => {
      const depth = lastOf(scene)?.depth ?? 100;
      assert.ok(depth < 20, `${depth} %`);
    },
    ['depth'],
  ),
  looked(
    'time-clock',
    'a clock that is set forward by an hour is no time',
    {},
    `${wait(500)} const now = Date.now; Date.now = () => now() + 3_600_000; ${wait(500)} Date.now = now;`,
    (scene) => {
      assert.ok(engagedMs(scene) < 10_000, `${engagedMs(scene)} ms`);
    },
  ),
  looked(
    'time-sleep',
    'a device that sleeps for an hour is no time',
    {
      before: `const real = performance.now.bind(performance); window.sleptMs = 0; performance.now = () => real() + sleptMs; const wall = Date.now; Date.now = () => wall() + sleptMs;`,
    },
    `${wait(500)} window.sleptMs = 3_600_000; ${wait(500)}`,
    (scene) => {
      assert.ok(engagedMs(scene) < 15_000, `${engagedMs(scene)} ms`);
    },
  ),
];
