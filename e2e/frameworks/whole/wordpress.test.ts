import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testBrowser } from '../../browser/browser.ts';
import { freePort, root, run, start } from '../../package/project.ts';
import { accepted, scenes } from '../../sdk/scene.ts';
import { until } from '../../support/until.ts';
import { adapted } from '../visit.ts';

/**
 * The plugin in a real WordPress, which WordPress Playground runs in WebAssembly, with a database of its own. Both are under the GPL, and no part of
 * this repository: they are taken from npm into the temporary folder. With `MATRIX=whole` only.
 */

const PLAYGROUND = '@wp-playground/cli@3.1.56';
/** The last that has WordPress in it: 6.5. */
const BUILDS = '@wp-playground/wordpress-builds@0.9.19';
const INSTALL_MS_MAX = 900_000;

const scene = scenes();
const browser = testBrowser();
const folder = join(tmpdir(), 'footfall-frameworks/wordpress');

/** A new WordPress with the plugin, for a collector and a site. */
async function installed(collector: string, site: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, 'package.json'))) writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  await run(folder, 'npm', 'install', '--no-audit', '--no-fund', PLAYGROUND);
  if (!existsSync(join(folder, 'wp.zip'))) {
    const tarball = (await run(folder, 'npm', 'pack', '--silent', BUILDS)).trim();
    await run(
      folder,
      'sh',
      '-c',
      `tar -xzOf ${tarball} package/src/wordpress/wp-6.5.zip > part && mv part wp.zip && rm ${tarball}`,
    );
  }
  rmSync(join(folder, 'site'), { recursive: true, force: true });
  await run(folder, 'python3', '-m', 'zipfile', '-e', 'wp.zip', 'site');
  const plugins = join(folder, 'site/wp-content/mu-plugins');
  mkdirSync(plugins);
  const plugin = readFileSync(join(root, 'examples/frameworks/wordpress/footfall.php'), 'utf8');
  writeFileSync(join(plugins, 'footfall.php'), adapted(plugin, collector, site));
}

test(
  'wordpress: each page that is loaded is counted once, and an event',
  async () => {
    const made = await scene({});
    await installed(made.collector(''), 'wordpress.example');
    const port = await freePort();
    const where = ['--mount-dir-before-install', join(folder, 'site'), '/wordpress', '--port', `${port}`];
    const mode = ['--wordpress-install-mode', 'install-from-existing-files'];
    const playground = join(folder, 'node_modules/@wp-playground/cli/wp-playground.js');
    const program = start(folder, {}, process.execPath, [playground, 'server', ...where, ...mode]);
    try {
      const address = `http://127.0.0.1:${port}/`;
      await until('WordPress to be ready', () => program.output().includes('Ready!'), 300_000);
      const tab = await browser.page();
      // Its pictures and fonts may never come.
      const soon = { waitUntil: 'commit', timeout: 120_000 } as const;
      await tab.goto(address, soon);
      await made.arrived('pageview', 1);
      expect(await tab.locator('script[data-site]').getAttribute('defer')).toBe('');
      await tab.goto(`${address}?page_id=2`, { ...soon, referer: address });
      await made.arrived('pageview', 2);
      await tab.evaluate(() => (globalThis as unknown as { footfall(name: string): void }).footfall('signup'));
      await made.arrived('signup', 1);
      const views = accepted(made.road.passed, 'pageview').sort((a, b) => a.time - b.time);
      expect(views.map(({ title, referrer }) => ({ title, referrer }))).toEqual([
        { title: 'My WordPress Website', referrer: '' },
        { title: 'Sample Page – My WordPress Website', referrer: address },
      ]);
      const stored = (await made.stored()).filter(({ name }) => name !== 'engagement');
      expect(stored.map(({ site, name }) => `${site}: ${name}`)).toEqual(
        ['pageview', 'pageview', 'signup'].map((name) => `wordpress.example: ${name}`),
      );
    } catch (error) {
      throw new Error(program.output(), { cause: error });
    } finally {
      await program.stop();
    }
  },
  INSTALL_MS_MAX,
);
