import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Lock } from './lock-file.ts';
import { completed, missingOf } from './lock-file.ts';

describe('package-lock.json', () => {
  const text = readFileSync(fileURLToPath(new URL('../package-lock.json', import.meta.url)), 'utf8');
  const lock = JSON.parse(text) as Lock;

  test('is complete for every platform; if not: node scripts/complete-lock.ts', () => {
    expect(Object.keys(lock.packages).length).toBeGreaterThan(50);
    expect(missingOf(lock)).toEqual([]);
  });

  test('names no registry', () => {
    const remote = Object.entries(lock.packages).filter(([, { resolved }]) => resolved?.includes('//'));
    expect(remote).toEqual([]);
  });
});

describe('completed', () => {
  const lock: Lock = {
    packages: {
      '': { version: '1.0.0' },
      'node_modules/a': {
        version: '1.0.0',
        dev: true,
        optionalDependencies: {
          '@a/linux-x64-gnu': '1.0.0',
          '@a/binding-linux-arm64-musl': '1.0.0',
          'a-darwin-x64': '1.0.0',
        },
      },
      'node_modules/a/node_modules/@a/linux-x64-gnu': { version: '1.0.0' },
    },
  };

  test('adds what is missing with its platform, in order, and changes nothing else', () => {
    const { packages } = completed(lock);
    expect(Object.keys(packages)).toEqual([
      '',
      'node_modules/@a/binding-linux-arm64-musl',
      'node_modules/a',
      'node_modules/a-darwin-x64',
      'node_modules/a/node_modules/@a/linux-x64-gnu',
    ]);
    expect(packages).toMatchObject(lock.packages);
    expect(packages['node_modules/@a/binding-linux-arm64-musl']).toEqual({
      version: '1.0.0',
      cpu: ['arm64'],
      dev: true,
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    });
    expect(missingOf({ packages })).toEqual([]);
  });

  test.each([
    ['no platform in the name', { 'a-native': '1.0.0' }],
    ['a range of versions', { 'a-linux-x64': '^1.0.0' }],
  ])('refuses %s', (_what, optionalDependencies) => {
    expect(() => completed({ packages: { 'node_modules/a': { optionalDependencies } } })).toThrow(/a-/);
  });
});
