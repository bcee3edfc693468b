import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'puppeteer-core';
import { chromiumArgs } from '../../browser/browser.ts';
import { findChromium } from '../../browser/executable.ts';
import { messageOf } from '../../../core/errors.ts';
import type { Browser, Engine } from './engine.ts';
import { windowOf } from './puppeteer-tab.ts';

/** Puppeteer's own arguments turn off what pages of a person have, such as the back-forward cache. */
const ARGS = ['--headless=new', '--enable-automation', '--password-store=basic', 'about:blank'];

export const chromium: Engine = {
  name: 'chromium',
  driver: 'puppeteer-core, Chrome DevTools Protocol',
  lanes: 6,
  sharesFocus: true,
  missing() {
    try {
      findChromium();
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  },
  async start(profile = mkdtempSync(join(tmpdir(), 'footfall-conformance-'))): Promise<Browser> {
    const driven = await launch({
      executablePath: findChromium().path,
      ignoreDefaultArgs: true,
      args: [...chromiumArgs(), ...ARGS, `--user-data-dir=${profile}`],
      defaultViewport: null,
    });
    const child = driven.process();
    const exited = new Promise((resolve) => child?.once('close', resolve));
    return {
      version: (await driven.version()).replace(/^\w+\//, ''),
      profile,
      // A profile that others go on with is kept on the disk, a context of its own is not.
      window: async (isKept) => windowOf(isKept ? driven.defaultBrowserContext() : await driven.createBrowserContext()),
      async kill() {
        if (child?.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        await exited;
      },
      async end() {
        await driven.close();
        rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
      },
    };
  },
};
