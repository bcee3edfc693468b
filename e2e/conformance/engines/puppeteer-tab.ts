import type { BrowserContext, Page } from 'puppeteer-core';
import type { Tab } from '../behaviour.ts';
import type { Window } from './engine.ts';

const EMPTY = 'about:blank';
const EMPTY_MS_MAX = 5000;

/** A window of a browser that Puppeteer drives, Chromium or Firefox; it is the only one of its context. */
export function windowOf(context: BrowserContext): Window {
  let idle: Page | undefined;
  const pages: Page[] = [];

  async function next(isBehind: boolean): Promise<Page> {
    const page =
      idle ?? (await context.newPage(pages.length === 0 ? { type: 'window' } : { type: 'tab', background: isBehind }));
    idle = undefined;
    pages.push(page);
    return page;
  }
  async function open(url: string, isBehind: boolean): Promise<Tab> {
    const page = await next(isBehind);
    await page.goto(url);
    return tabOf(page, () => pages.splice(pages.indexOf(page), 1));
  }
  return {
    open: (url) => open(url, false),
    openBehind: (url) => open(url, true),
    async clear() {
      const [first, ...others] = pages.splice(0);
      for (const page of others) await page.close();
      if (!first) return;
      try {
        await first.bringToFront();
        await first.goto(EMPTY, { timeout: EMPTY_MS_MAX });
        idle = first;
      } catch {
        // A driver may lose sight of a page that was prerendered, or came back from the cache.
        await first.close().catch(() => {});
      }
    },
  };
}

function tabOf(page: Page, closed: () => void): Tab {
  return {
    run: (body) => page.evaluate(`(async () => { ${body} })()`),
    goto: async (url) => void (await page.goto(url)),
    async click(element, { button, modifier } = {}) {
      const [x = 0, y = 0] = (await page.evaluate(middleOf(element))) as number[];
      if (modifier) await page.keyboard.down(modifier);
      await page.mouse.click(x, y, button ? { button } : {});
      if (modifier) await page.keyboard.up(modifier);
    },
    press: (key) => page.keyboard.press(key),
    front: () => page.bringToFront(),
    close() {
      closed();
      return page.close();
    },
  };
}

/** JavaScript that answers where to click. */
export function middleOf(element: string): string {
  return `(() => {
    const element = ${element};
    element.scrollIntoView({ block: 'center' });
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x + width / 2, y + height / 2];
  })()`;
}
