import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { testBrowser } from '../browser/browser.ts';
import type { Scene } from './scene.ts';
import { accepted, scenes, SITE } from './scene.ts';

/** Links, files, forms and elements that say so. */

const scene = scenes();
const browser = testBrowser();

const LINKS = `
  <a id="inside" href="/inside">Inside</a>
  <a id="outside" href="http://other.test:9/path?secret=1#more"><b id="bold">Outside</b></a>
  <a id="blank" target="_blank" href="http://other.test:9/blank">Blank</a>
  <a id="file" href="/files/report.PDF?token=secret">File</a>
  <a id="away" href="http://other.test:9/away.zip">File elsewhere</a>
  <a id="named" href="/data" download>Named</a>
  <a id="mail" href="mailto:someone@example.com">Mail</a>
  <a id="script" href="javascript:void 0">Script</a>
  <a id="broken" href="http://[">Broken</a>
  <svg width="20" height="20"><a id="vector" href="http://vector.test:9/a"><rect id="rect" width="20" height="20"/></a></svg>
  <div id="host"></div>
  <button id="tagged" data-footfall-event="signup" data-footfall-plan="pro" data-other="x"><i id="icon">Sign up</i></button>
  <a id="both" href="http://other.test:9/both" data-footfall-event="partner">Partner</a>
  <form id="search" action="/find?q=1"><input name="secret" value="hidden"><button id="send">Send</button></form>
  <script>
    host.attachShadow({ mode: 'open' }).innerHTML = '<a id="deep" href="http://deep.test:9/a"><span>Deep</span></a>';
    // The page stays where it is.
    const stay = (event) => event.composedPath().some(({ id }) => id === 'send') || event.preventDefault();
    for (const type of ['click', 'auxclick']) addEventListener(type, stay);
    addEventListener('submit', (event) => event.preventDefault());
  </script>`;

async function open(more = '', script = 's.all.js'): Promise<{ set: Scene; tab: Page }> {
  const set = await scene({
    '*': (collector) => ({
      html: `<!doctype html><html lang="en"><title>Links</title>
        <script defer src="${collector}/${script}" data-site="${SITE}" ${more}></script>${LINKS}</html>`,
    }),
  });
  const tab = await browser.page();
  await tab.goto(set.url('/'));
  await set.arrived('pageview', 1);
  return { set, tab };
}

/** What has been counted, in order, but page views. */
async function counted(set: Scene, tab: Page): Promise<[string, unknown][]> {
  await tab.evaluate(`footfall('settled')`);
  await set.arrived('settled', 1);
  const names = ['outbound', 'download', 'form', 'signup', 'partner'];
  return names
    .flatMap((name) => accepted(set.road.passed, name))
    .sort((a, b) => a.time - b.time)
    .map(({ name, props }) => [name, props]);
}

test('a link to another host is one event, with its address without the query, whatever of it is clicked', async () => {
  const { set, tab } = await open();
  for (const id of ['inside', 'outside', 'bold', 'mail', 'script', 'broken', 'rect']) await tab.click(`#${id}`);
  await tab.locator('#deep span').click();
  expect(await counted(set, tab)).toEqual([
    ['outbound', { url: 'http://other.test:9/path' }],
    ['outbound', { url: 'http://other.test:9/path' }],
    ['outbound', { url: 'http://vector.test:9/a' }],
    ['outbound', { url: 'http://deep.test:9/a' }],
  ]);
});

test('by the keyboard, with a modifier and by the middle button, and not by the right one', async () => {
  const { set, tab } = await open();
  await tab.focus('#outside');
  await tab.keyboard.press('Enter');
  await tab.click('#outside', { modifiers: ['Control'] });
  await tab.click('#outside', { button: 'middle' });
  await tab.click('#outside', { button: 'right' });
  await tab.click('#blank');
  expect((await counted(set, tab)).map(([, props]) => props)).toEqual([
    { url: 'http://other.test:9/path' },
    { url: 'http://other.test:9/path' },
    { url: 'http://other.test:9/path' },
    { url: 'http://other.test:9/blank' },
  ]);
});

test('a link to a file is a download, wherever it lies', async () => {
  const { set, tab } = await open();
  for (const id of ['file', 'away', 'named']) await tab.click(`#${id}`);
  expect(await counted(set, tab)).toEqual([
    ['download', { url: set.url('/files/report.PDF') }],
    ['download', { url: 'http://other.test:9/away.zip' }],
    ['download', { url: set.url('/data') }],
  ]);
});

test('an element that says so is the event that it names, and nothing else', async () => {
  const { set, tab } = await open();
  for (const id of ['icon', 'both']) await tab.click(`#${id}`);
  expect(await counted(set, tab)).toEqual([
    ['signup', { plan: 'pro' }],
    ['partner', null],
  ]);
});

test('a form that is sent is an event without what is in its fields', async () => {
  const { set, tab } = await open();
  await tab.click('#send');
  await tab.focus('#search input');
  await tab.keyboard.press('Enter');
  expect(await counted(set, tab)).toEqual([
    ['form', { name: 'search', action: '/find' }],
    ['form', { name: 'search', action: '/find' }],
  ]);
  expect(JSON.stringify(set.road.passed)).not.toContain('hidden');
});

test('each can be turned off, and the files be chosen', async () => {
  const { set, tab } = await open(
    'data-outbound="false" data-downloads="zip, xyz" data-forms="false" data-tagged="false"',
  );
  for (const id of ['outside', 'file', 'away', 'send', 'icon', 'both']) await tab.click(`#${id}`);
  expect(await counted(set, tab)).toEqual([['download', { url: 'http://other.test:9/away.zip' }]]);
});

test('the default script knows links, files and forms, the core none of them', async () => {
  const { set, tab } = await open('', 's.js');
  for (const id of ['outside', 'file', 'send', 'icon']) await tab.click(`#${id}`);
  expect((await counted(set, tab)).map(([name]) => name)).toEqual(['outbound', 'download', 'form']);
  const core = await open('', 's.core.js');
  for (const id of ['outside', 'file', 'send', 'icon']) await core.tab.click(`#${id}`);
  expect(await counted(core.set, core.tab)).toEqual([]);
});

test('a click that leaves the page is counted, and holds up nothing', async () => {
  const set = await scene({
    '/': (collector) => ({
      html: `<!doctype html><title>Home</title><script defer src="${collector}/s.js" data-site="${SITE}"></script><a href="/report.pdf">Report</a>`,
    }),
    '/report.pdf': () => ({ html: '<!doctype html><title>Report</title>' }),
  });
  const tab = await browser.page();
  await tab.goto(set.url('/'));
  await set.arrived('pageview', 1);
  await tab.click('a');
  await tab.waitForURL('**/report.pdf');
  await set.arrived('download', 1);
  const stored = (await set.stored()).filter(({ name }) => name === 'download');
  expect(stored).toHaveLength(1);
});
