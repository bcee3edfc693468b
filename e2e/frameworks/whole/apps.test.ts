import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testBrowser } from '../../browser/browser.ts';
import { freePort, root, run, start } from '../../package/project.ts';
import { scenes } from '../../sdk/scene.ts';
import { until } from '../../support/until.ts';
import { adapted, expectVisitCounted } from '../visit.ts';

/**
 * The examples that need a framework which the repository does not have: each is installed (once; then it is there), built and served as its
 * README says. With `MATRIX=whole` only.
 */

const scene = scenes();
const browser = testBrowser();
const INSTALL_MS_MAX = 900_000;

for (const name of ['NEXT', 'NUXT', 'ASTRO']) process.env[`${name}_TELEMETRY_DISABLED`] = '1';

/** A copy of an example, for a collector and a site, with what it depends on and the SDK as it would be published. */
async function installed(name: string, collector: string, site: string): Promise<string> {
  const from = join(root, 'examples/frameworks', name);
  // Not under node_modules, whose files frameworks do not compile.
  const folder = join(tmpdir(), 'footfall-frameworks', name);
  mkdirSync(folder, { recursive: true });
  for (const old of globSync(['*'], {
    cwd: folder,
    exclude: (path) => /^(node_modules|package-lock\.json)$/.test(path),
  }))
    rmSync(join(folder, old), { recursive: true });
  cpSync(from, folder, { recursive: true });
  for (const file of globSync('**/*.{ts,tsx,vue,astro}', { cwd: from })) {
    writeFileSync(join(folder, file), adapted(readFileSync(join(from, file), 'utf8'), collector, site));
  }
  await run(join(root, 'sdk'), 'npm', 'pack', '--pack-destination', folder);
  const [tarball = ''] = globSync('footfall-sdk-*.tgz', { cwd: folder });
  await run(folder, 'npm', 'install', '--no-audit', '--no-fund', `./${tarball}`);
  return folder;
}

/** By which argument or setting each is told where to listen. */
const listening: Record<string, (port: number) => { env: Record<string, string>; args: string[] }> = {
  next: (port) => ({ env: {}, args: ['--port', `${port}`, '--hostname', '127.0.0.1'] }),
  nuxt: (port) => ({ env: { PORT: `${port}`, HOST: '127.0.0.1' }, args: [] }),
  astro: (port) => ({ env: {}, args: ['--port', `${port}`, '--host', '127.0.0.1'] }),
};

test.each(Object.keys(listening))(
  '%s: a load, a move and an event are counted once each',
  async (name) => {
    const made = await scene({});
    const site = `${name}.example`;
    const folder = await installed(name, made.collector(''), site);
    await run(folder, 'npm', 'run', 'build');
    const port = await freePort();
    const { env, args } = listening[name]!(port);
    const program = start(folder, env, 'npm', ['run', 'start', '--', ...args]);
    try {
      const address = `http://127.0.0.1:${port}/`;
      await until(`${name} to answer`, async () => (await fetch(address)).ok, 60_000);
      expect(await (await fetch(address)).text()).toContain('<h1>Home</h1>');
      expect(made.road.passed).toEqual([]);
      await expectVisitCounted(made, await browser.page(), address, site);
    } catch (error) {
      throw new Error(program.output(), { cause: error });
    } finally {
      await program.stop();
    }
  },
  INSTALL_MS_MAX,
);
