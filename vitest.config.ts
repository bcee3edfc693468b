import { configDefaults, defineConfig } from 'vitest/config';

const NODE_MAJOR_MIN = 24;

if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
  throw new Error(
    `The tests need Node.js ${NODE_MAJOR_MIN} or later; this is ${process.version}. ` +
      'Run them by npm (npm test, npm run test:quick, npx vitest run FILE), which takes the Node.js of node_modules.',
  );
}

/** Whatever starts processes or takes longer than a few seconds a file. Every other test is a quick one. */
const slow = [
  'e2e/!(imports).test.ts',
  'e2e/*/**/*.test.ts',
  'examples/**/*.test.ts',
  'bench/**/*.test.ts',
  'worker/simulation/**/*.test.ts',
  'adapters/{redis,mongodb}/**/*.test.ts',
  '**/*.slow.test.ts',
];
const never = [...configDefaults.exclude, 'dist/**', 'data/**'];

export default defineConfig({
  test: {
    // node:sqlite says on every start that it is new.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['**/*.test.ts'],
          exclude: [...never, ...slow],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: slow,
          exclude: never,
          globalSetup: 'scripts/services.ts',
          // Two files at a time: each mostly waits for processes of its own.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          // Vitest's own is a second, which a page on a busy machine may need.
          expect: { poll: { timeout: 20_000 } },
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
