import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { daily } from '../../core/daily.contract.ts';
import { axe } from './axe.ts';
import { settled } from './look.ts';
import { dashboard } from './scene.ts';

const { open } = dashboard({ sample: true });

const sizes = { desktop: { width: 1440, height: 1000 }, phone: { width: 390, height: 844 } };

async function press(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name }).click();
}

/** All that the page can look like, and how one gets there. */
const views: [name: string, path: string, then?: (page: Page) => Promise<unknown>][] = [
  ['dashboard', '/?site=sample', settled],
  ['table', '/?site=sample&show=table', settled],
  ['filters', '/?site=sample&f=is~country~DE&f=contains_not~page~docs', settled],
  ['nothing', '/?site=sample&range=2020-01-01..2020-01-02', settled],
  ['periods', '/?site=sample', (page) => settled(page).then(() => press(page, /^Period/))],
  ['sites', '/?site=sample', (page) => settled(page).then(() => press(page, /^Site/))],
  ['filter', '/?site=sample', (page) => settled(page).then(() => press(page, 'Add a filter'))],
  ['live', '/?site=sample', (page) => settled(page).then(() => press(page, /visitors now/))],
  ['list', '/?site=sample&detail=page', (page) => page.getByRole('cell').first().waitFor()],
  ['readout', '/?site=sample', (page) => settled(page).then(() => page.locator('.plot svg').hover())],
  ['start', '/?welcome=1', (page) => page.getByRole('heading', { level: 1 }).waitFor()],
  ['no such site', '/?site=nobody.example', (page) => page.getByRole('heading', { level: 1 }).waitFor()],
  ['demo page', '/demo/coast.html', (page) => page.getByRole('heading', { level: 1 }).waitFor()],
  ['demo', '/?site=demo&demo=1&range=day', (page) => page.locator('.figure-value').first().waitFor()],
];

type Look = [scheme: 'light' | 'dark', size: keyof typeof sizes];
const looks: Look[] = [
  ['light', 'desktop'],
  ['dark', 'phone'],
];
const more: Look[] = [
  ['dark', 'desktop'],
  ['light', 'phone'],
];

describe.each(daily(looks, [...looks, ...more]))('%s, on a %s', (colorScheme, size) => {
  test.each(views)('axe finds nothing: %s', async (_name, path, then) => {
    const page = await open(path, { colorScheme, viewport: sizes[size] });
    expect(await page.evaluate(`matchMedia('(prefers-color-scheme: ${colorScheme})').matches`)).toBe(true);
    await then?.(page);
    expect(await axe(page)).toEqual([]);
  });
});

test('who wants less motion gets none', async () => {
  const page = await open('/?site=sample', { reducedMotion: 'reduce' });
  await settled(page);
  const moving = await page.evaluate('document.getAnimations().length');
  expect(moving).toBe(0);
});

test('every control can be reached by the keyboard, and its focus is seen', async () => {
  const page = await open('/?site=sample');
  await settled(page);
  const seen = new Set<string>();
  const all = await page.locator('a[href], button, select, input, [tabindex="0"]').count();
  for (let tabs = 0; tabs < all; tabs++) {
    await page.keyboard.press('Tab');
    const [name, outline] = await page.evaluate<[string, string]>(
      `[document.activeElement.outerHTML.slice(0, 200), getComputedStyle(document.activeElement).outlineStyle]`,
    );
    expect([name, outline]).toEqual([name, 'solid']);
    seen.add(name);
  }
  expect(seen.size).toBeGreaterThan(40);
});
