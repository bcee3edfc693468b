import { describe, expect, test } from 'vitest';
import { tallyOf } from './tally.ts';

const file = (status: string, ...tests: string[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

describe('tallyOf', () => {
  test('adds up the tests of all files', () => {
    const report = { testResults: [file('passed', 'passed', 'passed'), file('failed', 'passed', 'failed', 'failed')] };
    expect(tallyOf(report, 1)).toEqual({ passed: 3, failed: 2, skipped: 0 });
  });

  test('is without a failure when all passed', () => {
    expect(tallyOf({ testResults: [file('passed', 'passed', 'skipped')] }, 0)).toEqual({
      passed: 1,
      failed: 0,
      skipped: 1,
    });
  });

  test('counts a file that did not load, and a hook that failed', () => {
    const report = { testResults: [file('failed'), file('failed', 'skipped', 'passed'), file('passed', 'passed')] };
    expect(tallyOf(report, 1)).toEqual({ passed: 2, failed: 2, skipped: 1 });
  });

  test('counts an error outside all tests, and an end by a signal', () => {
    const report = { testResults: [file('passed', 'passed')] };
    expect(tallyOf(report, 1).failed).toBe(1);
    expect(tallyOf(report, null).failed).toBe(1);
  });

  test.each([
    ['no file', { testResults: [] }],
    ['only skipped tests', { testResults: [file('passed', 'skipped')] }],
    ['no report', undefined],
    ['a report of another form', { tests: 3 }],
  ])('counts a run with %s as failed', (_what, report) => {
    expect(tallyOf(report, 0)).toMatchObject({ passed: 0, failed: 1 });
  });
});
