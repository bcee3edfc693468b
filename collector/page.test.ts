import { describe, expect, test } from 'vitest';
import { pageOf, pageOfPath } from './page.ts';

describe('pageOf', () => {
  test.each([
    ['https://Example.com/Pricing?a=b#c', 'example.com', '/Pricing', '?a=b'],
    ['http://example.com', 'example.com', '/', ''],
    ['https://example.com.:8443/x', 'example.com', '/x', ''],
    ['https://bücher.example/ä', 'xn--bcher-kva.example', '/%C3%A4', ''],
    ['https://user:secret@example.com/', 'example.com', '/', ''],
    ['https://example.com/a/../b', 'example.com', '/b', ''],
    ['https://[::1]/', '[::1]', '/', ''],
    ['https://example.com/%', 'example.com', '/%', ''],
  ])('%s', (url, hostname, path, query) => {
    expect(pageOf(url)).toEqual({ hostname, path, query });
  });

  test.each([
    ['http://[::1'],
    ['//'],
    [''],
    ['data:text/html,x'],
    ['javascript:alert(1)'],
    ['file:///etc/passwd'],
    ['about:blank'],
    ['https://'],
    ['https://%00/'],
    [`https://${'a.'.repeat(200)}example/`],
    [`https://example.com/${'ä'.repeat(1000)}`],
  ])('%j is none', (url) => {
    expect(pageOf(url)).toBeUndefined();
  });
});

describe('pageOfPath', () => {
  test.each([
    ['/pricing', '/pricing', ''],
    ['/a?b=c#d', '/a', '?b=c'],
    ['/a#b?c', '/a', ''],
    ['?utm_source=x', '/', '?utm_source=x'],
    ['pricing', 'pricing', ''],
    ['/ä b', '/ä b', ''],
  ])('%j', (path, plain, query) => {
    expect(pageOfPath(path, 'Example.com.')).toEqual({ hostname: 'example.com', path: plain, query });
  });
});
