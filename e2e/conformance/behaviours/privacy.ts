import assert from 'node:assert/strict';
import type { Behaviour, Scene, Tab } from '../behaviour.ts';
import type { PageOptions } from '../trackers/tracker.ts';

const GPC = `Object.defineProperty(navigator, 'globalPrivacyControl', { value: true });`;
const DNT = `Object.defineProperty(navigator, 'doNotTrack', { value: '1' });`;
/** Past the time after which a batch goes. */
const LATER = `await new Promise((resolve) => setTimeout(resolve, 800));`;

const NPM: PageOptions = { by: 'npm' };

/** A page in a browser that asks for privacy, and what it comes to. */
function wishing(
  id: string,
  name: string,
  before: string,
  options: PageOptions,
  counted: Behaviour['counted'],
  check: (scene: Scene) => void = () => {},
): Behaviour {
  return {
    id,
    group: 'privacy',
    name,
    page: { before, options },
    async steps({ open }) {
      const tab = await open('/');
      await tab.run(`track('signup'); ${LATER}`);
    },
    ...(counted ? { counted } : {}),
    check,
    needs: ['gpc'],
  };
}

const hasNobody = ({ counted }: Scene): void => {
  for (const event of counted()) assert.deepEqual([event.userId, event.hasVisitor], [undefined, false]);
};
const hasUser = ({ counted }: Scene): void => {
  for (const event of counted('signup')) assert.deepEqual([event.userId, event.hasVisitor], ['ada', true]);
};

const USER: PageOptions = { userId: 'ada' };
const BOTH = { pageview: ['/'], signup: 1 };

/** What is kept on the device, in any way that a page has. */
const KEPT = `
  const databases = indexedDB.databases ? await indexedDB.databases() : [];
  return [document.cookie, localStorage.length, sessionStorage.length, databases.length, window.name];`;

const nothing = async (tab: Tab): Promise<void> => assert.deepEqual(await tab.run(KEPT), ['', 0, 0, 0, '']);

