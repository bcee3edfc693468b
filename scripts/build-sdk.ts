/**
 * Builds the browser script and the npm module of the SDK (`sdk/dist`), if they are missing or older than their sources. `npm start`
 * and `npm test` begin with it; what is up to date costs a few milliseconds.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const sdk = join(root, 'sdk');
const dist = join(sdk, 'dist');
const rollup = join(root, 'node_modules/rollup/dist/bin/rollup');
const outputs = [
  'index.js',
  'index.d.ts',
  'react.js',
  'react.d.ts',
  'tag.js',
  'tag.d.ts',
  's.js',
  's.core.js',
  's.full.js',
  's.all.js',
];

if (!isFresh()) build();

function isFresh(): boolean {
  const built = outputs.map((name) => join(dist, name));
  if (!built.every((file) => existsSync(file))) return false;
  const sources = globSync(['sdk/src/**/*.ts', 'sdk/*.{js,json}', 'tsconfig.json'], { cwd: root });
  const newest = Math.max(...sources.map((file) => timeOf(join(root, file))));
  return Math.min(...built.map(timeOf)) > newest;
}

function timeOf(file: string): number {
  return statSync(file).mtimeMs;
}

/** Beside what is there, and then put in its place file by file: a server that starts meanwhile reads a whole one. */
function build(): void {
  if (!existsSync(rollup)) {
    console.warn('The browser script is not built: that needs the development dependencies (npm ci).');
    return;
  }
  mkdirSync(dist, { recursive: true });
  const fresh = mkdtempSync(join(dist, '.new-'));
  try {
    const args = [rollup, '--config', 'rollup.config.js', '--configDist', fresh, '--silent'];
    const { status } = spawnSync(process.execPath, args, { cwd: sdk, stdio: 'inherit' });
    if (status !== 0) {
      process.exitCode = 1;
      return;
    }
    const entries = readdirSync(fresh, { withFileTypes: true });
    const known = new Set(entries.map(({ name }) => name));
    // What an earlier build has left is not published.
    for (const name of readdirSync(dist))
      if (!known.has(name) && !name.startsWith('.')) rmSync(join(dist, name), { recursive: true, force: true });
    for (const entry of entries) {
      const place = join(dist, entry.name);
      // A folder takes no other's place.
      if (entry.isDirectory()) rmSync(place, { recursive: true, force: true });
      renameSync(join(fresh, entry.name), place);
    }
    console.log('Built the browser script (sdk/dist).');
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
