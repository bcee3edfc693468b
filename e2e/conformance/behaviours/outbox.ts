import assert from 'node:assert/strict';
import { until } from '../../support/until.ts';
import type { Behaviour, PageSpec, Scene, Tab } from '../behaviour.ts';
import { posts, triesOf } from './delivery.ts';
import { LOCAL } from './local.ts';

/** A page on a device whose clock is so much slow, in ms: what it leaves looks as old as that. */
const aged = (ms: number): PageSpec => ({ ...LOCAL, before: `const now = Date.now; Date.now = () => now() - ${ms};` });
/** Older than what another page may still be sending. */
const LEFT_MS = 60_000;
/** When a page looks for what is left the last time, and when in a page that need not wait so long. */
const ADOPT_MS = 30_000;
const SOON_MS = 6000;

/** Until nothing can come any more of what a page sent as it was closed. */
const LAST_WORDS = `await new Promise((resolve) => setTimeout(resolve, 1000))`;

const kept = (tab: Tab): Promise<unknown> => tab.run(`return Object.keys(localStorage).length`);

/** A page loses its collector, counts an event, and is left, which the steps do. */
async function leaveBehind({ serve, open, road, arrived }: Scene, page: PageSpec, code: string): Promise<Tab> {
  serve('/first', page);
  const tab = await open('/first');
  await arrived('pageview');
  road.obstacle = () => ({ status: 0 });
  await tab.run(code);
  return tab;
}

