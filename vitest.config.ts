import { configDefaults, defineConfig } from 'vitest/config';
import type { TestProjectInlineConfiguration } from 'vitest/config';

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
  'adapters/{kafka,redis,mongodb}/**/*.test.ts',
  '**/*.slow.test.ts',
];
const never = [...configDefaults.exclude, 'dist/**', 'data/**'];

/**
 * Tests of the whole that run on every deployment, as `e2e/support/deployment.ts` starts it: a project each, and `e2e` has
 * the embedded one. What stands beside them and not here is about something that only one deployment has.
 */
const matrix = [
  'e2e/seed.test.ts',
  'e2e/privacy.test.ts',
  'e2e/reporting/numbers.test.ts',
  'e2e/sdk/script-tag.test.ts',
];
/**
 * `MATRIX=whole npm test`: all of browser and page on each. It takes half as long again, and what these look at does not
 * know in which queue and store its events lie. `published` is about what is built, and `mount` about a Footfall inside
 * another program.
 */
const whole = ['e2e/sdk/!(published|mount).test.ts', 'e2e/dashboard/!(size).test.ts'];

/** Apps that are installed and built for minutes, and run with `MATRIX=whole` alone. */
const installed = process.env.MATRIX === 'whole' ? [] : ['e2e/frameworks/whole/**'];

/** Of all tests that start processes. */
const patient = {
  // Two files at a time: each starts processes of its own, which are enough for as many cores.
  maxWorkers: 2,
  sequence: { groupOrder: 1 },
  // Vitest's own is a second, which a page on a busy machine may need.
  expect: { poll: { timeout: 20_000 } },
  testTimeout: 300_000,
  hookTimeout: 120_000,
};

function onServices(name: 'standard' | 'scale'): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      ...patient,
      name,
      include: process.env.MATRIX === 'whole' ? [...matrix, ...whole] : matrix,
      exclude: never,
      globalSetup: ['scripts/services.ts', 'scripts/bundle.ts', 'e2e/support/started-services.ts'],
      provide: { deployment: name },
    },
  };
}

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
          ...patient,
          name: 'e2e',
          include: slow,
          exclude: [...never, ...installed],
          globalSetup: ['scripts/services.ts', 'scripts/bundle.ts'],
          provide: { deployment: 'embedded' },
        },
      },
      onServices('standard'),
      onServices('scale'),
    ],
  },
});
