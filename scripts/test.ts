/**
 * `npm test`: the checks (types, lint, format, unused code; one test each), then all tests of all projects. Arguments go
 * to Vitest. Ends with the line `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tallyOf } from './tally.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const checks = ['check:types', 'check:lint', 'check:format', 'check:unused'];

const isDebian = run('sh', ['-c', 'command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]'], 'package manager') === 0;
const hasChromium = run('sh', ['-c', '[ -n "$CHROMIUM" ] || command -v chromium >/dev/null'], 'chromium') === 0;
// Elsewhere the tests find a browser themselves, or fail and say what to install.
if (isDebian && !hasChromium)
  run('sh', ['-c', 'apt-get update -qq && apt-get install -y -qq chromium'], 'install chromium');

const failedChecks = checks.filter((name) => run('npm', ['run', '--silent', name], name) !== 0);
const tests = runTests(process.argv.slice(2));
const passed = checks.length - failedChecks.length + tests.passed;
const failed = failedChecks.length + tests.failed;

console.log();
if (failedChecks.length > 0) console.log(`failed: ${failedChecks.map((name) => `npm run ${name}`).join(', ')}`);
if (tests.skipped > 0) console.log(`${tests.skipped} skipped`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function run(command: string, args: string[], title: string): number | null {
  console.log(`\n> ${title}`);
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status;
}

function runTests(args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-test-'));
  const reportFile = join(folder, 'report.json');
  try {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
    const exitCode = run(process.execPath, [vitest, 'run', ...reporters, ...args], 'vitest run');
    return tallyOf(reportIn(reportFile), exitCode);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function reportIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