/** Events on the device, where the site has chosen that. */
export const outbox: readonly Behaviour[] = [
  {
    id: 'outbox-empty',
    group: 'outbox',
    name: 'what the collector has taken leaves the device',
    page: LOCAL,
    // A page in the background sends blindly, and so keeps what it has sent.
    focus: true,
    async steps({ open, arrived }) {
      const tab = await open('/');
      await tab.run(`track('signup')`);
      await arrived('signup');
      await until('nothing to be kept', async () => (await kept(tab)) === 0);
    },
    counted: { pageview: ['/'], signup: 1 },
    needs: ['outbox'],
  },
  {
    id: 'outbox-reload',
    group: 'outbox',
    name: 'a reload while the collector is away loses nothing',
    page: LOCAL,
    async steps(scene) {
      const tab = await leaveBehind(scene, aged(LEFT_MS), `track('lost')`);
      await tab.run(`window.isOld = true; setTimeout(() => location.reload())`);
      await until('the reload', () => tab.run('return !window.isOld && !!window.footfall') as Promise<boolean>);
      scene.serve('/first', LOCAL);
      scene.road.obstacle = () => undefined;
      await tab.goto(scene.url('/first'));
      await scene.arrived('lost');
    },
    counted: { pageview: ['/first', '/first', '/first'], lost: 1 },
    needs: ['outbox'],
  },
  {
    id: 'outbox-close',
    group: 'outbox',
    name: 'a tab that is closed while the collector is away loses nothing: a later page sends it, with its time',
    page: LOCAL,
    async steps(scene) {
      const tab = await leaveBehind(
        scene,
        aged(LEFT_MS),
        `for (let n = 0; n < 30; n++) track('lost', { text: 'x'.repeat(300) })`,
      );
      // Another stays, for some browsers end with their last tab.
      scene.serve('/other', { bare: true });
      const other = await scene.open('/other', { untracked: true });
      await tab.close();
      await other.run(LAST_WORDS);
      scene.road.obstacle = () => undefined;
      await other.goto(scene.url('/second'));
      await scene.arrived('lost', 30);
    },
    counted: { pageview: ['/first', '/second'], lost: 30 },
    check: ({ counted }) => assert.ok((counted('lost')[0]?.time ?? 0) < Date.now() - LEFT_MS / 2),
    needs: ['outbox'],
  },
  {
    id: 'outbox-answer',
    group: 'outbox',
    name: 'an event whose answer was lost, and that the next page repeats, is counted once',
    page: LOCAL,
    async steps(scene) {
      scene.serve('/first', aged(LEFT_MS));
      const tab = await scene.open('/first');
      await scene.arrived('pageview');
      scene.road.obstacle = () => ({ status: 0, delivers: true });
      await tab.run(`track('lost')`);
      await scene.arrived('lost');
      scene.road.obstacle = () => undefined;
      await tab.goto(scene.url('/second'));
      await scene.arrived('pageview', 2);
      await scene.settle(tab);
    },
    counted: { pageview: ['/first', '/second'], lost: 1 },
    needs: ['outbox'],
  },
  {
    id: 'outbox-two',
    group: 'outbox',
    name: 'two pages that take up the same count it once',
    page: LOCAL,
    async steps(scene) {
      const tab = await leaveBehind(scene, aged(LEFT_MS), `for (let n = 0; n < 20; n++) track('lost')`);
      const left = await tab.run(`return JSON.stringify(localStorage)`);
      scene.serve('/blank', { bare: true });
      const [one, two] = [
        await scene.open('/blank', { untracked: true }),
        await scene.open('/blank', { untracked: true }),
      ];
      await tab.close();
      await one.run(`${LAST_WORDS}; Object.assign(localStorage, ${String(left)})`);
      const before = triesOf(scene, 'lost');
      // Neither is told that they are there before the other has taken them up, too.
      const isOfThem = (): boolean => posts(scene).at(-1)?.body.includes('"lost"') === true;
      scene.road.obstacle = () => (isOfThem() ? { status: 0, delivers: true, lateMs: 1000 } : undefined);
      await Promise.all([one.goto(scene.url('/one')), two.goto(scene.url('/two'))]);
      await until('both to send them', () => triesOf(scene, 'lost') >= before + 2);
      await scene.arrived('lost', 20);
      await scene.settle(two);
    },
    counted: { pageview: 3, lost: 20 },
    needs: ['outbox'],
  },
  {
    id: 'outbox-just',
    group: 'outbox',
    name: 'what another page has left only just now is sent half a minute later',
    page: {
      ...LOCAL,
      before: `const real = setTimeout; window.setTimeout = (work, ms) => real(work, ms === ${ADOPT_MS} ? ${SOON_MS} : ms);`,
    },
    async steps(scene) {
      // Young when the next page begins, and old enough when it looks for the last time.
      const tab = await leaveBehind(scene, aged(ADOPT_MS + 1000 - SOON_MS), `track('lost')`);
      scene.serve('/other', { bare: true });
      const other = await scene.open('/other', { untracked: true });
      await tab.close();
      scene.road.obstacle = () => undefined;
      await other.goto(scene.url('/second'));
      await scene.arrived('lost');
    },
    counted: { pageview: ['/first', '/second'], lost: 1 },
    needs: ['outbox'],
  },
  {
    id: 'outbox-old',
    group: 'outbox',
    name: 'what is older than a day is dropped',
    page: LOCAL,
    // A page in the background sends blindly, and so keeps what it has sent.
    focus: true,
    async steps(scene) {
      scene.serve('/old', {
        ...LOCAL,
        before: `for (const key of Object.keys(localStorage)) {
          const left = JSON.parse(localStorage[key]);
          localStorage[key] = JSON.stringify({ ...left, time: left.time - 25 * 3_600_000 }).replaceAll('lost', 'stale');
        }`,
      });
      const tab = await leaveBehind(scene, LOCAL, `track('lost')`);
      const left = await tab.run(`return JSON.stringify(localStorage)`);
      scene.road.obstacle = () => undefined;
      await scene.arrived('lost');
      scene.serve('/blank', { bare: true });
      await tab.goto(scene.url('/blank'));
      await tab.run(`Object.assign(localStorage, ${String(left)})`);
      await tab.goto(scene.url('/old'));
      await until('nothing to be kept', async () => (await kept(tab)) === 0);
      await scene.settle(tab);
    },
    counted: { pageview: ['/first', '/old'], lost: 1 },
    needs: ['outbox'],
  },
  {
    id: 'outbox-user',
    group: 'outbox',
    name: 'what an earlier page has left belongs to its own user',
    async steps(scene) {
      const ada: PageSpec = { ...aged(LEFT_MS), options: { storage: 'local', userId: 'ada' } };
      const tab = await leaveBehind(scene, ada, `track('lost')`);
      scene.serve('/second', { options: { storage: 'local', userId: 'grace' } });
      scene.serve('/other', { bare: true });
      const other = await scene.open('/other', { untracked: true });
      await tab.close();
      await other.run(LAST_WORDS);
      scene.road.obstacle = () => undefined;
      await other.goto(scene.url('/second'));
      await scene.arrived('lost');
    },
    counted: { pageview: ['/first', '/second'], lost: 1 },
    check: ({ counted }) => assert.equal(counted('lost')[0]?.userId, 'ada'),
    needs: ['outbox'],
  },
  {
    id: 'outbox-killed',
    group: 'outbox',
    name: 'SIGKILL of the browser loses nothing that was on its disk: the next page sends it',
    own: 'browser',
    page: LOCAL,
    async steps(scene) {
      const tab = await leaveBehind(scene, aged(LEFT_MS), `track('lost')`);
      // A browser writes to its disk a moment later.
      await tab.run(`await new Promise((resolve) => setTimeout(resolve, 7000))`);
      await scene.killBrowser();
      scene.road.obstacle = () => undefined;
      await scene.open('/second');
      await scene.arrived('lost');
    },
    counted: { pageview: ['/first', '/second'], lost: 1 },
    needs: ['outbox'],
  },
  {
    id: 'outbox-forbidden',
    group: 'outbox',
    name: 'storage that is full, forbidden or missing costs the page and its events nothing',
    async steps(scene) {
      const broken = [
        `Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') };`,
        `Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } });`,
        `Object.defineProperty(window, 'localStorage', { value: null });`,
      ];
      for (const [place, before] of broken.entries()) {
        scene.serve(`/${place}`, { ...LOCAL, before });
        const tab = await scene.open(`/${place}`);
        await tab.run(`track('signup')`);
        await scene.arrived('signup', place + 1);
        assert.deepEqual(await tab.run('return errors'), []);
      }
    },
    counted: { pageview: ['/0', '/1', '/2'], signup: 3 },
    needs: ['outbox'],
  },
];
