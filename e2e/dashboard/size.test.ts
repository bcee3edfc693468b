import { spawnSync } from 'node:child_process';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = join(root, 'examples/dashboard/dist');
/** Bytes of script and style together, as they travel. */
const BYTES_MAX = 50 * 1024;
const GOAL = 32 * 1024;

test('script and style are one file each, under 50 KB together when packed', () => {
  expect(spawnSync(process.execPath, ['scripts/build-dashboard.ts'], { cwd: root }).status).toBe(0);
  const files = readdirSync(join(dist, 'assets'));
  expect(files.map((name) => name.replace(/-[\w-]+\./, '.')).sort()).toEqual(['index.css', 'index.js']);
  const bytes = files.map((name) => gzipSync(readFileSync(join(dist, 'assets', name)), { level: 9 }).length);
  const sum = bytes.reduce((a, b) => a + b, 0);
  expect(sum).toBeLessThan(BYTES_MAX);
  // What it is today, and a little more: who makes it grow is to know.
  expect(sum).toBeLessThan(GOAL);
});

test('nothing of the server is in it', () => {
  const script = readdirSync(join(dist, 'assets')).find((name) => name.endsWith('.js')) ?? '';
  const text = readFileSync(join(dist, 'assets', script), 'utf8');
  expect(text).not.toMatch(/ZodError|invalid_type|safeParse/);
  expect(text).not.toMatch(/\beval\(|new Function\(/);
});

test('no source writes markup by itself', () => {
  const sources = globSync('examples/dashboard/src/**/*.{ts,tsx}', { cwd: root });
  expect(sources.length).toBeGreaterThan(30);
  const found = sources.filter((file) =>
    /innerHTML|insertAdjacentHTML|document\.write|\sstyle=/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(found).toEqual([]);
});
