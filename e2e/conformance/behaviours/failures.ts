import assert from 'node:assert/strict';
import { until } from '../../support/until.ts';
import type { Behaviour, Scene } from '../behaviour.ts';
import type { Passed } from '../road.ts';
import { LOCAL } from './local.ts';
import { MANY, posts, ready, triesOf } from './delivery.ts';

/** An event that is tried while something stands in the way the first times, and that is counted once in the end. */
function obstructed(
  id: string,
  name: string,
  obstacles: readonly { status: number; headers?: Record<string, string>; delivers?: boolean }[],
  check: (scene: Scene) => void = (scene) => assert.equal(triesOf(scene, 'signup'), obstacles.length + 1),
  needs: Behaviour['needs'] = [],
): Behaviour {
  return {
    id,
    group: 'delivery',
    name,
    async steps(scene) {
      const tab = await ready(scene);
      const left = [...obstacles];
      scene.road.obstacle = () => left.shift();
      await tab.run(`track('signup')`);
      await scene.arrived('signup');
      // Time for an answer, and for what would be one try too many.
      await tab.run(`await new Promise((resolve) => setTimeout(resolve, 300))`);
    },
    counted: { pageview: ['/'], signup: 1 },
    check,
    needs,
  };
}

const OUTAGE_MS = 3000;
/** Events that are not too many for a collector of small requests. */
const FIT_MAX = 2;

/** The same where the site has chosen an outbox on the device. */
const alsoLocal = (behaviour: Behaviour): Behaviour[] => [
  behaviour,
  {
    ...behaviour,
    id: `${behaviour.id}-local`,
    group: 'outbox',
    name: `with an outbox: ${behaviour.name}`,
    page: LOCAL,
    needs: [...(behaviour.needs ?? []), 'outbox'],
  },
];

/** What stands in the way of events. */
export const failures: readonly Behaviour[] = [
  ...alsoLocal({
    id: 'send-kill',
    group: 'delivery',
    name: 'SIGKILL of the collector in between',
    own: 'collector',
    async steps(scene) {
      const tab = await ready(scene);
      await tab.run(`track('before')`);
      await scene.arrived('before');
      await scene.road.cut();
      const back = scene.killCollector();
      for (let n = 0; n < 3; n++) await tab.run(`track('during')`);
      await back;
      await scene.road.mend();
      await scene.arrived('during', 3);
      await tab.run(`track('after')`);
      await scene.arrived('after');
    },
    counted: { pageview: ['/'], before: 1, during: 3, after: 1 },
  }),
  {
    id: 'send-kill-taken',
    group: 'delivery',
    name: 'SIGKILL of the collector right after it has taken events',
    own: 'collector',
    async steps(scene) {
      const tab = await ready(scene);
      await tab.run(MANY);
      const isTaken = ({ body, status }: Passed): boolean => status === 202 && body.includes('"many"');
      await until('some to be taken', () => scene.road.passed.some(isTaken));
      await scene.killCollector();
      // What was under way is tried again, at the latest with what comes next.
      await tab.run(`track('next')`);
      await scene.arrived('many', 100);
    },
    counted: { pageview: ['/'], many: 100, next: 1 },
  },
  ...alsoLocal({
    id: 'send-away',
    group: 'delivery',
    name: 'the network is gone, and back',
    async steps(scene) {
      const tab = await ready(scene);
      await scene.road.cut();
      await tab.run(`track('offline'); await new Promise((resolve) => setTimeout(resolve, 1500)); track('later')`);
      await scene.road.mend();
      await scene.arrived('later');
    },
    counted: { pageview: ['/'], offline: 1, later: 1 },
  }),
  {
    id: 'send-outage',
    group: 'delivery',
    name: 'fifty events outlast a collector that answers 503 for three seconds',
    async steps(scene) {
      const tab = await ready(scene);
      const end = Date.now() + OUTAGE_MS;
      scene.road.obstacle = () => (Date.now() < end ? { status: 503 } : undefined);
      await tab.run(`for (let n = 0; n < 50; n++) track('many', { text: 'x'.repeat(300) })`);
      await scene.arrived('many', 50);
    },
    counted: { pageview: ['/'], many: 50 },
  },
  ...alsoLocal(
    obstructed('send-503', 'an event that meets 503 twice is counted once', [{ status: 503 }, { status: 503 }]),
  ),
  obstructed('send-500', 'an event that meets 500 is counted once', [{ status: 500 }]),
  obstructed('send-408', 'an event that meets 408 is counted once', [{ status: 408 }]),
  obstructed('send-broken', 'an event whose connection breaks is counted once', [{ status: 0 }], () => {}),
  ...alsoLocal(
    obstructed('send-lost', 'an event whose answer is lost is counted once', [{ status: 0, delivers: true }], () => {}),
  ),
  obstructed(
    'send-portal',
    'an event that something else answers with 200, such as a captive portal, is counted once',
    [{ status: 200 }],
    undefined,
    ['own answer'],
  ),
  obstructed(
    'send-429',
    'an event that meets 429 is counted once, and not sent again before the time that is asked for',
    [{ status: 429, headers: { 'retry-after': '3', 'access-control-expose-headers': 'retry-after' } }],
    (scene) => {
      const [first, second] = posts(scene)
        .filter(({ body }) => body.includes('"signup"'))
        .map(({ at }) => at);
      // The timer of another process, so not to the millisecond.
      assert.ok((second ?? 0) - (first ?? 0) > 2900);
    },
  ),
  {
    id: 'send-413',
    group: 'delivery',
    name: '413 halves what was too large until it fits',
    async steps(scene) {
      const tab = await ready(scene);
      const isLarge = (): boolean => (posts(scene).at(-1)?.body.split('"part"').length ?? 0) > 1 + FIT_MAX;
      scene.road.obstacle = () => (isLarge() ? { status: 413 } : undefined);
      await tab.run(`for (let n = 0; n < 8; n++) track('part')`);
      await scene.arrived('part', 8);
    },
    counted: { pageview: ['/'], part: 8 },
    // 8, 4 and 4, and 2 four times.
    check: (scene) => assert.equal(triesOf(scene, 'part'), 7),
    needs: ['batches'],
  },
  {
    id: 'send-4xx',
    group: 'delivery',
    name: 'other refusals end: the event is not sent again, and the next ones are',
    async steps(scene) {
      const tab = await ready(scene);
      for (const status of [400, 403, 404]) {
        scene.road.obstacle = () => ({ status });
        await tab.run(`track('refused${status}')`);
        await until(`${status}`, () => posts(scene).at(-1)?.status === status);
      }
      scene.road.obstacle = () => undefined;
      await tab.run(`await new Promise((resolve) => setTimeout(resolve, 1500))`);
      await scene.settle(tab);
    },
    counted: { pageview: ['/'] },
    check(scene) {
      for (const status of [400, 403, 404]) assert.equal(triesOf(scene, `refused${status}`), 1);
    },
  },
];
