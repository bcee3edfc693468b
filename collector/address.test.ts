import { describe, expect, test } from 'vitest';
import { Unusable } from '../core/errors.ts';
import { clientAddress, networkOf, plainAddress, trust } from './address.ts';

const proxies = trust(['10.0.0.0/8', '192.0.2.1', 'fd00::/8']);

function from(peer: string | undefined, forwarded: string | null): string | undefined {
  return clientAddress(peer, () => forwarded, proxies);
}

describe('clientAddress', () => {
  test('is the peer, whatever the header says, unless the peer is trusted', () => {
    expect(from('203.0.113.9', '198.51.100.1')).toBe('203.0.113.9');
    expect(clientAddress('10.0.0.1', () => '198.51.100.1', trust([]))).toBe('10.0.0.1');
  });

  test('does not ask for a header that is not believed', () => {
    const ask = () => {
      throw new Error('asked');
    };
    expect(clientAddress('203.0.113.9', ask, proxies)).toBe('203.0.113.9');
  });

  test('is what a trusted proxy adds at the right end, not what the visitor wrote at the left', () => {
    expect(from('10.0.0.1', '1.1.1.1, 198.51.100.7')).toBe('198.51.100.7');
    expect(from('10.0.0.1', '127.0.0.1,10.0.0.9, 198.51.100.7')).toBe('198.51.100.7');
  });

  test('goes past all trusted proxies, and no further', () => {
    expect(from('10.0.0.1', '6.6.6.6, 198.51.100.7, 192.0.2.1, 10.9.9.9')).toBe('198.51.100.7');
    expect(from('10.0.0.1', '10.0.0.3, 10.0.0.2')).toBe('10.0.0.3');
  });

  test('stops at the last address that can be trusted when something is no address', () => {
    expect(from('10.0.0.1', '198.51.100.7, garbage')).toBe('10.0.0.1');
    expect(from('10.0.0.1', '198.51.100.7, unknown, 10.0.0.2')).toBe('10.0.0.2');
    expect(from('10.0.0.1', ',')).toBe('10.0.0.1');
    expect(from('10.0.0.1', '')).toBe('10.0.0.1');
    expect(from('10.0.0.1', null)).toBe('10.0.0.1');
  });

  test('knows IPv4 that is mapped into IPv6, as peer and in ranges', () => {
    expect(from('::ffff:10.0.0.1', '198.51.100.7')).toBe('198.51.100.7');
    expect(from('::ffff:203.0.113.9', null)).toBe('203.0.113.9');
    expect(from('fd00::1', '2001:DB8:0:0::5')).toBe('2001:db8::5');
  });

  test('is unknown where the peer is', () => {
    expect(from(undefined, '198.51.100.7')).toBeUndefined();
  });
});

describe('plainAddress', () => {
  test.each([
    ['203.0.113.9', '203.0.113.9'],
    [' 203.0.113.9:8080 ', '203.0.113.9'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['"[2001:db8::1]"', '2001:db8::1'],
    ['2001:0DB8:0000::1', '2001:db8::1'],
    ['::ffff:cb00:7109', '203.0.113.9'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('%j is %j', (text, address) => {
    expect(plainAddress(text)).toBe(address);
  });

  test.each([
    [''],
    ['unknown'],
    ['1.2.3'],
    ['1.2.3.4.5'],
    ['0x7f.1'],
    ['[::1'],
    ['[]'],
    [']:1'],
    [':::'],
    ['1'.repeat(9999)],
  ])('%j is none', (text) => {
    expect(plainAddress(text)).toBeUndefined();
  });
});

describe('trust', () => {
  test.each([['nonsense'], ['10.0.0.0/33'], ['fd00::/129'], ['10.0.0.0/8/8'], ['10.0.0.0/'], ['10.0.0.0/-1'], ['']])(
    'refuses %j',
    (range) => {
      expect(() => trust([range])).toThrow(Unusable);
    },
  );
});

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['2001:db8::7', '2001:db8:0:0'],
  ['2001:db8::8:7:6:5', '2001:db8:0:0'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::', '2001:db8:1:2'],
  ['2001:db8:0:1::9', '2001:db8:0:1'],
  ['::1', '0:0:0:0'],
  ['::', '0:0:0:0'],
  ['64:ff9b::203.0.113.9', '64:ff9b:0:0'],
])('the network of %s is %s', (address, network) => expect(networkOf(address)).toBe(network));
