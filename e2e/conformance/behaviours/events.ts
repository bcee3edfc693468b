import assert from 'node:assert/strict';
import { wireLimits } from '../../../sdk/src/wire.ts';
import type { Behaviour, Scene } from '../behaviour.ts';

/** A behaviour in which a page calls, and the events that follow are counted; the page must not notice. */
function calls(
  id: string,
  name: string,
  code: string,
  counted: Record<string, number>,
  more: Pick<Behaviour, 'check' | 'needs'> = {},
): Behaviour {
  return {
    id,
    group: 'events',
    name,
    async steps({ open, settle }) {
      const tab = await open('/');
      await tab.run(code);
      await settle(tab);
      assert.deepEqual(await tab.run('return errors'), []);
    },
    counted: { pageview: ['/'], ...counted },
    ...more,
  };
}

const propsOf = ({ counted }: Scene, name: string): Record<string, unknown> => counted(name)[0]?.props ?? {};

/** Events of the page's own. */
export const events: readonly Behaviour[] = [
  calls(
    'event-props',
    'an event with its properties',
    `track('signup', { plan: 'pro', note: 'a "b" <c> 語 🙂' })`,
    { signup: 1 },
    {
      check: (scene) => assert.deepEqual(propsOf(scene, 'signup'), { plan: 'pro', note: 'a "b" <c> 語 🙂' }),
    },
  ),
  calls(
    'event-kinds',
    'numbers and booleans stay what they are',
    `track('signup', { seats: 5, share: 0.5, trial: false })`,
    { signup: 1 },
    {
      check: (scene) => assert.deepEqual(propsOf(scene, 'signup'), { seats: 5, share: 0.5, trial: false }),
      needs: ['kinds'],
    },
  ),
  calls(
    'event-none',
    'null and undefined are harmless',
    `track('signup', { none: null, missing: undefined, plan: 'pro' }); track('bare', null, null)`,
    { signup: 1, bare: 1 },
    {
      check: (scene) => assert.equal(propsOf(scene, 'signup').plan, 'pro'),
      needs: ['any value'],
    },
  ),
  calls(
    'event-circle',
    'a circular value is harmless',
    `const circle = {}; circle.self = circle; track('odd', { circle, plan: 'pro' })`,
    { odd: 1 },
    {
      check: (scene) => assert.equal(propsOf(scene, 'odd').plan, 'pro'),
      needs: ['any value'],
    },
  ),
  calls(
    'event-bigint',
    'a BigInt is harmless',
    `track('odd', { big: 10n, plan: 'pro' })`,
    { odd: 1 },
    {
      check: (scene) => assert.equal(propsOf(scene, 'odd').plan, 'pro'),
      needs: ['any value'],
    },
  ),
  calls(
    'event-node',
    'a node of the page is harmless',
    `track('odd', { node: document.body, plan: 'pro' })`,
    { odd: 1 },
    {
      check: (scene) => assert.equal(propsOf(scene, 'odd').plan, 'pro'),
      needs: ['any value'],
    },
  ),
  calls(
    'event-getter',
    'a getter that throws costs that property and nothing else',
    `track('odd', { get bad() { throw new Error('no') }, plan: 'pro' })`,
    { odd: 1 },
    {
      check: (scene) => assert.deepEqual(propsOf(scene, 'odd'), { plan: 'pro' }),
      needs: ['any value'],
    },
  ),
  calls(
    'event-symbol',
    'symbols and NaN are harmless',
    `track('odd', { [Symbol('a')]: 1, s: Symbol('b'), nan: NaN, plan: 'pro' })`,
    { odd: 1 },
    {
      check: (scene) => assert.equal(propsOf(scene, 'odd').plan, 'pro'),
      needs: ['any value'],
    },
  ),
  calls(
    'event-no-props',
    'what is no object of properties is harmless',
    `track('text', 'text'); track('list', [1, 'two']); track('bare')`,
    { text: 1, list: 1, bare: 1 },
    { needs: ['any value'] },
  ),
  calls(
    'event-copy',
    'a value that changes after the call is counted as it was',
    `const shared = { n: 'one' }; track('changed', shared); shared.n = 'two'`,
    { changed: 1 },
    {
      check: (scene) => assert.deepEqual(propsOf(scene, 'changed'), { n: 'one' }),
    },
  ),
  calls(
    'event-long-name',
    'a name that is too long is cut, not lost',
    `track('n'.repeat(500))`,
    { ['n'.repeat(wireLimits.nameCharsMax)]: 1 },
    { needs: ['cut'] },
  ),
  calls(
    'event-long-value',
    'values and names of properties that are too long are cut, not lost',
    `track('long', { ['k'.repeat(500)]: 'v', text: 'x'.repeat(5000) })`,
    { long: 1 },
    {
      check(scene) {
        const props = propsOf(scene, 'long');
        assert.equal(props.text, 'x'.repeat(wireLimits.propValueCharsMax));
        assert.equal(props['k'.repeat(wireLimits.propNameCharsMax)], 'v');
      },
      needs: ['cut'],
    },
  ),
  calls(
    'event-many-props',
    'more properties than are taken cost the event nothing',
    `track('many', Object.fromEntries(Array.from({ length: 99 }, (_, n) => ['p' + n, 'v'])))`,
    { many: 1 },
    {
      check: (scene) => assert.equal(Object.keys(propsOf(scene, 'many')).length, wireLimits.propsMax),
      needs: ['cut'],
    },
  ),
  calls(
    'event-revenue',
    'what an event was worth is counted with it',
    `track('order', { sort: 'book' }, { revenue: { amount: 25.5, currency: 'EUR' } })`,
    { order: 1 },
    {
      check(scene) {
        const { revenue, currency, sort } = propsOf(scene, 'order');
        assert.deepEqual([Number(revenue), currency, sort], [25.5, 'EUR', 'book']);
      },
      needs: ['revenue'],
    },
  ),
  calls(
    'event-interactive',
    'an event may say that it does not end a bounce',
    `track('quiet', undefined, { interactive: false })`,
    { quiet: 1 },
    {
      check: ({ counted }) => assert.equal(counted('quiet')[0]?.interactive, false),
      needs: ['interactive'],
    },
  ),
  calls(
    'event-url',
    'an event may have another address than the page',
    `track('seen', undefined, { url: location.origin + '/elsewhere' })`,
    { seen: 1 },
    {
      check: ({ counted }) => assert.equal(counted('seen')[0]?.path, '/elsewhere'),
      needs: ['url'],
    },
  ),
  calls(
    'event-callback',
    'a callback is told what has become of an event',
    `const told = await new Promise((callback) => track('signup', undefined, { callback }));
    if (!told) throw new Error('told nothing')`,
    { signup: 1 },
    { needs: ['callback'] },
  ),
  calls(
    'event-callback-throws',
    "a callback that throws, or cannot be read, is none of the page's business",
    `await track('signup', undefined, { callback: () => { throw new Error('no') } });
    await track('unread', undefined, { get callback() { throw new Error('no') } });
    await new Promise((resolve) => setTimeout(resolve))`,
    { signup: 1 },
    { needs: ['callback', 'outcome'] },
  ),
  calls(
    'event-outcome-impossible',
    'a promise says that an event cannot be made, where the browser lacks what that needs',
    `const { getRandomValues } = crypto; crypto.getRandomValues = undefined;
    const outcome = await track('never'); crypto.getRandomValues = getRandomValues;
    if (outcome !== 'dropped') throw new Error(outcome)`,
    {},
    { needs: ['outcome'] },
  ),
  calls(
    'event-outcome-stored',
    'a promise says that an event is stored',
    `const outcome = await track('signup'); if (outcome !== 'stored') throw new Error(outcome)`,
    { signup: 1 },
    { needs: ['outcome'] },
  ),
  calls(
    'event-outcome-refused',
    'a promise says that an event was refused, alone in a batch whose others are stored',
    `const outcomes = await Promise.all([track('good'), track('bad', null, { url: 'nonsense' })]);
    if (outcomes.join() !== 'stored,refused') throw new Error(outcomes)`,
    { good: 1 },
    { needs: ['outcome'] },
  ),
  calls(
    'event-outcome-dropped',
    'a promise says that an event was dropped',
    `localStorage.footfallOut = 1; const outcome = await track('never'); delete localStorage.footfallOut;
    if (outcome !== 'dropped') throw new Error(outcome)`,
    {},
    { needs: ['outcome'] },
  ),
];
