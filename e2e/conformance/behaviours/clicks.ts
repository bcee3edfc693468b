import assert from 'node:assert/strict';
import { until } from '../../support/until.ts';
import type { Behaviour, PageSpec } from '../behaviour.ts';
import type { Feature } from '../trackers/tracker.ts';

/** Nobody listens there, and the page stays where it is. */
const AWAY = 'http://127.0.0.1:9';
const STAY = `for (const type of ['click', 'auxclick']) addEventListener(type, (event) => event.preventDefault());`;

/** A form is sent by a click that the page does not prevent. */
export const STAY_SENT = `addEventListener('submit', (event) => event.preventDefault());`;

/** How late the answer of a slow collector is. */
const SLOW_MS = 4000;

interface Click {
  /** JavaScript of the element. */
  element?: string;
  how?: { button?: 'middle' | 'right'; modifier?: 'Control' | 'Shift' };
}

/** A click on something in a page that stays. */
export function clicked(
  id: string,
  name: string,
  { body, options }: Pick<PageSpec, 'body' | 'options'> & { body: string },
  { element = `document.querySelector('#it')`, how }: Click,
  counted: Record<string, number> | undefined,
  needs: readonly Feature[],
  check?: Behaviour['check'],
): Behaviour {
  return {
    id,
    group: 'clicks',
    name,
    page: {
      body: `${body}<script nonce="test">${body.includes('<form') ? STAY_SENT : STAY}</script>`,
      ...(options ? { options } : {}),
    },
    async steps({ open, arrived, settle }) {
      const tab = await open('/');
      await arrived('pageview');
      await tab.click(element, how);
      await settle(tab);
    },
    ...(counted ? { counted: { pageview: ['/'], ...counted } } : {}),
    needs,
    ...(check ? { check } : {}),
  };
}

const LINK = { body: `<a id="it" href="${AWAY}/path">Away</a>` };
const ONE = { outbound: 1 };

