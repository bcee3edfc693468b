import { chromiumArgs } from '../../browser/browser.ts';
import { findChromium } from '../../browser/executable.ts';
import { messageOf } from '../../../core/errors.ts';
import type { Engine } from './engine.ts';
import { startPuppeteer } from './puppeteer-browser.ts';

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
  start: (kept) =>
    startPuppeteer(kept, (profile) => ({
      executablePath: findChromium().path,
      ignoreDefaultArgs: true,
      args: [...chromiumArgs(), ...ARGS, `--user-data-dir=${profile}`],
    })),
};
