import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { build, preview } from 'vite';
import type { Plugin } from 'vite';
import { testBrowser } from '../browser/browser.ts';
import { accepted, scenes } from '../sdk/scene.ts';
import { adapted, expectVisitCounted } from './visit.ts';

/** The examples that cost little: those that Vite makes of what the repository has, and a tag manager's. */

const examples = fileURLToPath(new URL('../../examples/frameworks', import.meta.url));
const scene = scenes();
const browser = testBrowser();
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Builds an example for a collector, and serves it. */
async function serveExample(name: string, collector: string, site: string): Promise<string> {
  const root = join(examples, name);
  const outDir = mkdtempSync(join(tmpdir(), 'footfall-example-'));
  closers.push(() => rmSync(outDir, { recursive: true }));
  const own: Plugin = {
    name: 'adapted',
    enforce: 'pre',
    transform: (code, id) => (id.startsWith(root) ? adapted(code, collector, site) : undefined),
  };
  await build({ root, plugins: [own], build: { outDir, emptyOutDir: true }, logLevel: 'error' });
  const server = await preview({ root, build: { outDir }, preview: { port: 0, host: '127.0.0.1' } });
  closers.push(() => server.close());
  const address = server.httpServer.address();
  return `http://localhost:${typeof address === 'object' && address ? address.port : 0}/`;
}

test.each(['react', 'vue', 'svelte'])('%s: a load, a move and an event are counted once each', async (name) => {
  const made = await scene({});
  const site = `${name}.example`;
  const address = await serveExample(name, made.collector(''), site);
  await expectVisitCounted(made, await browser.page(), address, site);
});

/** As a tag manager does it: each script is made anew of its text, without attributes, and put at the end of the page. */
const TAG_MANAGER = `function fire(html) {
  const holder = document.createElement('div');
  holder.innerHTML = html;
  for (const { text, src } of holder.querySelectorAll('script')) {
    const script = document.createElement('script');
    if (src) Object.assign(script, { src, async: true });
    else script.text = text;
    document.body.append(script);
  }
}`;

test('tag-manager: what the manager makes anew counts a load, a move and an event once each', async () => {
  const made = await scene({});
  const read = (file: string): string =>
    adapted(readFileSync(join(examples, 'tag-manager', file), 'utf8'), made.collector(''), 'manager.example');
  const json = (file: string): string => JSON.stringify(read(file)).replaceAll('</', '<\\/');
  const body = `<h1>Home</h1><a href="/pricing">Pricing</a> <button>Sign up</button><script>${TAG_MANAGER}
    fire(${json('tag.html')});
    document.querySelector('a').onclick = (event) => {
      event.preventDefault();
      history.pushState({}, '', '/pricing');
      document.title = 'Pricing · Shop';
      document.querySelector('h1').textContent = 'Pricing';
    };
    document.querySelector('button').onclick = () => fire(${json('event.html')});
  </script>`;
  const head = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Home · Shop</title></head>';
  made.serve('*', { html: `${head}<body>${body}</body></html>` });
  await expectVisitCounted(made, await browser.page(), made.url('/'), 'manager.example');
});

test('tag-manager: a script that has lost its attributes counts for the element that names the site', async () => {
  const made = await scene({});
  const source = `${made.collector('')}/s.js`;
  made.serve('/', {
    html: `<!doctype html><title>Home</title><link rel="icon" href="data:,"><script src="${source}" type="text/plain" data-site="manager.example"></script>
      <body><script>${TAG_MANAGER} fire('<script src="${source}" data-site="manager.example"><\\/script>')</script></body>`,
  });
  await (await browser.page()).goto(made.url('/'));
  await made.arrived('pageview', 1);
  expect(accepted(made.road.passed, 'pageview')).toHaveLength(1);
  expect((await made.stored()).map(({ site }) => site)).toContain('manager.example');
});
