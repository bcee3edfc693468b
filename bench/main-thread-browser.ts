import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '../e2e/browser/protocol.ts';
import { until } from '../e2e/support/until.ts';
import { launchChromium } from './losses/chromium.ts';
import type { Traced } from './main-thread-trace.ts';
import { traceCategories } from './main-thread-trace.ts';

/** A Chromium that traces loads. By its protocol alone: Playwright and Puppeteer listen to more, and what they hear costs the page time. */
export interface TracingBrowser {
  /** What is traced of a page that is loaded in a new profile, until some ms later. */
  load(url: string, ms: number): Promise<Traced[]>;
  close(): Promise<void>;
}

/** @param slowed how many times its pages' CPU is slowed */
export async function startTracingBrowser(slowed: number): Promise<TracingBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'footfall-main-thread-'));
  const { address, kill } = await launchChromium(profile);
  let traced: Traced[] = [];
  let isComplete = false;
  const { send } = await connect(address, (method, params) => {
    if (method === 'Tracing.dataCollected') traced.push(...(params as { value: Traced[] }).value);
    if (method === 'Tracing.tracingComplete') isComplete = true;
  });
  return {
    async load(url, ms) {
      const context = await send('Target.createBrowserContext');
      const { targetId } = await send('Target.createTarget', { url: 'about:blank', newWindow: true, ...context });
      const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
      await send('Emulation.setCPUThrottlingRate', { rate: slowed }, sessionId as string);
      traced = [];
      isComplete = false;
      const traceConfig = { includedCategories: traceCategories, excludedCategories: ['*'] };
      await send('Tracing.start', { traceConfig });
      await send('Page.navigate', { url }, sessionId as string);
      await pause(ms);
      await send('Tracing.end');
      await until('the trace', () => isComplete);
      await send('Target.disposeBrowserContext', context);
      return traced;
    },
    async close() {
      await kill();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