/** Clicks on links and files, and on elements that say so. */
export const clicks: readonly Behaviour[] = [
  clicked(
    'click-outbound',
    'a click on a link to another host is counted',
    LINK,
    {},
    ONE,
    ['outbound'],
    ({ counted }) => {
      assert.match(Object.values(counted('outbound')[0]?.props ?? {}).join(), /^http:\/\/127\.0\.0\.1:9\/path/);
    },
  ),
  clicked(
    'click-inner',
    'a click on what is inside a link to another host',
    { body: `<a id="it" href="${AWAY}"><b><i id="inner">Away</i></b></a>` },
    { element: `document.querySelector('#inner')` },
    ONE,
    ['outbound'],
  ),
  clicked(
    'click-inside',
    'a link within the site is no outbound link',
    { body: `<a id="it" href="/inside">Inside</a>` },
    {},
    {},
    ['outbound'],
  ),
  clicked(
    'click-mail',
    'an address of mail is no outbound link',
    { body: `<a id="it" href="mailto:someone@example.com">Mail</a>` },
    {},
    {},
    ['outbound'],
  ),
  clicked(
    'click-new-tab',
    'a link that opens a new tab',
    { body: `<a id="it" target="_blank" href="${AWAY}">Away</a>` },
    {},
    ONE,
    ['outbound'],
  ),
  clicked('click-modifier', 'a click with Ctrl', LINK, { how: { modifier: 'Control' } }, ONE, ['outbound']),
  clicked('click-middle', 'a click with the middle button', LINK, { how: { button: 'middle' } }, ONE, ['outbound']),
  clicked('click-right', 'a click with the right button is none', LINK, { how: { button: 'right' } }, {}, ['outbound']),
  {
    id: 'click-keyboard',
    group: 'clicks',
    name: 'a link by the keyboard',
    page: { body: `${LINK.body}<script nonce="test">${STAY}</script>` },
    async steps({ open, arrived, settle }) {
      const tab = await open('/');
      await arrived('pageview');
      await tab.run(`document.querySelector('#it').focus()`);
      await tab.press('Enter');
      await settle(tab);
    },
    counted: { pageview: ['/'], outbound: 1 },
    needs: ['outbound'],
  },
  clicked(
    'click-shadow',
    'a link in an open shadow tree',
    {
      body: `<div id="host"></div><script nonce="test">document.querySelector('#host').attachShadow({ mode: 'open' })
        .innerHTML = '<a id="deep" href="${AWAY}"><span>Deep</span></a>'</script>`,
    },
    { element: `document.querySelector('#host').shadowRoot.querySelector('span')` },
    ONE,
    ['outbound'],
  ),
  clicked(
    'click-svg',
    'a link in SVG',
    { body: `<svg width="90" height="90"><a href="${AWAY}"><rect id="it" width="90" height="90"/></a></svg>` },
    {},
    ONE,
    ['outbound'],
  ),
  clicked('click-off', 'outbound links can be turned off', { ...LINK, options: { outbound: false } }, {}, {}, [
    'outbound',
  ]),
  clicked(
    'click-stripped',
    'the query of an outbound address is not told',
    { body: `<a id="it" href="${AWAY}/path?secret=1#more">Away</a>` },
    {},
    ONE,
    ['outbound', 'stripped'],
    ({ counted, road }) => {
      assert.deepEqual(counted('outbound')[0]?.props, { url: `${AWAY}/path` });
      assert.ok(!JSON.stringify(road.passed).includes('secret'));
    },
  ),
  {
    id: 'click-leave',
    group: 'clicks',
    name: 'a click that leaves the page is counted and holds up nothing, though the collector is slow',
    async steps({ serve, open, arrived, road, served, url }) {
      serve('/', { body: `<a id="it" href="${url('/away', '127.0.0.1')}">Away</a>` });
      serve('/away', { bare: true });
      const tab = await open('/');
      await arrived('pageview');
      road.obstacle = () => ({ status: 202, delivers: true, lateMs: SLOW_MS });
      const since = Date.now();
      await tab.click(`document.querySelector('#it')`);
      await until('the other page', () => served('/away') > 0);
      assert.ok(Date.now() - since < SLOW_MS);
      await arrived('outbound');
    },
    counted: { pageview: ['/'], outbound: 1 },
    needs: ['outbound'],
  },
  clicked(
    'click-download',
    'a link to a file is a download',
    { body: `<a id="it" href="/files/report.pdf?token=1">File</a>` },
    {},
    { download: 1 },
    ['download'],
  ),
  clicked(
    'click-download-case',
    'a link to a file is a download, whatever the case of its extension',
    { body: `<a id="it" href="/files/REPORT.PDF">File</a>` },
    {},
    { download: 1 },
    ['download'],
  ),
  clicked(
    'click-download-away',
    'a file on another host is one event',
    { body: `<a id="it" href="${AWAY}/report.zip">File</a>` },
    {},
    undefined,
    ['download', 'outbound'],
    ({ counted }) => {
      assert.equal(counted('download').length + counted('outbound').length, 1);
    },
  ),
  clicked(
    'click-download-named',
    'a link with the attribute `download` is one',
    { body: `<a id="it" href="/data" download>File</a>` },
    {},
    { download: 1 },
    ['download', 'download attribute'],
  ),
  clicked(
    'click-download-list',
    'the extensions can be chosen',
    { body: `<a id="it" href="/a.xyz">File</a>`, options: { downloads: 'xyz,abc' } },
    {},
    { download: 1 },
    ['download'],
  ),
  clicked(
    'click-tagged',
    'an element that says so is the event that it names',
    { body: `<button id="it" TAGGED><i id="inner">Sign up</i></button>` },
    { element: `document.querySelector('#inner')` },
    { signup: 1 },
    ['tagged'],
    ({ counted }) => {
      assert.equal(counted('signup')[0]?.props.plan, 'pro');
    },
  ),
  clicked(
    'click-tagged-link',
    'a tagged link to another host is one event: what it names',
    { body: `<a id="it" href="${AWAY}" TAGGED>Sign up</a>` },
    {},
    { signup: 1 },
    ['tagged', 'outbound'],
  ),
  {
    id: 'click-tagged-label',
    group: 'clicks',
    name: 'a click on a tagged label, which clicks what it labels, is one event',
    page: { body: `<label TAGGED><i id="it">Sign up</i> <input id="box" type="checkbox"></label>` },
    async steps({ open, arrived, settle }) {
      const tab = await open('/');
      await arrived('pageview');
      await tab.click(`document.querySelector('#it')`);
      assert.equal(await tab.run(`return document.querySelector('#box').checked`), true);
      await settle(tab);
    },
    counted: { pageview: ['/'], signup: 1 },
    needs: ['tagged'],
  },
  clicked(
    'click-tagged-prevented',
    'so is one on a label whose page prevents that',
    { body: `<label TAGGED><i id="it">Sign up</i> <input type="checkbox"></label>` },
    {},
    { signup: 1 },
    ['tagged'],
  ),
  clicked(
    'click-tagged-checkbox',
    'and one on the box in it',
    { body: `<label TAGGED>Sign up <input id="it" type="checkbox"></label>` },
    {},
    { signup: 1 },
    ['tagged'],
  ),
  clicked(
    'click-tagged-in-label',
    'and one on a link in it, which does not click what it labels',
    { body: `<label TAGGED>I agree to <a id="it" href="#terms">the terms</a> <input type="checkbox"></label>` },
    {},
    { signup: 1 },
    ['tagged'],
  ),
  clicked(
    'click-tagged-off',
    'tagged elements can be turned off',
    { body: `<button id="it" TAGGED>Sign up</button>`, options: { tagged: false } },
    {},
    {},
    ['tagged', 'tagged off'],
  ),
];
