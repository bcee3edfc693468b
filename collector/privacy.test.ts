import { describe, expect, test } from 'vitest';
import { newSite } from '../core/site.ts';
import type { Site } from '../core/site.ts';
import { wishOf } from './privacy.ts';

const site = (gpc?: Site['gpc']): Site => ({ ...newSite('a').site, gpc });
const headers = (more: Record<string, string>) => (name: string) => more[name] ?? null;

describe('wishOf', () => {
  test('there is none where the browser says nothing', () => {
    for (const own of [undefined, 'drop', 'count', 'ignore'] as const) {
      expect(wishOf(site(own), undefined, headers({}))).toBeUndefined();
      expect(wishOf(site(own), false, headers({ 'sec-gpc': '0', dnt: '0' }))).toBeUndefined();
      expect(wishOf(site(own), undefined, headers({ 'sec-gpc': 'true', dnt: 'unspecified' }))).toBeUndefined();
    }
  });

  test.each([
    [undefined, { 'sec-gpc': '1' }, 'count'],
    [undefined, { dnt: '1' }, 'count'],
    ['count', { dnt: '1' }, 'count'],
    ['drop', { 'sec-gpc': '1' }, 'drop'],
    ['ignore', { 'sec-gpc': '1', dnt: '1' }, 'ignore'],
  ] as const)('the site does what it has chosen: %j, %j', (own, more, wish) => {
    expect(wishOf(site(own), undefined, headers(more))).toBe(wish);
  });

  test.each([
    ['ignore', 'count'],
    ['count', 'count'],
    ['drop', 'drop'],
  ] as const)('a page that heeds it makes the site no milder: %s', (own, wish) => {
    expect(wishOf(site(own), true, headers({}))).toBe(wish);
  });
});
