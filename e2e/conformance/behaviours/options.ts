import assert from 'node:assert/strict';
import type { Behaviour } from '../behaviour.ts';

const visit = (...paths: string[]): string =>
  paths
    .map((path) => `history.pushState({}, '', '${path}'); await new Promise((resolve) => setTimeout(resolve, 200));`)
    .join('');

/** What a page can choose. */
export const options: readonly Behaviour[] = [
  {
    id: 'option-auto',
    group: 'options',
    name: 'automatic page views can be turned off',
    page: { options: { auto: false } },
    async steps({ open, settle }) {
      const tab = await open('/');
      await tab.run(visit('/a'));
      await settle(tab);
    },
    counted: {},
    needs: ['auto'],
  },
  {
    id: 'option-own-view',
    group: 'options',
    name: 'page views can be counted by hand, with an address that is given',
    page: { options: { auto: false } },
    async steps({ open, arrived }) {
      const tab = await open('/');
      await tab.run(`track('pageview', undefined, { url: location.origin + '/given' })`);
      await arrived('pageview');
    },
    counted: { pageview: ['/given'] },
    needs: ['auto', 'own pageview'],
  },
  {
    id: 'option-include',
    group: 'options',
    name: 'only pages of some paths are counted, by globs',
    page: { options: { include: '/, /blog/**' } },
    async steps({ open, settle }) {
      const tab = await open('/');
      await tab.run(visit('/admin', '/blog/2026/one', '/'));
      await settle(tab);
    },
    counted: { pageview: ['/', '/blog/2026/one', '/'] },
    needs: ['globs'],
  },
  {
    id: 'option-exclude',
    group: 'options',
    name: 'pages of some paths are not counted, nor what happens there',
    page: { options: { exclude: '/admin/**, /*.xml' } },
    async steps({ open, arrived, settle }) {
      const tab = await open('/');
      await tab.run(`${visit('/admin/users', '/feed.xml')} track('unseen'); ${visit('/blog')}`);
      await arrived('pageview', 2);
      await settle(tab);
    },
    counted: { pageview: ['/', '/blog'] },
    needs: ['globs'],
  },
  {
    id: 'option-canonical',
    group: 'options',
    name: "the page's canonical address can be the page",
    page: { options: { canonical: true }, head: '<link rel="canonical" href="/products/chair">' },
    async steps({ open, arrived }) {
      await open('/p?id=7');
      await arrived('pageview');
    },
    counted: { pageview: ['/products/chair'] },
    needs: ['canonical'],
  },
  {
    id: 'option-mask',
    group: 'options',
    name: 'parts of a path can be hidden, from address, referrer and engagement',
    page: { options: { mask: '/users/*' } },
    async steps({ open, settle, road }) {
      const tab = await open('/users/ada');
      await tab.run(visit('/end', '/users/grace'));
      await settle(tab);
      assert.doesNotMatch(road.passed.map(({ body }) => body).join(), /users\/(ada|grace)/);
    },
    counted: { pageview: ['/users/*', '/end', '/users/*'] },
    needs: ['mask'],
  },
  {
    id: 'option-mask-moves',
    group: 'options',
    name: 'a move between two pages that are hidden alike is a page view',
    page: { options: { mask: '/users/*' } },
    async steps({ open, settle }) {
      const tab = await open('/users/ada');
      await tab.run(visit('/users/grace'));
      await settle(tab);
    },
    counted: { pageview: ['/users/*', '/users/*'] },
    needs: ['mask'],
  },
  {
    id: 'option-endpoint',
    group: 'options',
    name: 'the endpoint can be given',
    async steps({ open, arrived, serve, site, collector }) {
      serve('/', {
        bare: true,
        head: `<script nonce="test">window.track = (...call) => footfall(...call)</script>
          <script defer src="${collector('/s.all.js')}" data-site="${site}" data-endpoint="${collector('/e?by=hand')}"></script>`,
      });
      await open('/');
      await arrived('pageview');
    },
    counted: { pageview: ['/'] },
    check: ({ road }) => assert.ok(road.passed.every(({ path }) => path === '/e?by=hand')),
    needs: ['tag'],
  },
  {
    id: 'option-endpoint-injected',
    group: 'options',
    name: 'a script that a tag manager puts in finds its endpoint and site',
    async steps({ open, arrived, serve, site, collector }) {
      serve('/', {
        bare: true,
        body: `<script nonce="test">
          window.track = (...call) => footfall(...call);
          const script = document.createElement('script');
          script.src = '${collector('/s.all.js')}';
          script.dataset.site = '${site}';
          document.head.append(script);
        </script>`,
      });
      await open('/');
      await arrived('pageview');
    },
    counted: { pageview: ['/'] },
    needs: ['tag'],
  },
  {
    id: 'option-endpoint-module',
    group: 'options',
    name: 'a script that is loaded as a module finds its endpoint and site',
    async steps({ open, arrived, serve, site, collector }) {
      serve('/', {
        bare: true,
        head: `<script nonce="test">window.track = (...call) => footfall(...call)</script>
          <script type="module" src="${collector('/s.all.js')}" data-site="${site}"></script>`,
      });
      await open('/');
      await arrived('pageview');
    },
    counted: { pageview: ['/'] },
    needs: ['tag'],
  },
  {
    id: 'option-user',
    group: 'options',
    name: "the visitor's id in the site's own system goes with what is counted",
    page: { options: { userId: 'ada' } },
    async steps({ open, settle }) {
      await settle(await open('/'));
    },
    counted: { pageview: ['/'] },
    check: ({ counted }) => assert.equal(counted('settled')[0]?.userId, 'ada'),
    needs: ['user'],
  },
  {
    id: 'option-props',
    group: 'options',
    name: 'properties of every page view and event',
    page: { options: { by: 'npm', props: `{ plan: 'pro' }` } },
    async steps({ open, arrived }) {
      const tab = await open('/');
      await tab.run(`track('signup', { step: '1' })`);
      await arrived('signup');
    },
    counted: { pageview: ['/'], signup: 1 },
    check({ counted }) {
      assert.equal(counted('signup')[0]?.props.plan, 'pro');
      assert.equal(counted('signup')[0]?.props.step, '1');
      assert.equal(counted('pageview')[0]?.props.plan, 'pro');
    },
    needs: ['global props'],
  },
  {
    id: 'option-props-function',
    group: 'options',
    name: 'properties of every event by a function that gives them at the time',
    page: { options: { by: 'npm', props: `() => ({ title: document.title })` } },
    async steps({ open, arrived }) {
      const tab = await open('/');
      await arrived('pageview');
      await tab.run(`document.title = 'Later'; track('signup')`);
      await arrived('signup');
    },
    counted: { pageview: ['/'], signup: 1 },
    check: ({ counted }) => assert.equal(counted('signup')[0]?.props.title, 'Later'),
    needs: ['props function'],
  },
  {
    id: 'option-edit',
    group: 'options',
    name: 'a function of the page may change what is sent',
    page: { options: { beforeSend: `(event) => edited(event, 'by', 'site')` } },
    async steps({ open, arrived }) {
      const tab = await open('/');
      await tab.run(`track('signup', { plan: 'pro' })`);
      await arrived('signup');
    },
    counted: { pageview: ['/'], signup: 1 },
    check: ({ counted }) => assert.deepEqual(counted('signup')[0]?.props, { plan: 'pro', by: 'site' }),
    needs: ['before send'],
  },
  {
    id: 'option-drop',
    group: 'options',
    name: 'a function of the page may drop what would be sent',
    page: { options: { beforeSend: `(event) => !/drops/.test(JSON.stringify(event)) && event` } },
    async steps({ open, settle }) {
      const tab = await open('/');
      await tab.run(`track('drops')`);
      await settle(tab);
    },
    counted: { pageview: ['/'] },
    needs: ['drop'],
  },
  {
    id: 'option-fails',
    group: 'options',
    name: 'a function of the page that fails costs that event and nothing else',
    page: {
      options: {
        beforeSend: `(event) => { if (/fails/.test(JSON.stringify(event))) throw new Error('no'); return event; }`,
      },
    },
    async steps({ open, settle }) {
      const tab = await open('/');
      await tab.run(`track('fails'); track('good')`);
      await settle(tab);
      assert.deepEqual(await tab.run('return errors'), []);
    },
    counted: { pageview: ['/'], good: 1 },
    needs: ['failing edit'],
  },
];
