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
