import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { testBrowser } from '../browser/browser.ts';
import type { Scene } from './scene.ts';
import { accepted, page, scenes, tag, viewed } from './scene.ts';

const scene = scenes();
const browser = testBrowser();

/** Sends an event and waits for it: by then all that happened before has been sent, too. */
async function settle(tab: Page, { arrived }: Scene): Promise<void> {
  await tab.evaluate(`footfall('settled')`);
  await arrived('settled', 1);
}

test('a page is one page view, with all that is known of it', async () => {
  const set = await scene({ '/pricing': page('Pricing & more') });
  const tab = await browser.page();
  await tab.goto(set.url('/pricing?utm_source=news#plans'), { referer: 'https://news.example/today' });
  await settle(tab, set);

  const [first] = set.road.passed;
  expect(first?.batch).toEqual({
    site: 'shop.example',
    sent: expect.any(Number),
    url: set.url('/pricing?utm_source=news#plans'),
    events: [
      {
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
        name: 'pageview',
        time: expect.any(Number),
        referrer: 'https://news.example/today',
        title: 'Pricing & more',
      },
    ],
  });
  const [stored, ...others] = (await set.stored()).filter(({ name }) => name === 'pageview');
  expect(others).toEqual([]);
  expect(stored).toMatchObject({
    id: first?.batch.events[0]?.id,
    path: '/pricing',
    title: 'Pricing & more',
    acquisition: { source: 'news', referrer: 'news.example/today' },
    context: { browser: 'Chrome', os: 'Linux', language: 'en-GB' },
  });
});

test('the script twice on a page counts once', async () => {
  const twice = (collector: string) => ({
    html: `<!doctype html><title>Twice</title>${tag(collector)}${tag(collector)}`,
  });
  const set = await scene({ '/': twice });
  const tab = await browser.page();
  await tab.goto(set.url('/'));
  await settle(tab, set);
  expect(viewed(set.road.passed)).toEqual(['/']);
  expect(accepted(set.road.passed, 'settled')).toHaveLength(1);
});
