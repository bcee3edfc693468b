import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { testBrowser } from '../browser/browser.ts';
import { deployment } from '../support/deployment.ts';
import type { Data, Deployment, Footfall } from '../support/deployment.ts';
import { until } from '../support/until.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface SceneOptions {
  /** Whether there is sample data from the start. */
  sample?: boolean;
}

/** A server for all tests of a file, and pages that look at it. */
export interface Scene {
  /** Addresses, such as `http://localhost:3002`; known while tests run. */
  reporting(): string;
  collector(): string;
  data(): Data;
  /** All it has written. */
  output(): string;
  /** Opens a page of it. A test fails if the page writes an error to the console, throws, or asks another origin. */
  open(path: string, options?: OpenOptions): Promise<Page>;
  /** Ends the server, and starts it again on the same data. */
  restart(env?: Record<string, string>, between?: () => void): Promise<void>;
  /** Runs a command beside it. */
  run(...args: string[]): ReturnType<Deployment['run']>;
}

export interface OpenOptions extends BrowserContextOptions {
  /** What the page may write to the console all the same. */
  mayLog?: RegExp;
}

/**
 * Builds the page, starts a server as its user does, and a browser.
 *
 * @example
 * const { open } = dashboard({ sample: true });
 * test('…', async () => {
 *   const page = await open('/?site=sample');
 * });
 */
export function dashboard(options: SceneOptions = {}): Scene {
  const browser = testBrowser();
  const { newData, start, run } = deployment({ after: 'all' });
  const problems: string[] = [];
  let own: Data | undefined;
  let server: Footfall | undefined;

  function known<T>(one: T | undefined): T {
    if (one === undefined) throw new Error('there is a server only while tests run');
    return one;
  }
  const running = (): Footfall => known(server);
  const reporting = (): string => byName(running().reporting);
  const collector = (): string => byName(running().collector);

  beforeAll(async () => {
    build();
    own = await newData();
    server = await start(own);
    if (options.sample) await addSample(reporting());
  });
  afterEach(() => {
    const found = problems.splice(0);
    // What the server says of it helps more than what the browser does.
    if (found.length > 0)
      found.push(
        ...running()
          .output()
          .split('\n')
          .filter((line) => line.startsWith('reporting:')),
      );
    expect(found).toEqual([]);
  });
  afterAll(() => server?.end('SIGTERM'));

  return {
    reporting,
    collector,
    data: () => known(own),
    output: () => running().output(),
    async open(path, { mayLog, ...context } = {}) {
      const page = await browser.page({ viewport: { width: 1280, height: 900 }, ...context });
      watch(page, { reporting: reporting(), collector: collector() }, problems, mayLog);
      await page.goto(reporting() + path);
      return page;
    },
    async restart(env, between) {
      await running().end('SIGTERM');
      between?.();
      server = await start(known(own), env);
    },
    run: (...args) => run(args, known(own)),
  };
}

/** As people call this machine. */
function byName(address: string): string {
  return address.replace('127.0.0.1', 'localhost');
}

/** The dashboard and the browsers' script, as `npm start` builds them. */
function build(): void {
  for (const script of ['scripts/build-dashboard.ts', 'scripts/build-sdk.ts']) {
    const { status, stderr } = spawnSync(process.execPath, [script], { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${script}: ${stderr}`);
  }
}

/** Notes what no page of ours may do. */
function watch(
  page: Page,
  { reporting, collector }: Record<'reporting' | 'collector', string>,
  problems: string[],
  mayLog: RegExp | undefined,
): void {
  page.on('console', (message) => {
    if (message.type() === 'error' && !mayLog?.test(message.text())) problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`thrown: ${error.message}`));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    // The demo pages may ask the collector.
    const isDemo = origin === collector && new URL(request.frame().url()).pathname.startsWith('/demo/');
    if (protocol !== 'data:' && origin !== reporting && !isDemo) problems.push(`asked for ${request.url()}`);
  });
}

/** As the button does it; resolves when all of it is counted. */
export async function addSample(reporting: string): Promise<void> {
  const answer = await fetch(`${reporting}/api/v1/sample`, { method: 'POST' });
  const { events } = (await answer.json()) as { events: number };
  await until(
    'the sample data to be counted',
    async () => (await totalOf(reporting, 'sample', 'events')) === events,
    60_000,
  );
}

/** One number of all time; undefined while there is no answer. */
export async function totalOf(reporting: string, site: string, metric: string): Promise<number | undefined> {
  const answer = await fetch(`${reporting}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ site_id: site, date_range: 'all', metrics: [metric] }),
  });
  if (!answer.ok) return undefined;
  const { results } = (await answer.json()) as { results: { metrics: number[] }[] };
  return results[0]?.metrics[0];
}
