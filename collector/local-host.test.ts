import { describe, expect, test } from 'vitest';
import { isLocalAddress, isLocalHost } from './local-host.ts';

describe('isLocalHost', () => {
  test.each([
    ['localhost'],
    ['app.localhost'],
    ['shop.test'],
    ['nas.local'],
    ['git.internal'],
    ['router.home.arpa'],
    ['127.0.0.1'],
    ['0.0.0.0'],
    ['10.1.2.3'],
    ['172.31.0.1'],
    ['192.168.1.5'],
    ['169.254.7.7'],
    ['[::1]'],
    ['[::]'],
    ['[fd12::1]'],
    ['[fe80::1]'],
    ['[::ffff:7f00:1]'],
  ])('%s is', (hostname) => expect(isLocalHost(hostname)).toBe(true));

  test.each([
    ['example.com'],
    ['localhost.example.com'],
    ['notlocalhost'],
    ['mylocal'],
    ['latest'],
    ['internal.example.org'],
    ['8.8.8.8'],
    ['172.32.0.1'],
    ['11.0.0.1'],
    ['[2001:db8::1]'],
    [''],
  ])('%s is not', (hostname) => expect(isLocalHost(hostname)).toBe(false));
});

test('an address stands without brackets', () => {
  expect(isLocalAddress('::1')).toBe(true);
  expect(isLocalAddress('2001:db8::1')).toBe(false);
  expect(isLocalAddress('localhost')).toBe(false);
});
