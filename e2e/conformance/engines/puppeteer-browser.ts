import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'puppeteer-core';
import type { LaunchOptions } from 'puppeteer-core';
import type { Browser } from './engine.ts';
import { windowOf } from './puppeteer-tab.ts';

/**
 * Starts a browser that Puppeteer drives.
 *
 * @param profile the folder of one that was ended, to go on with; default: a new one
 * @param optionsOf how it is started with that folder
 */
export async function startPuppeteer(
  profile: string | undefined,
  optionsOf: (profile: string) => LaunchOptions,
): Promise<Browser> {
  const folder = profile ?? mkdtempSync(join(tmpdir(), 'footfall-conformance-'));
  const driven = await launch({ defaultViewport: null, ...optionsOf(folder) });
  const child = driven.process();
  const exited = new Promise((resolve) => child?.once('close', resolve));
  return {
    version: (await driven.version()).replace(/^\w+\//, ''),
    profile: folder,
    // A profile that others go on with is kept on the disk, a context of its own is not.
    window: async (isKept) => windowOf(isKept ? driven.defaultBrowserContext() : await driven.createBrowserContext()),
    async kill() {
      if (child?.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await exited;
    },
    async end() {
      await driven.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
