import { globSync, readFileSync } from 'node:fs';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { violations } from './import-rules.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const ignored = new Set(['node_modules', 'dist', 'data', 'coverage', '.git']);

describe('the repository', () => {
  const files = globSync('**/*.{ts,mts,cts,tsx,js,mjs,cjs,jsx}', {
    cwd: root,
    exclude: (path) => ignored.has(path.split(sep).at(-1) ?? ''),
  }).map((path) => path.split(sep).join('/'));

  test('is seen', () => {
    expect(files).toEqual(expect.arrayContaining(['sdk/src/wire.ts', 'core/event.ts', 'worker/worker.ts']));
  });

  test('keeps the direction of imports', () => {
    const found = files.flatMap((path) => violations(path, readFileSync(`${root}/${path}`, 'utf8')));
    expect(found).toEqual([]);
  });
});

describe('what is refused', () => {
  test.each([
    ['sdk/src/send.ts', "import { limits } from '../../core/limits.ts';", 'sdk may not import core'],
    ['sdk/src/send.ts', "import { z } from 'zod';", 'the SDK has no dependencies'],
    ['sdk/src/send.test.ts', "import { limits } from '../../core/limits.ts';", 'sdk may not import core'],
    ['core/event.ts', "import { worker } from '../worker/worker.ts';", 'core may not import worker'],
    ['core/event.ts', "import { Hono } from 'hono';", 'core uses only zod and node:crypto'],
    ['core/event.ts', "import { readFile } from 'node:fs/promises';", 'core uses only zod and node:crypto'],
    ['collector/a.ts', "import { worker } from '../worker/worker.ts';", 'collector may not import worker'],
    ['worker/a.test.ts', "import { store } from '../adapters/sqlite/store.ts';", 'worker may not import adapters'],
    ['worker/simulation/a.ts', "import '../../adapters/sqlite/store.ts';", 'worker may not import adapters'],
    [
      'reporting/a.ts',
      "import type { Store } from '../adapters/sqlite/store.ts';",
      'reporting may not import adapters',
    ],
    ['adapters/sqlite/a.ts', "export { decode } from '../../worker/decode.ts';", 'adapters may not import worker'],
    ['adapters/sqlite/a.ts', "const a = import('../../server/config.ts');", 'adapters may not import server'],
    ['adapters/sqlite/a.ts', "type A = import('../../worker/worker.ts').Worker;", 'adapters may not import worker'],
    ['worker/a.ts', "new Worker(new URL('../server/a.ts', import.meta.url));", 'worker may not import server'],
    ['worker/a.ts', "import { start } from 'footfall';", 'worker may not import server'],
    ['server/a.ts', "import { run } from '../bench/bench.ts';", 'server may not import bench'],
    ['e2e/a.test.ts', "import { run } from '../bench/bench.ts';", 'e2e may not import bench'],
    ['core/a.ts', "import a from '../../elsewhere/a.ts';", 'core may not import ..'],
    ['plugins/a.ts', "import { z } from 'zod';", 'the folder plugins has no place'],
    ['core/index.ts', "export * from './event.ts';", 'has an export *'],
    ['core/index.ts', "export * as event from './event.ts';", 'has an export *'],
    ['collector/a.ts', 'const port = process.env.PORT;', 'reads process.env'],
    ['collector/a.ts', "const port = globalThis.process['env'].PORT;", 'reads process.env'],
    ['collector/a.ts', 'const { env } = process;', 'reads process.env'],
    ['server/main.ts', "import { env } from 'node:process';", 'reads process.env'],
    ['worker/a.contract.ts', 'const port = process?.env.PORT;', 'reads process.env'],
  ])('%s: %s', (path, source, reason) => {
    expect(violations(path, source)).toEqual([expect.stringContaining(reason)]);
  });

  test('a file that does not parse', () => {
    expect(() => violations('core/a.ts', 'const = 1;')).toThrow(/core\/a\.ts/);
  });
});

describe('what is allowed', () => {
  test.each([
    ['core/event.ts', "import { z } from 'zod'; import { wireLimits } from '../sdk/src/wire.ts';"],
    ['core/store.contract.ts', "import { expect } from 'vitest'; import type { Store } from './ports.ts';"],
    ['core/visits.test.ts', "import fc from 'fast-check';"],
    ['collector/a.ts', "import { Hono } from 'hono'; import { limits } from '../core/limits.ts';"],
    ['adapters/sqlite/a.test.ts', "import { storeContract } from '../../core/store.contract.ts';"],
    ['adapters/sqlite/a.ts', "new Worker(new URL('./thread.ts', import.meta.url));"],
    ['server/main.ts', "import { collector } from '../collector/collector.ts';"],
    ['server/config.ts', 'export const port = process.env.PORT;'],
    ['bench/bench.ts', "import { start } from '../server/index.ts'; const all = process.env.ALL;"],
    ['examples/hono/app.ts', "import { collector } from 'footfall';"],
    ['bin/footfall.js', "await import('../dist/server/cli.js');"],
    ['worker/a.ts', "// import '../server/a.ts'; process.env\nexport const text = 'export * from \"a\"';"],
  ])('%s: %s', (path, source) => {
    expect(violations(path, source)).toEqual([]);
  });
});
