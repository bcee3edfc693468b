import { describe, expect, test } from 'vitest';
import { parseHints } from './hints.ts';
import { labelled } from './labelled.reference.ts';
import { namesOf } from './names.ts';

const NO_HINTS = parseHints('');
const WINDOWS =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const MAC =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const LINUX = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const PHONE =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36';
const TV =
  'Mozilla/5.0 (SMART-TV; LINUX; Tizen 7.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/94.0.4606.31 TV Safari/537.36';

function hinted(brand: string, mobile: string, platform: string, version = '') {
  return parseHints(
    `"Chromium";v="131", "${brand}";v="131", "Not A;Brand";v="99"\n${mobile}\n"${platform}"\n"${version}"`,
  );
}

describe('by the user agent', () => {
  test.each(labelled().map((row) => [row.userAgent, row] as const))('%s', (userAgent, row) => {
    const {
      browser,
      browser_version: browserVersion,
      os,
      os_version: osVersion,
      device,
    } = namesOf(userAgent, NO_HINTS);
    expect({ userAgent, browser, browserVersion, os, osVersion, device }).toEqual(row);
  });

  test.each([
    ['what has no name in the table', 'Nosuchbrowser/7.0 (Nosuchsystem) Engine/1.0'],
    ['noise', '\u0000;((((é'],
  ])('%s is a device of its own class and nothing else', (_, userAgent) => {
    expect(namesOf(userAgent, NO_HINTS)).toEqual({ device: 'other' });
  });

  test('a number that cannot be a version is none', () => {
    expect(namesOf(WINDOWS.replace('Chrome/131', 'Chrome/20241131'), NO_HINTS)).toMatchObject({ browser: 'Chrome' });
    expect(namesOf(WINDOWS.replace('Chrome/131', 'Chrome/20241131'), NO_HINTS)).not.toHaveProperty('browser_version');
  });
});

describe('by hints', () => {
  test.each([
    ['Google Chrome', 'Chrome'],
    ['Microsoft Edge', 'Edge'],
    ['Brave', 'Brave'],
    ['Opera GX', 'Opera'],
    ['Vivaldi', 'Vivaldi'],
    ['YaBrowser', 'Yandex Browser'],
    ['Samsung Internet', 'Samsung Internet'],
    // In no table: the user agent decides.
    ['Nosuchbrand', 'Chrome'],
    ['Chromium', 'Chrome'],
  ])('the brand %s is %s', (brand, browser) => {
    expect(namesOf(WINDOWS, hinted(brand, '?0', 'Windows'))).toMatchObject({ browser, browser_version: '131' });
  });

  test('an app that names itself is no brand of the view it uses', () => {
    const app = `${PHONE.replace('K)', 'K; wv)')} Instagram 406.0.0.58.159 Android`;
    expect(namesOf(app, hinted('Android WebView', '?1', 'Android')).browser).toBe('Instagram');
  });

  test.each([
    [WINDOWS, 'Windows', '15.0.0', '11'],
    [WINDOWS, 'Windows', '13.0.0', '11'],
    [WINDOWS, 'Windows', '10.0.0', '10'],
    [WINDOWS, 'Windows', '', '10'],
    [WINDOWS.replace('10.0', '6.1'), 'Windows', '0.1.0', '7'],
    [MAC, 'macOS', '15.3.1', '15'],
    [MAC, 'macOS', '', undefined],
    [PHONE, 'Android', '16.0.0', '16'],
    [PHONE, 'Android', '', undefined],
    [LINUX, 'Linux', '6.8.0', undefined],
    [LINUX, 'Chrome OS', '16181.61.0', undefined],
  ])('the version of %s on %s %j is %s', (userAgent, platform, version, expected) => {
    expect(namesOf(userAgent, hinted('Google Chrome', '?0', platform, version)).os_version).toBe(expected);
  });

  test.each([
    ['a phone', PHONE, '?1', 'Android', { os: 'Android', device: 'mobile' }],
    ["a tablet that asks for the desktop's pages", LINUX, '?0', 'Android', { os: 'Android', device: 'tablet' }],
    ['a Chromebook', LINUX, '?0', 'Chrome OS', { os: 'ChromeOS', device: 'desktop' }],
    ['a television, which is Linux beneath', TV, '?0', 'Linux', { os: 'Tizen', device: 'tv' }],
    ['no platform', MAC, '?0', 'Unknown', { os: 'macOS', device: 'desktop' }],
    ['a platform of no name', MAC, '?0', 'Nosuchplatform', { os: 'macOS', device: 'desktop' }],
  ])('%s', (_, userAgent, mobile, platform, expected) => {
    expect(namesOf(userAgent, hinted('Google Chrome', mobile, platform))).toMatchObject(expected);
  });
});
