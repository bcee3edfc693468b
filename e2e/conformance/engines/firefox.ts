import type { Engine } from './engine.ts';
import { installed, onPath } from './installed.ts';
import { startPuppeteer } from './puppeteer-browser.ts';

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
  start: (kept) =>
    startPuppeteer(kept, (profile) => ({
      browser: 'firefox',
      executablePath: found() ?? '',
      userDataDir: profile,
      extraPrefsFirefox: PREFERENCES,
    })),
};
