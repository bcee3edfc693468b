import assert from 'node:assert/strict';
import type { Behaviour } from '../behaviour.ts';
import { clicked, STAY_SENT } from './clicks.ts';

const FORM = `<form id="search" name="search" action="/find?q=1"><input name="secret" value="hidden"><button id="it">Send</button></form>`;

/** Forms, and pages that are not there. */
export const forms: readonly Behaviour[] = [
  clicked(
    'form-sent',
    'a form that is sent, once, and never what is in its fields',
    { body: FORM },
    {},
    { form: 1 },
    ['form'],
    ({ road }) => {
      assert.ok(!JSON.stringify(road.passed).includes('hidden'));
    },
  ),
  clicked(
    'form-named',
    'a form is known by its name and where it goes',
    { body: FORM },
    {},
    { form: 1 },
    ['form', 'form name'],
    ({ counted }) => {
      assert.deepEqual(counted('form')[0]?.props, { name: 'search', action: '/find' });
    },
  ),
  {
    id: 'form-keyboard',
    group: 'clicks',
    name: 'a form that is sent by the keyboard',
    page: { body: `${FORM}<script nonce="test">${STAY_SENT}</script>` },
    async steps({ open, arrived, settle }) {
      const tab = await open('/');
      await arrived('pageview');
      await tab.run(`document.querySelector('input').focus()`);
      await tab.press('Enter');
      await settle(tab);
    },
    counted: { pageview: ['/'], form: 1 },
    needs: ['form'],
  },
  clicked('form-off', 'forms can be turned off', { body: FORM, options: { forms: false } }, {}, {}, ['form']),
  {
    id: 'not-found',
    group: 'clicks',
    name: 'a page that the server answered with 404 is an event',
    page: { status: 404 },
    async steps({ open, arrived }) {
      await open('/gone');
      await arrived('404');
    },
    counted: { pageview: ['/gone'], 404: ['/gone'] },
    check: ({ counted }) => assert.deepEqual(counted('404')[0]?.props, { path: '/gone' }),
    needs: ['404'],
  },
  {
    id: 'not-found-told',
    group: 'clicks',
    name: 'a page that says itself that it was not found is an event, for browsers that do not tell',
    page: { head: '<meta name="footfall-status" content="404">' },
    async steps({ open, arrived }) {
      await open('/gone');
      await arrived('404');
    },
    counted: { pageview: ['/gone'], 404: ['/gone'] },
    needs: ['404'],
  },
];
