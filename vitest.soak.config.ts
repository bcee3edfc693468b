import { defineConfig } from 'vitest/config';

/** `npm run test:soak`: faults that last, and an hour of all of them together. Not part of `npm test`. */
export default defineConfig({
  test: {
    // node:sqlite says on every start that it is new.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    include: ['e2e/**/*.soak.ts'],
    globalSetup: ['scripts/services.ts', 'scripts/bundle.ts'],
    // Each measures times, and needs the machine for itself.
    fileParallelism: false,
    // As it happens: a soak takes long.
    disableConsoleIntercept: true,
    reporters: ['verbose'],
    testTimeout: 24 * 60 * 60_000,
    hookTimeout: 120_000,
  },
});
