import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { findChromium } from './executable.ts';

export interface BrowserOptions {
  /** The user agent. Not a context's to set: what a page sends as it goes would have the browser's own. */
  agent?: string;
  /** Whether pages that were left may come back as they were. Playwright turns that off. */
  backForwardCache?: boolean;
}

/** One browser for the tests of a file; each test gets pages of its own, which are gone after it. */
export interface TestBrowser {
  /** A new profile. */
  context(options?: BrowserContextOptions): Promise<BrowserContext>;
  /** A page in a new profile. */
  page(options?: BrowserContextOptions): Promise<Page>;
}

/** No sandbox: tests run as root in containers. The rest keeps it from the network and out of the way. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A browser that says that it is driven is not counted.
  '--disable-blink-features=AutomationControlled',
  // Pages of other sites than the collector's, and without TLS: `http://shop.test:8080`.
  '--host-resolver-rules=MAP *.test 127.0.0.1',
];

/** That of an ordinary Chrome on Linux: a headless one names itself, and is a bot to the collector. */
export function ordinaryAgent(): string {
  const { major } = findChromium();
  return `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`;
}

/** Arguments for a Chromium that looks like an ordinary one. */
export function chromiumArgs(agent = ordinaryAgent()): string[] {
  return [...ARGS, `--user-agent=${agent}`];
}

/**
 * What a file of tests opens its pages with.
 *
 * @example
 * const { page } = testBrowser();
 * test('…', async () => {
 *   const home = await page();
 *   await home.goto('http://localhost:8080/');
 * });
 */
export function testBrowser(options: BrowserOptions = {}): TestBrowser {
  let browser: Browser | undefined;
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: findChromium().path,
      args: chromiumArgs(options.agent),
      ...(options.backForwardCache ? { ignoreDefaultArgs: ['--disable-back-forward-cache'] } : {}),
    });
  });
  afterEach(async () => {
    for (const one of contexts.splice(0)) await one.close();
  });
  afterAll(() => browser?.close());

  async function context(contextOptions: BrowserContextOptions = {}): Promise<BrowserContext> {
    if (!browser) throw new Error('there is a browser only while tests run');
    const made = await browser.newContext({ locale: 'en-GB', ...contextOptions });
    contexts.push(made);
    return made;
  }

  return { context, page: async (contextOptions) => (await context(contextOptions)).newPage() };
}
