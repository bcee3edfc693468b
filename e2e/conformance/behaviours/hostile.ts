import assert from 'node:assert/strict';
import type { Behaviour, PageSpec, Scene, Tab } from '../behaviour.ts';

/** Past the time after which a batch goes. */
const LATER = `await new Promise((resolve) => setTimeout(resolve, 800));`;

/** Does what a visitor does, and what the page's own code does. */
const USE = `
  track('signup', { plan: 'pro' });
  history.pushState({}, '', '/next');
  dispatchEvent(new Event('focus'));
  dispatchEvent(new Event('scroll'));
  if (location.pathname !== '/next') throw new Error('the page did not move');
  ${LATER}
  dispatchEvent(new PageTransitionEvent('pagehide'));`;

const noErrors = async (tab: Tab): Promise<void> => assert.deepEqual(await tab.run('return errors'), []);

/** A page in which something is wrong: it must not notice the tracker, whatever is counted. */
function broken(id: string, name: string, page: PageSpec, counted?: Behaviour['counted']): Behaviour {
  return {
    id,
    group: 'hostile',
    name,
    page,
    async steps({ open }) {
      const tab = await open('/');
      await tab.run(USE);
      await noErrors(tab);
    },
    ...(counted ? { counted } : {}),
  };
}

const ALL = { pageview: ['/', '/next'], signup: 1 };

/** A strict policy: scripts and connections by name only, and nothing that makes code of texts. */
const policy = ({ collector }: Scene, connect: string): Record<string, string> => ({
  'content-security-policy': `default-src 'none'; img-src data:; script-src 'self' 'nonce-test' ${collector('')}; connect-src ${connect}; require-trusted-types-for 'script'; trusted-types 'none'`,
});

/** Pages in which something is wrong, missing, or against the tracker. */
export const hostile: readonly Behaviour[] = [
  {
    id: 'csp-strict',
    group: 'hostile',
    name: 'a strict Content-Security-Policy with Trusted Types is not violated',
    async steps(scene) {
      scene.serve('/', { headers: policy(scene, scene.collector('')) });
      const tab = await scene.open('/');
      await tab.run(USE);
      await noErrors(tab);
    },
    counted: ALL,
  },
  {
    id: 'csp-blocked',
    group: 'hostile',
    name: 'a policy that lets nothing be sent is no exception in the page',
    async steps(scene) {
      scene.serve('/', { headers: policy(scene, `'none'`) });
      const tab = await scene.open('/');
      await tab.run(USE);
      const errors = (await tab.run('return errors')) as string[];
      assert.deepEqual(
        errors.filter((error) => !error.startsWith('connect-src')),
        [],
      );
    },
    counted: {},
  },
  {
    id: 'door-away',
    group: 'hostile',
    name: 'a collector that cannot be reached is no exception in the page',
    async steps({ open, road }) {
      const tab = await open('/');
      await road.cut();
      await tab.run(USE);
      await noErrors(tab);
      await road.mend();
    },
  },
  {
    id: 'script-blocked',
    group: 'hostile',
    name: 'a script that is blocked: calls are safe, and nothing else happens',
    page: {
      options: { early: true },
      head: `<meta http-equiv="content-security-policy" content="script-src 'self' 'nonce-test'">`,
    },
    async steps({ open, road }) {
      const tab = await open('/');
      await tab.run(USE);
      const errors = (await tab.run('return errors')) as string[];
      assert.deepEqual(
        errors.filter((error) => !error.startsWith('script-src')),
        [],
      );
      assert.equal(road.passed.length, 0);
    },
    counted: {},
    needs: ['early calls'],
  },
  broken('no-crypto', 'crypto is missing', {
    before: `Object.defineProperty(window, 'crypto', { value: undefined });`,
  }),
  broken(
    'no-storage',
    'storage is forbidden',
    {
      before: `for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError') } });`,
    },
    ALL,
  ),
  broken(
    'no-fetch',
    'fetch is missing',
    { before: `Object.defineProperty(window, 'fetch', { value: undefined });` },
    ALL,
  ),
  broken('fetch-throws', 'fetch throws', { before: `window.fetch = () => { throw new Error('no') };` }, ALL),
  broken('fetch-nonsense', 'fetch answers nonsense', { before: `window.fetch = () => undefined;` }, ALL),
  broken('fetch-rejects', 'fetch rejects with nothing', { before: `window.fetch = () => Promise.reject();` }),
  broken('no-json', 'JSON.stringify throws', { before: `JSON.stringify = () => { throw new Error('no') };` }),
  broken(
    'array-json',
    'an old library teaches arrays a JSON of their own',
    {
      before: `Array.prototype.toJSON = function () { return '[' + this.join() + ']' };`,
    },
    ALL,
  ),
  broken('array-patched', 'arrays have further enumerable properties', {
    before: `Array.prototype.contains = function () {}; Object.prototype.extend = function () {};`,
  }),
  broken('object-entries', 'Object.entries throws', { before: `Object.entries = () => { throw new Error('no') };` }),
  broken('no-console', 'the console is missing', {
    before: `window.console = undefined; window.fetch = () => Promise.reject();`,
  }),
  broken('no-blob', 'Blob is missing', { before: `window.Blob = undefined;` }, ALL),
  broken('no-listening', 'addEventListener throws', {
    before: `EventTarget.prototype.addEventListener = () => { throw new Error('no') };`,
  }),
  broken(
    'elements-named',
    'elements have the names of what a script asks for',
    {
      body: [
        ...['title', 'referrer', 'currentScript', 'scrollingElement'].map((name) => `<form name="${name}"></form>`),
        ...['navigation', 'history', 'crypto'].map((name) => `<div id="${name}"></div>`),
      ].join(''),
    },
    ALL,
  ),
  {
    id: 'sandbox',
    group: 'hostile',
    name: 'a frame in a sandbox, without an origin',
    async steps(scene) {
      scene.serve('/', { bare: true, body: `<iframe sandbox="allow-scripts" src="/inside"></iframe>` });
      scene.serve('/inside', {
        body: `<script>addEventListener('load', () => track('inside', { errors: errors.join() }))</script>`,
      });
      await scene.open('/', { untracked: true });
      await scene.arrived('inside');
    },
    counted: { pageview: ['/inside'], inside: 1 },
    check: ({ counted }) => assert.equal(counted('inside')[0]?.props.errors ?? '', ''),
  },
  {
    id: 'no-tls',
    group: 'hostile',
    name: 'a page without TLS, where browsers leave out what is for secure pages',
    async steps({ open, arrived }) {
      const tab = await open('/', { host: 'shop.test' });
      assert.equal(await tab.run('return isSecureContext'), false);
      await tab.run(`track('signup')`);
      await arrived('signup');
      await tab.close();
    },
    counted: { pageview: ['/'], signup: 1 },
  },
];
