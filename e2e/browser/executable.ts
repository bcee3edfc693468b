import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

/** A Chromium or Chrome of this machine. */
export interface Executable {
  path: string;
  /** Such as `142`. */
  major: string;
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ADVICE = `These tests drive a real Chromium or Chrome. Install one (Debian: apt-get install chromium; or
npx playwright-core install chromium), or name it: CHROMIUM=/path/to/it.`;

let found: Executable | undefined;

/**
 * The browser that the tests drive: the one that `CHROMIUM` names, else one on the PATH, else Playwright's own.
 *
 * @throws Error that says what to install
 */
export function findChromium(): Executable {
  found ??= find();
  return found;
}

function find(): Executable {
  const named = process.env.CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const path = (named ? [named] : [...onPath, chromium.executablePath()]).find(isExecutable);
  if (path === undefined) throw new Error(ADVICE);
  const { stdout, stderr } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  const major = /(\d+)\.\d+\.\d+/.exec(stdout)?.[1];
  if (major === undefined) throw new Error(`${path} --version says: ${stdout}${stderr}\n${ADVICE}`);
  return { path, major };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
