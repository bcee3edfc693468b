/**
 * Makes a few files of the server's many for the tests that start it, which they do several hundred times: that takes half
 * the CPU then. Vitest runs it before those tests. `npm start` and the published package have the files as they are; the tests
 * of the package and of the containers start those.
 */
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { TestProject } from 'vitest/node';

const root = fileURLToPath(new URL('..', import.meta.url));
/** As deep below the root as `dist/server`, for the program looks for the dashboard and the script from there. */
const folder = join(root, 'node_modules/.footfall');
/** What is started by name: the program, its threads and its child. */
const entries = [
  'server/cli.ts',
  'server/worker-thread.ts',
  'server/reporting-process.ts',
  'adapters/sqlite/thread-main.ts',
];

export async function setup(project: TestProject): Promise<void> {
  mkdirSync(folder, { recursive: true });
  // Beside what is there, and then put in its place file by file: tests of another project may be starting it.
  const fresh = mkdtempSync(join(root, 'node_modules/.footfall-'));
  writeFileSync(join(fresh, 'package.json'), '{ "type": "module" }');
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    // These load files that lie beside theirs.
    ssr: { noExternal: true, external: ['@duckdb/node-api', '@platformatic/kafka'] },
    build: {
      ssr: true,
      target: 'node24',
      outDir: fresh,
      emptyOutDir: false,
      rolldownOptions: {
        input: entries.map((entry) => join(root, entry)),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  for (const name of readdirSync(fresh)) renameSync(join(fresh, name), join(folder, name));
  rmSync(fresh, { recursive: true });
  project.provide('program', join(folder, 'cli.js'));
}
