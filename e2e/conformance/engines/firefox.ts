import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'puppeteer-core';
import type { Browser, Engine } from './engine.ts';
import { installed, onPath } from './installed.ts';
import { windowOf } from './puppeteer-tab.ts';

const NAMES = ['firefox-esr', 'firefox'];

const PREFERENCES = {
  // A page without TLS and of no machine's own name.
  'network.dns.localDomains': 'shop.test',
  'browser.shell.checkDefaultBrowser': false,
  // Nobody looks, and starting processes ahead costs more than it saves.
  'dom.ipc.processPrelaunch.enabled': false,
  'layout.frame_rate': 20,
};

const found = (): string | undefined => NAMES.map(onPath).find((path) => path !== undefined);

export const firefox: Engine = {
  name: 'firefox',
  driver: 'puppeteer-core, WebDriver BiDi',
  lanes: 5,
  sharesFocus: false,
  missing: () => (found() === undefined ? installed(['firefox-esr'], ['firefox-esr']) : undefined),
  async start(profile = mkdtempSync(join(tmpdir(), 'footfall-conformance-'))): Promise<Browser> {
    const driven = await launch({
      browser: 'firefox',
      executablePath: found() ?? '',
      userDataDir: profile,
      extraPrefsFirefox: PREFERENCES,
      defaultViewport: null,
    });
    const child = driven.process();
    const exited = new Promise((resolve) => child?.once('close', resolve));
    return {
      version: (await driven.version()).replace(/^\w+\//, ''),
      profile,
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
