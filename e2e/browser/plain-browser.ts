import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { until } from '../support/until.ts';
import { chromiumArgs } from './browser.ts';
import { findChromium } from './executable.ts';
import { connect } from './protocol.ts';
import type { Protocol } from './protocol.ts';

/**
 * A Chromium without Playwright, which shows each page as visible, whatever tab is in front, and lets no page be
 * prerendered. Here tabs are hidden, and pages prerendered, as for a person.
 */
export interface PlainBrowser {
  /** Opens a tab in front of the others. */
  open(url: string): Promise<Tab>;
  /** Opens a tab that stays hidden, as the middle button of a mouse does. */
  openBehind(url: string): Promise<Tab>;
  /** Opens a tab that nobody drives or waits for. */
  openAlone(url: string): Promise<void>;
  /** Ends the browser at once, as the system does when memory is short. */
  kill(): Promise<void>;
  /** Where it keeps what it has on the device; another can start with it. */
  profile: string;
}

export interface Tab {
  /** What an expression comes to, or its promise; it must be JSON. */
  evaluate(expression: string): Promise<unknown>;
  bringToFront(): Promise<void>;
  close(): Promise<void>;
  /** Ends the page's process at once, and leaves the browser. */
  crash(): void;
}

/**
 * A function that starts such a browser; it is gone after the test.
 *
 * @example
 * const start = plainBrowsers();
 * test('…', async () => {
 *   const tab = await (await start()).open('http://localhost:8080/');
 * });
 */
export function plainBrowsers(): (profile?: string) => Promise<PlainBrowser> {
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  return async function start(profile = mkdtempSync(join(tmpdir(), 'footfall-chromium-'))) {
    const args = ['--headless', ...chromiumArgs(), '--remote-debugging-port=0', `--user-data-dir=${profile}`];
    // A group of its own, for a browser is several processes.
    const child = spawn(findChromium().path, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    const exited = new Promise((resolve) => child.once('close', resolve));
    async function kill(): Promise<void> {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        process.kill(-child.pid, 'SIGKILL');
      await exited;
    }
    ends.push(async () => {
      await kill();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    });
    const protocol = await connect(await addressOf(child));
    return {
      open: (url) => openTab(protocol, url, false),
      openBehind: (url) => openTab(protocol, url, true),
      openAlone: async (url) => void (await protocol.send('Target.createTarget', { url })),
      kill,
      profile,
    };
  };
}

/** Where it says that it listens. */
async function addressOf(child: ChildProcess): Promise<string> {
  let written = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (written += chunk));
  return until('Chromium to listen', () => /DevTools listening on (ws:\S+)/.exec(written)?.[1]);
}

async function openTab(protocol: Protocol, url: string, background: boolean): Promise<Tab> {
  const { targetId } = (await protocol.send('Target.createTarget', { url, background })) as { targetId: string };
  const attached = await protocol.send('Target.attachToTarget', { targetId, flatten: true });
  const { sessionId } = attached as { sessionId: string };

  async function evaluate(expression: string): Promise<unknown> {
    const params = { expression, awaitPromise: true, returnByValue: true };
    const answer = await protocol.send('Runtime.evaluate', params, sessionId);
    const { result, exceptionDetails } = answer as { result: { value?: unknown }; exceptionDetails?: object };
    if (exceptionDetails) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return result.value;
  }

  await until(
    `${url} to load`,
    () => evaluate(`location.href !== 'about:blank' && document.readyState === 'complete'`) as Promise<boolean>,
  );
  return {
    evaluate,
    bringToFront: async () => void (await protocol.send('Target.activateTarget', { targetId })),
    close: async () => void (await protocol.send('Target.closeTarget', { targetId })),
    // There is nobody left to answer.
    crash: () => void protocol.send('Page.crash', {}, sessionId).catch(() => {}),
  };
}
