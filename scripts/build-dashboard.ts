/**
 * Builds the dashboard page into `examples/dashboard/dist`, if it is missing or older than its sources. `--force` builds in
 * any case.
 */
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const folder = fileURLToPath(new URL('../examples/dashboard', import.meta.url));
const built = join(folder, 'dist/index.html');
const sources = [
  'index.html',
  'src/**/*',
  'public/**/*',
  'demo/**/*',
  '../../core/question.ts',
  '../../scripts/build-dashboard.ts',
];

if (process.argv.includes('--force') || isOld()) await buildPage();

function isOld(): boolean {
  const made = statSync(built, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return sources
    .flatMap((pattern) => globSync(pattern, { cwd: folder }))
    .some((file) => statSync(join(folder, file)).mtimeMs > made);
}

async function buildPage(): Promise<void> {
  // Vite takes what it finds there; tests run with another value.
  process.env.NODE_ENV = 'production';
  await build({
    root: folder,
    configFile: false,
    logLevel: 'warn',
    base: './',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: 'dist',
      emptyOutDir: true,
      target: 'es2023',
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      // The page's Content-Security-Policy allows no script in the markup and no data in its place.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
}
