import { expect, test } from 'vitest';
import { newSite } from '../core/site.ts';
import { within } from './ranges.ts';

const isOurs = within(['192.0.2.1', ' 10.0.0.0/8 ', '2001:db8::/32', 'fd00::7']);

test.each(['192.0.2.1', '10.255.0.1', '2001:db8:1::9', 'fd00::7'])('%s lies within', (address) =>
  expect(isOurs(address)).toBe(true),
);

test.each(['192.0.2.2', '11.0.0.1', '2001:db9::1', 'fd00::8', '', 'example.com', '10.0.0.1/8'])(
  '%s does not',
  (address) => expect(isOurs(address)).toBe(false),
);

test.each(['', '10.0.0.0/33', '10.0.0/8', '::/129', '10.0.0.0/8/8', '10.0.0.0/', '10.0.0.0/-1', 'x'])(
  '%j is no range',
  (range) => expect(() => within([range])).toThrow(RangeError),
);

// Core knows no addresses by itself: what it lets an owner choose must be one here.
test.each([
  '203.0.113.7',
  '10.0.0.0/8',
  '0.0.0.0/0',
  '::/0',
  '::1',
  '2001:DB8::/32',
  '::ffff:10.0.0.1',
  '64:ff9b::10.0.0.1',
  'fe80::1',
  '1::/128',
])('what a site may exclude is one: %s', (range) => {
  const { excluded_addresses = [] } = newSite('a', { excluded_addresses: [range] }).site;
  expect(() => within(excluded_addresses)).not.toThrow();
});