/** What a person wants, and how it is kept to. */
export const privacy: readonly Behaviour[] = [
  wishing('gpc-count', 'Global Privacy Control: counted without user and visitor', GPC, USER, BOTH, hasNobody),
  wishing(
    'gpc-drop',
    'Global Privacy Control: not counted, where the page says so',
    GPC,
    { ...USER, gpc: 'drop' },
    {},
    ({ road }) => assert.equal(road.passed.length, 0),
  ),
  wishing(
    'gpc-ignore',
    'Global Privacy Control: as any other, where the page says so',
    GPC,
    { ...USER, gpc: 'ignore' },
    BOTH,
    hasUser,
  ),
  wishing('dnt-count', 'Do Not Track: counted without user and visitor', DNT, USER, BOTH, hasNobody),
  wishing('dnt-drop', 'Do Not Track: not counted, where the page says so', DNT, { ...USER, gpc: 'drop' }, {}),
  wishing(
    'dnt-ignore',
    'Do Not Track: as any other, where the page says so',
    DNT,
    { ...USER, gpc: 'ignore' },
    BOTH,
    hasUser,
  ),
  {
    id: 'gpc-device',
    group: 'privacy',
    name: 'a browser that asks for privacy keeps nothing, though the site has chosen an outbox',
    page: { before: GPC, options: { storage: 'local' } },
    async steps({ open, settle }) {
      const tab = await open('/');
      await tab.run(`track('signup')`);
      await nothing(tab);
      await settle(tab);
    },
    counted: BOTH,
    needs: ['gpc', 'outbox'],
  },
  {
    id: 'consent-pending',
    group: 'privacy',
    name: 'while consent is awaited nothing is sent',
    page: { options: { ...NPM, consent: 'pending', storage: 'local' } },
    async steps({ open, road }) {
      const tab = await open('/');
      await tab.run(`track('signup'); ${LATER}`);
      assert.equal(road.passed.length, 0);
      await nothing(tab);
    },
    counted: {},
    needs: ['consent'],
  },
  {
    id: 'consent-granted',
    group: 'privacy',
    name: 'granted: what waited is sent, with the times at which it happened',
    page: { options: { ...NPM, consent: 'pending' } },
    async steps({ open, arrived }) {
      const tab = await open('/');
      await tab.run(`track('signup'); ${LATER} ${LATER} consent('granted'); ${LATER} track('after')`);
      await arrived('after');
    },
    counted: { ...BOTH, after: 1 },
    check({ counted }) {
      const [signup, after] = [counted('signup')[0], counted('after')[0]];
      assert.ok((after?.time ?? 0) - (signup?.time ?? 0) > 1600);
    },
    needs: ['consent'],
  },
  {
    id: 'consent-denied',
    group: 'privacy',
    name: 'denied: what waited is gone, from the device too, and nothing comes after it',
    page: { options: { ...NPM, consent: 'pending', storage: 'local' } },
    async steps({ open, road }) {
      const tab = await open('/');
      await tab.run(`track('signup'); consent('denied'); track('after'); ${LATER}`);
      await nothing(tab);
      await tab.close();
      assert.equal(road.passed.length, 0);
    },
    counted: {},
    needs: ['consent', 'denial'],
  },
  {
    id: 'out-lasts',
    group: 'privacy',
    name: 'who has opted out is not counted, nor on the next page',
    async steps({ open, arrived, url, tracker }) {
      const tab = await open('/');
      await arrived('pageview');
      await tab.run(`${tracker.optOut}; track('signup')`);
      await tab.goto(url('/next'));
      await tab.run(`track('signup'); ${LATER}`);
    },
    counted: { pageview: ['/'] },
    needs: ['opt-out'],
  },
  {
    id: 'out-in',
    group: 'privacy',
    name: 'who has opted in again is counted',
    page: { options: NPM },
    async steps({ open, arrived, url }) {
      const tab = await open('/');
      await arrived('pageview');
      await tab.run(`optOut(); track('out'); ${LATER}`);
      await tab.goto(url('/next'));
      await tab.run(`${LATER} optIn(); track('in')`);
      await arrived('in');
    },
    counted: { pageview: 1, in: 1 },
    needs: ['opt-out', 'opt-in'],
  },
  {
    id: 'out-device',
    group: 'privacy',
    name: 'opting out deletes what is kept on the device, but the wish itself',
    page: { options: { ...NPM, storage: 'local' } },
    async steps({ open, arrived, road }) {
      const tab = await open('/');
      await arrived('pageview');
      road.obstacle = () => ({ status: 503 });
      await tab.run(`track('signup'); optOut();`);
      assert.deepEqual(await tab.run('return Object.keys(localStorage)'), ['footfallOut']);
    },
    counted: { pageview: 1 },
    needs: ['opt-out', 'opt-in', 'outbox'],
  },
  {
    id: 'destroy-all',
    group: 'privacy',
    name: 'destroy takes off every listener and patch, and deletes what is on the device',
    page: {
      options: { ...NPM, storage: 'local' },
      before: `
        Object.defineProperty(window, 'navigation', { value: undefined });
        window.listeners = [];
        const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
        EventTarget.prototype.addEventListener = function (type, work, ...more) { listeners.push(work); return add.call(this, type, work, ...more) };
        EventTarget.prototype.removeEventListener = function (type, work, ...more) {
          listeners = listeners.filter((other) => other !== work);
          return remove.call(this, type, work, ...more);
        };
        window.own = [history.pushState, history.replaceState];`,
    },
    async steps({ open, arrived }) {
      const tab = await open('/');
      await arrived('pageview');
      assert.ok(Number(await tab.run('return listeners.length')) > 8);
      await tab.run(`track('waiting'); destroy()`);
      assert.equal(await tab.run('return listeners.length'), 0);
      assert.ok(await tab.run('return history.pushState === own[0] && history.replaceState === own[1]'));
      await nothing(tab);
      await tab.run(`history.pushState({}, '', '/moved'); track('after'); ${LATER}`);
    },
    counted: { pageview: ['/'] },
    needs: ['destroy'],
  },
  {
    id: 'device-nothing',
    group: 'privacy',
    name: 'by default nothing is written to the device',
    async steps({ open, settle }) {
      const tab = await open('/');
      await tab.run(`track('signup'); history.pushState({}, '', '/next')`);
      await settle(tab);
      await nothing(tab);
    },
    counted: { pageview: ['/', '/next'], signup: 1 },
  },
  {
    id: 'one-host',
    group: 'privacy',
    name: 'no other host is asked than the collector',
    async steps({ open, settle, url, collector }) {
      const tab = await open('/');
      await settle(tab);
      const asked = (await tab.run(
        `return performance.getEntriesByType('resource').map(({ name }) => name)`,
      )) as string[];
      const own = [url('/'), collector('/'), 'data:'];
      assert.deepEqual(
        asked.filter((name) => !own.some((start) => name.startsWith(start))),
        [],
      );
    },
    counted: { pageview: ['/'] },
  },
];
