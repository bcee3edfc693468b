import type { Parser } from 'bowser';
import { BRANDS, LIBRARY_BROWSERS, MARKS, WEB_VIEWS } from './canonical.ts';
import type { Hints } from './hints.ts';

export interface Named {
  name: string;
  version: string | undefined;
}

const CHROMIUM_VERSION = /\bChrome\/(\d+)/;
const IOS = /\((?:iPhone|iPad|iPod)/;

/** Past this a number is a date or a build. */
const VERSION_DIGITS_MAX = 4;

/**
 * Which browser it is. An app or browser that names itself in the user agent is asked first, then the hints' brand (Brave and
 * Vivaldi look like Chrome otherwise), then the library.
 *
 * @param library bowser on that user agent
 */
export function browserOf(userAgent: string, hints: Hints, library: Parser): Named | undefined {
  return byMark(userAgent) ?? byBrand(hints) ?? byLibrary(userAgent, library);
}

function byMark(userAgent: string): Named | undefined {
  for (const { name, mark, version } of MARKS) {
    const found = mark.exec(userAgent);
    if (found) return { name, version: major(version ? group(version, userAgent) : found[1]) };
  }
  return undefined;
}

function byBrand({ brands }: Hints): Named | undefined {
  for (const { name: brand, version } of brands) {
    const name = BRANDS.get(brand);
    if (name) return { name, version: major(version) };
  }
  return undefined;
}

function byLibrary(userAgent: string, library: Parser): Named | undefined {
  const { name: called = '', version } = library.getBrowser();
  const name = LIBRARY_BROWSERS.get(called);
  if (name === 'Chrome' && userAgent.includes('; wv)')) {
    return { name: WEB_VIEWS.android, version: major(group(CHROMIUM_VERSION, userAgent)) };
  }
  // Safari says so; a page inside an app does not.
  if (name === 'Safari' && !userAgent.includes('Safari/')) {
    return IOS.test(userAgent) ? { name: WEB_VIEWS.ios, version: undefined } : undefined;
  }
  return name === undefined ? undefined : { name, version: major(version) };
}

function group(pattern: RegExp, userAgent: string): string | undefined {
  return pattern.exec(userAgent)?.[1];
}

/** `131` of `131.0.6778.86`: more would tell people apart. */
function major(version: string | undefined): string | undefined {
  const number = version?.match(/^\d+/)?.[0];
  return number !== undefined && number.length <= VERSION_DIGITS_MAX ? number : undefined;
}
