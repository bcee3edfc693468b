import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** What the address says, without what has its default. */
export function address(page: Page): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = {};
  const { searchParams } = new URL(page.url());
  for (const name of new Set(searchParams.keys())) {
    const values = searchParams.getAll(name);
    found[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return found;
}

/** A headline number as it is shown, without its change. */
export async function figure(page: Page, name: string): Promise<string> {
  const button = page.getByRole('group', { name: 'Numbers of the period' }).getByRole('button', { name });
  return (await button.locator('.figure-value').textContent()) ?? '';
}

/** A panel by its name. */
export function panel(page: Page, name: string): Locator {
  return page.getByRole('region', { name, exact: true });
}

/** The names of a panel's rows. */
export function rows(page: Page, name: string): Promise<string[]> {
  return panel(page, name).locator('.row-name').allTextContents();
}

/** Waits until all numbers are those of the question as it is. */
export async function settled(page: Page): Promise<void> {
  await expect.poll(() => page.locator('[aria-busy="true"]').count(), { timeout: 60_000 }).toBe(0);
  await expect.poll(() => page.locator('.figure-value').count(), { timeout: 60_000 }).toBe(6);
}

/** What moved by itself since the page was opened, and how far: 1 is the height of the window. */
export function layoutShifts(page: Page): Promise<{ by: number; what: string }[]> {
  return page.evaluate(`new Promise((resolve) => {
    const read = (list) => list.getEntries().map(({ value, sources }) => {
      const nodes = sources.map(({ node }) => node?.outerHTML ?? node?.textContent ?? '');
      return { by: value, what: nodes.join(' ').slice(0, 300) };
    });
    const shifts = [];
    new PerformanceObserver((list) => shifts.push(...read(list))).observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => resolve(shifts), 300);
  })`);
}
