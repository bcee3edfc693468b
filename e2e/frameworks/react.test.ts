import { fileURLToPath } from 'node:url';
import { Footfall, useTrack } from 'footfall-sdk/react';
import type { Page as Tab } from 'playwright-core';
import { createElement, StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { beforeAll, expect, test } from 'vitest';
import { build } from 'vite';
import type { Rolldown } from 'vite';
import { testBrowser } from '../browser/browser.ts';
import { accepted, scenes } from '../sdk/scene.ts';
import type { Scene } from '../sdk/scene.ts';
import type { Drawing } from './react-page.ts';

/** `footfall-sdk/react` with the real React, as it is while an app is developed: `StrictMode` runs effects twice then. */

declare global {
  /** In the pages. */
  var drawing: Drawing;
  var options: { site: string; endpoint: string };
  var show: (node: unknown) => Promise<void>;
}

const SITE = 'react.example';
const scene = scenes();
const browser = testBrowser();
let script = '';

beforeAll(async () => {
  const [bundle] = (await build({
    configFile: false,
    logLevel: 'error',
    mode: 'development',
    define: { 'process.env.NODE_ENV': '"development"' },
    build: {
      write: false,
      minify: false,
      lib: { entry: fileURLToPath(new URL('react-page.ts', import.meta.url)), formats: ['iife'], name: 'page' },
    },
  })) as Rolldown.RolldownOutput[];
  script = bundle!.output[0].code;
});

/** A page with React and the SDK, in which nothing is drawn yet; what its console complains of is in `complaints`. */
async function opened(markup = ''): Promise<Scene & { tab: Tab; complaints: string[] }> {
  const made = await scene({ '*': () => ({ html: '' }), '/page.js': () => ({ html: '' }) });
  const options = JSON.stringify({ site: SITE, endpoint: made.collector('/e') });
  // `show` draws, and waits until the effects have run.
  const own = `const options = ${options}; const { client, react } = drawing; let root;
    globalThis.options = options;
    globalThis.show = (node) => {
      root ??= client.createRoot(document.getElementById('root'));
      globalThis.root = root;
      root.render(node);
      return new Promise((resolve) => setTimeout(resolve, 50));
    };`;
  made.serve('/page.js', { html: script + own, headers: { 'content-type': 'text/javascript' } });
  made.serve('*', {
    html: `<!doctype html><html lang="en"><head><title>Home</title><script src="/page.js" defer></script></head><body><div id="root">${markup}</div></body></html>`,
  });
  const tab = await browser.page();
  const complaints: string[] = [];
  tab.on('pageerror', (error) => complaints.push(error.message));
  tab.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await tab.goto(made.url('/'));
  return { ...made, tab, complaints };
}

/** Page views and events that were taken, by time, such as `pageview / Home`, with the path before in parentheses. */
function told({ road }: Scene): string[] {
  const events = [...new Set(road.passed.flatMap((one) => one.events.map(({ name }) => name)))]
    .filter((name) => name !== 'engagement')
    .flatMap((name) => accepted(road.passed, name));
  return events
    .sort((a, b) => a.time - b.time)
    .map(({ name, url, title, referrer }) =>
      [name, new URL(url).pathname, title, referrer && `(from ${new URL(referrer).pathname})`]
        .filter(Boolean)
        .join(' '),
    );
}

test('StrictMode counts once, and each move once, with its title and the page before', async () => {
  const page = await opened();
  const effects = await page.tab.evaluate(async () => {
    const { react, footfall, h } = drawing;
    let runs = 0;
    function App() {
      const [path, setPath] = react.useState(location.pathname);
      react.useEffect(() => {
        runs += 1;
        const onMove = () => setPath(location.pathname);
        addEventListener('popstate', onMove);
        return () => removeEventListener('popstate', onMove);
      }, []);
      const go = (to: string) => () => {
        history.pushState(null, '', to);
        setPath(to);
      };
      return h(
        'main',
        null,
        h('title', null, `At ${path}`),
        h('button', { onClick: go('/one') }, 'One'),
        h('button', { onClick: go('/two') }, 'Two'),
        h(footfall.Footfall, options),
      );
    }
    await show(h(react.StrictMode, null, h(App)));
    return runs;
  });
  expect(effects).toBe(2);
  await page.arrived('pageview', 1);
  await page.tab.click('text=One');
  await page.arrived('pageview', 2);
  await page.tab.click('text=Two');
  await page.arrived('pageview', 3);
  await page.tab.goBack();
  await page.arrived('pageview', 4);
  expect(told(page)).toEqual([
    'pageview / At /',
    'pageview /one At /one (from /)',
    'pageview /two At /two (from /one)',
    'pageview /one At /one (from /two)',
  ]);
  const stored = await page.stored();
  expect(stored.filter(({ name }) => name === 'pageview').map(({ title }) => title)).toEqual([
    'At /',
    'At /one',
    'At /two',
    'At /one',
  ]);
  expect(page.complaints).toEqual([]);
});

test('what was drawn on a server sends nothing there, and is taken over without a complaint', async () => {
  function OnServer() {
    const track = useTrack();
    const onClick = () => void track('signup');
    const footfall = createElement(Footfall, { site: SITE, endpoint: 'http://localhost:1/e' });
    return createElement('main', null, footfall, createElement('button', { onClick }, 'Sign up'));
  }
  const markup = renderToString(createElement(StrictMode, null, createElement(OnServer)));
  expect(markup).toBe('<main><button>Sign up</button></main>');

  const page = await opened(markup);
  await page.tab.evaluate(async () => {
    const { react, client, footfall, h } = drawing;
    function App() {
      const track = footfall.useTrack();
      const signUp = () => void track('signup', { plan: 'pro' });
      return h('main', null, h(footfall.Footfall, options), h('button', { onClick: signUp }, 'Sign up'));
    }
    client.hydrateRoot(document.getElementById('root')!, h(react.StrictMode, null, h(App)), {
      onRecoverableError: (error) => console.error(`recovered: ${String(error)}`),
    });
  });
  await page.arrived('pageview', 1);
  await page.tab.click('text=Sign up');
  await page.arrived('signup', 1);
  expect(told(page)).toEqual(['pageview / Home', 'signup /']);
  expect(page.complaints).toEqual([]);
});

test('calls wait for <Footfall>, which may come later; the function stays the same', async () => {
  const page = await opened();
  const isSame = await page.tab.evaluate(async () => {
    const { react, footfall, h } = drawing;
    const seen = new Set();
    function Early() {
      const track = footfall.useTrack();
      seen.add(track);
      react.useEffect(() => void track('early'), [track]);
      return null;
    }
    await show(h(Early, { key: 'early' }));
    await show([h(Early, { key: 'early' }), h(footfall.Footfall, { ...options, key: 'footfall' })]);
    return seen.size === 1;
  });
  await page.arrived('early', 1);
  await page.arrived('pageview', 1);
  expect(isSame).toBe(true);
  expect(told(page).toSorted()).toEqual(['early /', 'pageview / Home']);
});

test('another layout that shows it again is no other page view', async () => {
  const page = await opened();
  await page.tab.evaluate(async () => {
    const { footfall, sdk, h } = drawing;
    await show(h('main', null, h(footfall.Footfall, options)));
    await show(null);
    void sdk.track('between');
    await show(h('section', null, h(footfall.Footfall, options), h(footfall.Footfall, options)));
    void sdk.track('after');
  });
  await page.arrived('after', 1);
  expect(told(page)).toEqual(['pageview / Home', 'between /', 'after /']);
});

test('what destroy() has ended, new options do not begin anew, and another <Footfall> does', async () => {
  const page = await opened();
  await page.tab.evaluate(async () => {
    const { footfall, sdk, h } = drawing;
    await show(h(footfall.Footfall, { ...options, key: 1 }));
    await sdk.track('before');
    sdk.destroy();
    await show(h(footfall.Footfall, { ...options, key: 1, userId: 'u1' }));
    history.pushState(null, '', '/unseen');
  });
  // A call waits for whoever counts next.
  await page.tab.evaluate(async () => {
    const { footfall, sdk, h } = drawing;
    await show(h(footfall.Footfall, { ...options, key: 2 }));
    await sdk.track('again');
  });
  expect(told(page)).toEqual(['pageview / Home', 'before /', 'pageview /unseen Home', 'again /unseen']);
});

test('options that change hold from then on; functions that are new each time cost nothing', async () => {
  const page = await opened();
  await page.tab.evaluate(async () => {
    const { footfall, sdk, h } = drawing;
    const draw = (plan: string, userId?: string) =>
      show(
        h(footfall.Footfall, {
          ...options,
          userId,
          props: () => ({ plan }),
          beforeSend: (event) => ({ ...event, props: { ...event.props, seen: plan } }),
        }),
      );
    await draw('free');
    void sdk.track('first');
    await draw('team');
    void sdk.track('second');
    await draw('pro');
    await sdk.track('third');
    await draw('pro', 'u1');
    await sdk.track('fourth');
  });
  const events = ['first', 'second', 'third', 'fourth'].map((name) => accepted(page.road.passed, name)[0]);
  expect(events.map((event) => event?.props)).toEqual([
    { plan: 'free', seen: 'free' },
    { plan: 'team', seen: 'team' },
    { plan: 'pro', seen: 'pro' },
    { plan: 'pro', seen: 'pro' },
  ]);
  const batches = page.road.passed.map(({ batch }) => [
    batch.user_id,
    batch.events.map(({ name }) => name).filter((name) => name !== 'engagement'),
  ]);
  expect(batches).toEqual([
    [undefined, ['pageview']],
    [undefined, ['first', 'second', 'third']],
    ['u1', ['fourth']],
  ]);
});
