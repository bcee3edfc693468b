import assert from 'node:assert/strict';
import type { Behaviour, Scene, Tab } from '../behaviour.ts';

export const MANY = `for (let n = 0; n < 100; n++) track('many', { n: String(n) });`;

/** A page whose view has been counted. */
export async function ready({ open, arrived }: Scene, path = '/'): Promise<Tab> {
  const tab = await open(path);
  await arrived('pageview');
  return tab;
}

export const posts = ({ road }: Scene) => road.passed.filter(({ method }) => method === 'POST');

/** How often the collector was asked to take an event of that name. */
export const triesOf = (scene: Scene, name: string): number =>
  posts(scene).filter(({ body }) => body.includes(`"${name}"`)).length;

/** The last events of a page in which something is wrong with how they would go. */
function lastWords(id: string, name: string, before: string): Behaviour {
  return {
    id,
    group: 'delivery',
    name,
    focus: true,
    page: { before },
    async steps(scene) {
      const tab = await ready(scene);
      await tab.run(`track('a'); track('b')`);
      await tab.close();
    },
    counted: { pageview: ['/'], a: 1, b: 1 },
  };
}

/** How events reach the collector. */
export const delivery: readonly Behaviour[] = [
  {
    id: 'send-hundred',
    group: 'delivery',
    name: 'a hundred events of one task are all counted, in their order',
    async steps(scene) {
      const tab = await ready(scene);
      await tab.run(MANY);
      await scene.arrived('many', 100);
    },
    counted: { pageview: ['/'], many: 100 },
    check({ counted, tracker }) {
      const many = counted('many').sort((a, b) => Number(a.props.n) - Number(b.props.n));
      assert.deepEqual(
        many.map(({ props }) => Number(props.n)),
        Array.from({ length: 100 }, (_, n) => n),
      );
      // Requests may overtake one another: the order is that of the times.
      const clocks = many.map(({ clock }) => clock);
      if (!tracker.lacks.times)
        assert.deepEqual(
          clocks.toSorted((a, b) => a - b),
          clocks,
        );
    },
  },
  {
    id: 'send-few',
    group: 'delivery',
    name: 'a hundred events of one task go in at most ten requests',
    async steps(scene) {
      const tab = await ready(scene);
      await tab.run(MANY);
      await scene.arrived('many', 100);
    },
    counted: { pageview: ['/'], many: 100 },
    check: (scene) => assert.ok(triesOf(scene, 'many') <= 10),
    needs: ['batches'],
  },
  {
    id: 'send-sparing',
    group: 'delivery',
    name: 'one request in the first second, and one on leaving',
    // As the page goes, so that a slow machine does not let the batch go before.
    page: {
      before: `const last = () => { if (!window.isLeft) { window.isLeft = true; track('a'); track('b') } };
        for (const type of ['visibilitychange', 'pagehide']) addEventListener(type, last, true);`,
    },
    async steps(scene) {
      scene.serve('/away', { bare: true });
      const tab = await ready(scene);
      await tab.run(`await new Promise((resolve) => setTimeout(resolve, 1000))`);
      assert.equal(posts(scene).length, 1);
      await tab.run(`setTimeout(() => { location.href = '/away' })`);
      await scene.arrived('b');
    },
    counted: { pageview: ['/'], a: 1, b: 1 },
    check: (scene) => assert.equal(posts(scene).length, 2),
    needs: ['batches'],
  },
  {
    id: 'send-times',
    group: 'delivery',
    name: 'events that wait keep their order and the times at which they happened',
    async steps(scene) {
      const tab = await ready(scene);
      await scene.road.cut();
      const times = (await tab.run(`
        const times = [];
        for (const name of ['a', 'b', 'c']) {
          times.push(Date.now());
          track(name);
          await new Promise((resolve) => setTimeout(resolve, 400));
        }
        return times;`)) as number[];
      await scene.road.mend();
      await scene.arrived('c');
      const counted = ['a', 'b', 'c'].map((name) => scene.counted(name)[0]?.time ?? 0);
      // All are corrected by how much the page's clock is wrong.
      const off = counted.map((time, n) => time - (times[n] ?? 0));
      assert.ok(Math.max(...off) - Math.min(...off) < 200, `off by ${off.join(', ')} ms`);
    },
    counted: { pageview: ['/'], a: 1, b: 1, c: 1 },
    needs: ['times'],
  },
  {
    id: 'send-no-preflight',
    group: 'delivery',
    name: 'no request needs a preflight, and none has a cookie or a header of its own',
    page: { before: `document.cookie = 'own=1'` },
    async steps(scene) {
      const tab = await scene.open('/', { host: '127.0.0.1' });
      await scene.arrived('pageview');
      await tab.run(`track('a')`);
      await scene.arrived('a');
      await tab.run(`track('b')`);
      await tab.close();
    },
    counted: { pageview: ['/'], a: 1, b: 1 },
    check({ road }) {
      for (const { method, headers } of road.passed) {
        assert.equal(method, 'POST');
        assert.match(headers['content-type'] ?? '', /^text\/plain/);
        assert.equal(headers.cookie, undefined);
      }
    },
  },
  {
    id: 'send-link',
    group: 'delivery',
    name: 'an event in the click that leaves the page',
    page: { body: `<a id="link" href="/away" onclick="track('clicked')">Away</a>` },
    async steps(scene) {
      scene.serve('/away', { bare: true });
      const tab = await ready(scene);
      await tab.click(`document.querySelector('#link')`);
      await scene.arrived('clicked');
    },
    counted: { pageview: ['/'], clicked: 1 },
  },
  {
    id: 'send-leave',
    group: 'delivery',
    name: 'events in the task that leaves the page by itself',
    async steps(scene) {
      scene.serve('/away', { bare: true });
      const tab = await ready(scene);
      await tab.run(`setTimeout(() => { for (let n = 0; n < 10; n++) track('last'); location.href = '/away' })`);
      await scene.arrived('last', 10);
    },
    counted: { pageview: ['/'], last: 10 },
  },
  {
    id: 'send-reload',
    group: 'delivery',
    name: 'an event right before a reload',
    async steps(scene) {
      const tab = await ready(scene);
      await tab.run(`setTimeout(() => { track('last'); location.reload() })`);
      await scene.arrived('pageview', 2);
    },
    counted: { pageview: ['/', '/'], last: 1 },
  },
  {
    id: 'send-close',
    group: 'delivery',
    focus: true,
    name: 'fifty events, and the tab closed at once',
    async steps(scene) {
      const tab = await ready(scene);
      await tab.run(`for (let n = 0; n < 50; n++) track('last', { text: 'x'.repeat(300) })`);
      await tab.close();
      await scene.arrived('last', 50);
    },
    counted: { pageview: ['/'], last: 50 },
  },
  {
    id: 'send-close-early',
    group: 'delivery',
    focus: true,
    name: 'a tab that is closed as soon as the page has loaded is a page view',
    async steps({ open, arrived }) {
      const tab = await open('/');
      await tab.close();
      await arrived('pageview');
    },
    counted: { pageview: ['/'] },
  },
  {
    id: 'send-hidden',
    group: 'delivery',
    focus: true,
    name: 'a tab that is hidden sends at once what waits',
    async steps(scene) {
      scene.serve('/other', { bare: true });
      const tab = await ready(scene);
      await tab.run(`track('waits')`);
      await scene.open('/other', { untracked: true });
      await scene.arrived('waits');
      await tab.run(`track('behind')`);
      await scene.arrived('behind');
    },
    counted: { pageview: ['/'], waits: 1, behind: 1 },
  },
  {
    id: 'send-tabs',
    group: 'delivery',
    name: 'two tabs of one site count each their own',
    async steps({ open, arrived }) {
      const [one, two] = [await open('/one'), await open('/two')];
      await one.run(`track('from', { tab: '1' })`);
      await two.run(`track('from', { tab: '2' })`);
      await arrived('from', 2);
    },
    counted: { pageview: 2, from: 2 },
  },
  {
    id: 'send-split',
    group: 'delivery',
    name: 'what is larger than one request is split, by bytes',
    async steps(scene) {
      const tab = await ready(scene);
      await tab.run(`for (let n = 0; n < 19; n++) track('large', { text: '語'.repeat(900) })`);
      await scene.arrived('large', 19);
    },
    counted: { pageview: ['/'], large: 19 },
    check: (scene) => assert.ok(posts(scene).every(({ body }) => Buffer.byteLength(body) <= 15_000)),
  },
  {
    id: 'send-large',
    group: 'delivery',
    name: 'a single event larger than that goes all the same',
    async steps(scene) {
      const tab = await ready(scene);
      await tab.run(
        `track('huge', Object.fromEntries(Array.from({ length: 20 }, (_, n) => ['p' + n, 'x'.repeat(1000)])))`,
      );
      await scene.arrived('huge');
    },
    counted: { pageview: ['/'], huge: 1 },
  },
  lastWords(
    'send-beacon-false',
    'the last events arrive though sendBeacon answers no',
    `navigator.sendBeacon = () => false;`,
  ),
  lastWords(
    'send-beacon-throws',
    'the last events arrive though sendBeacon throws',
    `navigator.sendBeacon = () => { throw new Error('no') };`,
  ),
  lastWords(
    'send-beacon-missing',
    'the last events arrive though sendBeacon is missing',
    `Object.defineProperty(navigator, 'sendBeacon', { value: undefined });`,
  ),
  lastWords(
    'send-fetch-wrapped',
    'the last events arrive though another library wraps fetch',
    `const real = window.fetch; window.fetch = async (...args) => { const answer = await real(...args); return answer.clone() };`,
  ),
];
