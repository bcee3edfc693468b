import { describe, expect, test } from 'vitest';
import { choicesOf } from './choices.ts';
import type { Hit } from './hit.ts';

const hit: Hit = {
  client: '192.0.2.1',
  time: 0,
  method: 'GET',
  target: '/',
  status: 200,
  referrer: undefined,
  agent: undefined,
  host: undefined,
  language: undefined,
};

describe('without choices', () => {
  const all = choicesOf({});

  test('everything is wanted, and shown is what was sent or not modified', () => {
    expect(all.wantsLine({ ...hit, host: undefined, client: '' })).toBe(true);
    expect(all.wantsPath('')).toBe(true);
    expect(all.wantsHost(undefined)).toBe(true);
    const shown = Array.from({ length: 1000 }, (_, status) => status).filter((status) => all.isShown(status));
    expect(shown).toEqual([...Array.from({ length: 100 }, (_, n) => 200 + n), 304]);
  });
});

describe('paths', () => {
  test.each([
    ['/blog/*', '/blog/', true],
    ['/blog/*', '/blog/a/b', true],
    ['/blog/*', '/blog', false],
    ['/blog/*', '/x/blog/a', false],
    ['/blog', '/blog', true],
    ['/blog', '/blog/', false],
    ['/Blog', '/blog', false],
    ['*', '', true],
    ['*', '/a', true],
    ['**', '/a', true],
    ['*.html', '/a.html', true],
    ['*.html', '/a.html/b', false],
    ['/*/edit', '/a/edit', true],
    ['/*/edit', '/a/b/edit', true],
    ['/*/edit', '/edit', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['a*b*a', 'aba', true],
    ['a*b*a', 'aa', false],
    ['*a*b*', 'xbxa', false],
    ['*a*b*', 'ab', true],
    ['/a?c', '/abc', false],
    ['/a?c', '/a?c', true],
    ['/a.c', '/abc', false],
    ['/[a-z]', '/a', false],
    ['/(a|b)', '/a', false],
    ['/\\*', '/\\', true],
    ['', '', true],
    ['', '/', false],
    ['__proto__', '__proto__', true],
  ])('%j and %j: %j', (pattern, path, wanted) => {
    expect(choicesOf({ paths: [pattern] }).wantsPath(path)).toBe(wanted);
    expect(choicesOf({ paths: [`!${pattern}`] }).wantsPath(path)).toBe(!wanted);
  });

  test('one of several is enough, and none may leave out', () => {
    const { wantsPath } = choicesOf({ paths: ['/blog/*', '!*.pdf', '/about', '!/blog/draft*'] });
    expect(['/blog/a', '/about', '/blog/a.pdf', '/blog/draft1', '/x'].map(wantsPath)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  // Backtracking would not end within the test's time.
  test('many stars take time in proportion', () => {
    const { wantsPath } = choicesOf({ paths: [`${'*a'.repeat(2000)}*b`, `*${'ab*'.repeat(1000)}c`] });
    expect(wantsPath('a'.repeat(1024 * 1024))).toBe(false);
    expect(wantsPath('ab'.repeat(512 * 1024))).toBe(true);
  });
});

describe('hosts', () => {
  test.each([
    ['example.com', 'example.com', true],
    ['example.com', 'EXAMPLE.com:8443', true],
    ['Example.COM', 'example.com', true],
    ['example.com', 'example.com.', true],
    ['example.com', 'www.example.com', false],
    ['*.example.com', 'www.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', 'evil-example.com', false],
    ['*.example.com', 'a.example.com.evil.com', false],
    ['example.com', undefined, false],
    ['!example.com', undefined, true],
    ['!example.com', 'example.com:80', false],
    ['[::1]', '[::1]:80', true],
  ])('%j and %j: %j', (pattern, host, wanted) => {
    const choices = choicesOf({ hosts: [pattern] });
    expect(choices.wantsHost(host)).toBe(wanted);
    expect(choices.wantsLine({ ...hit, host })).toBe(wanted);
  });
});

describe('clients', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '192.0.2.11', false],
    ['192.0.2.1', '::ffff:192.0.2.1', true],
    ['192.0.2.1', '192.0.2.1:41342', true],
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.1.2.3/8', '10.9.9.9', true],
    ['10.0.0.0/8', '::ffff:10.0.0.1', true],
    ['10.0.0.0/8', 'host.example.com', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['192.0.2.1/32', '192.0.2.1', true],
    ['2001:db8::/32', '2001:DB8:0:0::5', true],
    ['2001:db8::/32', '[2001:db8::5]:443', true],
    ['2001:db8::/32', '2001:db9::5', false],
    ['2001:db8::5', '2001:0db8:0000::5', true],
    ['2001:db8::/32', '192.0.2.1', false],
    ['*.example.com', 'a.Example.com', true],
    ['*.Example.com', 'a.example.com', true],
    ['*.example.com', 'example.com', false],
    ['192.0.*', '192.0.2.1', true],
    ['192.0.*', '192.1.2.1', false],
    ['localhost', 'localhost', true],
    ['unix:', 'unix:', true],
  ])('%j and %j: %j', (pattern, client, wanted) => {
    expect(choicesOf({ clients: [pattern] }).wantsLine({ ...hit, client })).toBe(wanted);
    expect(choicesOf({ clients: [`!${pattern}`] }).wantsLine({ ...hit, client })).toBe(!wanted);
  });

  test.each([
    ['10.0.0.0/33'],
    ['10.0.0.0/'],
    ['10.0.0.0/-1'],
    ['10.0.0.0/8.5'],
    ['10.0.0.0/0x8'],
    ['10.0.0.0/1e1'],
    ['10.0.0.0/ 8'],
    ['10.0.0.0/255.0.0.0'],
    ['10.0.0.0/8/8'],
    ['10.0.0/8'],
    ['300.0.0.0/8'],
    ['2001:db8::/129'],
    ['2001:db8::/'],
    ['example.com/24'],
    ['/8'],
    ['/'],
  ])('%j is no range', (pattern) => {
    expect(() => choicesOf({ clients: [pattern] })).toThrow(RangeError);
    expect(() => choicesOf({ clients: [`!${pattern}`] })).toThrow(RangeError);
  });

  test('host and client must both be wanted', () => {
    const { wantsLine } = choicesOf({ hosts: ['example.com'], clients: ['!10.0.0.0/8'] });
    expect(wantsLine({ ...hit, host: 'example.com' })).toBe(true);
    expect(wantsLine({ ...hit, host: 'example.org' })).toBe(false);
    expect(wantsLine({ ...hit, host: 'example.com', client: '10.0.0.1' })).toBe(false);
  });
});

describe('statuses', () => {
  test.each([
    [['200'], [200]],
    [['4xx'], Array.from({ length: 100 }, (_, n) => 400 + n)],
    [
      ['404', '410', '404'],
      [404, 410],
    ],
  ])('%j', (statuses, shown) => {
    const { isShown } = choicesOf({ statuses });
    expect(Array.from({ length: 1000 }, (_, status) => status).filter(isShown)).toEqual(shown);
    expect(isShown(Number.NaN)).toBe(false);
  });

  test.each([[''], ['2'], ['20'], ['2000'], ['2XX'], ['20x'], ['xxx'], ['000'], ['600'], ['ok'], ['-200'], [' 200']])(
    '%j is none',
    (status) => {
      expect(() => choicesOf({ statuses: ['200', status] })).toThrow(RangeError);
    },
  );
});
