import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chromiumArgs } from '../../e2e/browser/browser.ts';
import { findChromium } from '../../e2e/browser/executable.ts';
import { connect } from '../../e2e/browser/protocol.ts';
import type { Protocol } from '../../e2e/browser/protocol.ts';
import { until } from '../../e2e/support/until.ts';

/** A Chromium that is driven by nothing but its protocol, so that its pages are shown, hidden and ended as a person's are. */
export interface Chromium {
  /** Opens a page in a window of its own, in which it is visible and has the focus. */
  open(url: string): Promise<Page>;
  /** Ends it as its user does, if it is still there. */
  close(): Promise<void>;
  /** SIGKILL, if it is still there. */
  kill(): Promise<void>;
}

export interface Page {
  /** What an expression comes to; rejects while the page is being left. */
  evaluate(expression: string): Promise<unknown>;
  /** Resolves when an expression is true, be it of the next page. */
  until(expression: string): Promise<void>;
  /** Minimizes its window. */
  hide(): Promise<void>;
  close(): Promise<void>;
  /** Ends it without a word to it, as the system does with a hidden page when memory is short. */
  discard(): void;
}

/** Also: a browser that says that it is driven is a bot to some. */
const ARGS = ['--headless', '--remote-debugging-port=0', '--disable-blink-features=AutomationControlled'];

/** @param profile the folder of what it keeps on the device; another can start with it */
export async function startChromium(profile: string): Promise<Chromium> {
  const { address, isThere, exited, kill } = await launchChromium(profile);
  const protocol = await connect(address);
  return {
    open: (url) => openPage(protocol, url),
    async close() {
      // It may be gone before it has answered.
      if (isThere()) await protocol.send('Browser.close').catch(() => {});
      await exited;
    },
    kill,
  };
}

/** A Chromium that has started. */
export interface Launched {
  /** Of its protocol. */
  address: string;
  isThere(): boolean;
  exited: Promise<unknown>;
  kill(): Promise<void>;
}

/** Starts one, for a caller who speaks its protocol. */
export async function launchChromium(profile: string): Promise<Launched> {
  const args = [...ARGS, ...chromiumArgs(), `--user-data-dir=${profile}`];
  // A group of its own, for a browser is several processes.
  const child = spawn(findChromium().path, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  const exited = once(child, 'close');
  let written = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (written += chunk));
  const address = await until('Chromium to listen', () => /DevTools listening on (ws:\S+)/.exec(written)?.[1]);
  const isThere = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    address,
    isThere,
    exited,
    async kill() {
      if (isThere() && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await exited;
    },
  };
}

async function openPage(protocol: Protocol, url: string): Promise<Page> {
  const { targetId } = await protocol.send('Target.createTarget', { url, newWindow: true });
  const { sessionId } = await protocol.send('Target.attachToTarget', { targetId, flatten: true });
  const send = (method: string, params: object = {}) => protocol.send(method, params, sessionId as string);

  async function evaluate(expression: string): Promise<unknown> {
    const answer = await send('Runtime.evaluate', { expression, returnByValue: true });
    const { result, exceptionDetails } = answer as { result: { value?: unknown }; exceptionDetails?: object };
    if (exceptionDetails) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return result.value;
  }

  return {
    evaluate,
    until: async (expression) => void (await until(expression, () => evaluate(expression) as Promise<boolean>)),
    async hide() {
      const { windowId } = await protocol.send('Browser.getWindowForTarget', { targetId });
      await protocol.send('Browser.setWindowBounds', { windowId, bounds: { windowState: 'minimized' } });
    },
    close: async () => void (await protocol.send('Target.closeTarget', { targetId })),
    discard() {
      // It cannot answer any more.
      void send('Page.crash').catch(() => {});
    },
  };
}
