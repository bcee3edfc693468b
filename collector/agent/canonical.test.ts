import { readFileSync } from 'node:fs';
import { BROWSER_MAP, OS_MAP } from 'bowser';
import { describe, expect, test } from 'vitest';
import { browserNames, LIBRARY_BROWSERS, LIBRARY_SYSTEMS, systemNames } from './canonical.ts';

/** Names of bots, of which bowser knows some; and what it gives to no browser of today. */
const NOT_OURS = /bot|spider|crawl|gpt|perplexity|meta-|slurp|facebookexternalhit|phantom|generic|roku/i;

describe('the names', () => {
  test('cover all browsers and systems that bowser knows', () => {
    const browsers = Object.values(BROWSER_MAP).filter((name) => !NOT_OURS.test(name));
    expect(browsers.filter((name) => !LIBRARY_BROWSERS.has(name))).toEqual([]);
    expect(Object.values(OS_MAP).filter((name) => !LIBRARY_SYSTEMS.has(name))).toEqual([]);
  });

  test('stand all in the page of meanings, in the order of the alphabet', () => {
    const page = readFileSync(new URL('../../docs/meanings.md', import.meta.url), 'utf8').replaceAll(/\s+/g, ' ');
    expect(page).toContain(browserNames().join(', '));
    expect(page).toContain(systemNames().join(', '));
  });
});
