import { z } from 'zod';

/** What Vitest's JSON reporter writes, as far as it is needed here. */
const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Adds up a run of Vitest. A file that did not load, a hook that failed outside a test, an error outside all tests and
 * a run without any test count as one failure each, so that `failed` is 0 only when something ran and all of it passed.
 *
 * @param report what the JSON reporter wrote; undefined when it wrote nothing that can be read
 * @param exitCode of Vitest; null when a signal ended it
 *
 * @example
 * tallyOf({ testResults: [] }, 0); // { passed: 0, failed: 1, skipped: 0 }
 */
export function tallyOf(report: unknown, exitCode: number | null): Tally {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  const parsed = reportSchema.safeParse(report);
  for (const file of parsed.success ? parsed.data.testResults : []) {
    const failedBefore = tally.failed;
    for (const { status } of file.assertionResults) {
      if (status === 'passed') tally.passed += 1;
      else if (status === 'failed') tally.failed += 1;
      else tally.skipped += 1;
    }
    if (file.status !== 'passed' && tally.failed === failedBefore) tally.failed += 1;
  }
  const ranNone = tally.passed === 0;
  if (tally.failed === 0 && (ranNone || exitCode !== 0)) tally.failed = 1;
  return tally;
}
