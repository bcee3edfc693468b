import { expect, test } from 'vitest';
import { fitsGlob, globOf, isGlob } from './glob.ts';

test.each([
  ['/admin/**', '/admin/users/7', true],
  ['/admin/**', '/admin/', true],
  ['/admin/**', '/admin', false],
  ['/admin**', '/admin', true],
  ['/users/*', '/users/ada', true],
  ['/users/*', '/users/', false],
  ['/users/*', '/users/ada/edit', false],
  ['/users/*/edit', '/users/ada/edit', true],
  ['/users/*/edit', '/users/ada/x/edit', false],
  ['/*.*', '/a.b.c', true],
  ['/a.b', '/axb', false],
  ['/(a|b)+[c]', '/(a|b)+[c]', true],
  ['**/print', '/blog/1/print', true],
  ['**/a/**/b', '/x/a/y/a/z/b', true],
  ['/', '/', true],
  ['/', '/a', false],
  ['**', '', true],
  ['*', '', false],
])('%s and %s: %s', (glob, path, fits) => expect(fitsGlob(globOf(glob), path)).toBe(fits));

test.each([['/admin/**'], ['*'], ['/']])('%s is one', (text) => expect(isGlob(text)).toBe(true));
test.each([[''], ['admin'], ['/*'.repeat(11)], [`/${'a'.repeat(500)}`]])('%s is none', (text) =>
  expect(isGlob(text)).toBe(false),
);

// As a regular expression it would not end.
test('the slowest that may be chosen is done with the longest path', () => {
  expect(fitsGlob(globOf(`${'**a'.repeat(10)}b`), `/${'a'.repeat(2000)}`)).toBe(false);
});
