import axeCore from 'axe-core';
import type { Page } from 'playwright-core';

interface Result {
  violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[];
}

/** What axe finds on a page, by all rules of WCAG 2.2 AA and its own best practices; one line each. */
export async function axe(page: Page): Promise<string[]> {
  // Not by a script element: the page's policy forbids that, as it should.
  await page.evaluate(axeCore.source);
  // Contrast is that of the end, not of the way there.
  await page.evaluate(
    'Promise.all(document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity).map((one) => one.finished))',
  );
  const { violations } = await page.evaluate<Result>(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] })`,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ html, failureSummary = '' }) => `${id}: ${help}\n  ${html}\n  ${failureSummary.replaceAll('\n', '\n  ')}`,
    ),
  );
}
