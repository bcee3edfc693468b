import assert from 'node:assert/strict';
import type { Behaviour, Scene } from '../behaviour.ts';

/** Another tag with the same site, of another build. */
const anotherTag = ({ collector, site }: Scene, more = ''): string =>
  `<script defer src="${collector('/s.js')}" data-site="${site}" ${more}></script>`;

const HAS_NPM = { options: { by: 'npm' } } as const;

/** More than one copy of the tracker, and more than one beginning. */
export const copies: readonly Behaviour[] = [
  {
    id: 'twice-tag',
    group: 'pages',
    name: 'the tag twice on a page counts once, and both copies count events',
    async steps(scene) {
      scene.serve('/', { head: anotherTag(scene) });
      const tab = await scene.open('/');
      await scene.arrived('pageview');
      await tab.run(`track('signup'); footfall('login')`);
      await scene.settle(tab);
    },
    counted: { pageview: ['/'], signup: 1, login: 1 },
    needs: ['twice'],
  },
  {
    id: 'twice-npm',
    group: 'pages',
    name: 'tag and npm package on one page count once, and both count events',
    async steps(scene) {
      scene.serve('/', { ...HAS_NPM, head: anotherTag(scene) });
      const tab = await scene.open('/');
      await scene.arrived('pageview');
      await tab.run(`track('signup'); footfall('login')`);
      await scene.settle(tab);
    },
    counted: { pageview: ['/'], signup: 1, login: 1 },
    needs: ['twice'],
  },
  {
    id: 'twice-relative',
    group: 'pages',
    name: 'they do so, too, where the tag says the endpoint in short',
    async steps(scene) {
      const endpoint = scene.collector('/e').replace('http:', '');
      scene.serve('/', { ...HAS_NPM, head: anotherTag(scene, `data-endpoint="${endpoint}"`) });
      const tab = await scene.open('/');
      await scene.settle(tab);
    },
    counted: { pageview: ['/'] },
    needs: ['twice'],
  },
  {
    id: 'twice-sites',
    group: 'pages',
    name: 'two sites on one page are two page views, one each',
    async steps(scene) {
      const { collector } = scene;
      scene.serve('/', { head: `<script defer src="${collector('/s.js')}" data-site="twice-other"></script>` });
      const tab = await scene.open('/');
      await scene.settle(tab);
    },
    counted: { pageview: ['/'] },
    check({ road }) {
      const others = road.passed.filter(({ body }) => body.includes('"twice-other"') && body.includes('"pageview"'));
      assert.equal(others.length, 1);
    },
    needs: ['twice'],
  },
  {
    id: 'init-twice',
    group: 'pages',
    name: 'init twice, as effects under StrictMode, counts once',
    page: HAS_NPM,
    async steps({ open, arrived, settle }) {
      const tab = await open('/');
      await tab.run('init(options)');
      await arrived('pageview');
      await settle(tab);
    },
    counted: { pageview: ['/'] },
    needs: ['options again'],
  },
  {
    id: 'init-destroy-init',
    group: 'pages',
    name: 'init, destroy and init in one task, as React under StrictMode does, count once',
    page: { ...HAS_NPM, options: { by: 'npm', auto: false } },
    async steps({ open, arrived, settle }) {
      const tab = await open('/');
      await tab.run(`destroy(); delete options.auto; init(options); destroy(); init(options)`);
      await arrived('pageview');
      await settle(tab);
    },
    counted: { pageview: ['/'] },
    needs: ['destroy'],
  },
  {
    id: 'init-anew',
    group: 'pages',
    name: 'what was ended can begin anew, and all of it once',
    page: { ...HAS_NPM, body: `<a id="link" href="http://127.0.0.1:9/" onclick="return false">Away</a>` },
    async steps({ open, arrived, settle }) {
      const tab = await open('/');
      await arrived('pageview');
      await tab.run(`destroy(); init(options)`);
      await arrived('pageview', 2);
      await tab.click(`document.querySelector('#link')`);
      await settle(tab);
    },
    counted: { pageview: ['/', '/'], outbound: 1 },
    needs: ['destroy'],
  },
];
