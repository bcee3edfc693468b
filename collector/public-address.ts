import { isIP } from 'node:net';

/**
 * IPv4 addresses that are nobody's in particular: of private networks, of one machine, of documentation. Source: IANA
 * IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its updates).
 */
const SPECIAL: [range: string, bits: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
const special = SPECIAL.map(([range, bits]) => ({ first: numberOf(range) >>> (32 - bits), shift: 32 - bits }));

/** Of IPv6 only 2000::/3 is the world's; in it lie two ranges of documentation. */
const GLOBAL = /^[23][0-9a-f]{3}:/;
const DOCUMENTATION = /^(?:2001:db8|3fff:[0-9a-f]{0,3}):/;

/**
 * Whether an address can be somebody's on the internet. Files of places have entries for private ones, too, and they are
 * wrong: 192.168.0.0/16 is in Australia in one of them.
 *
 * @param address as `plainAddress` gives it
 */
export function isPublic(address: string): boolean {
  if (address.includes(':')) return GLOBAL.test(address) && !DOCUMENTATION.test(address);
  if (isIP(address) !== 4) return false;
  const number = numberOf(address);
  return !special.some(({ first, shift }) => number >>> shift === first);
}

/** Of an IPv4 address. */
function numberOf(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}
