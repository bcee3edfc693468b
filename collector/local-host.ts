import { within } from './ranges.ts';

/** Names that lead to no other machine than one's own or one's neighbours. Sources: RFC 6761, RFC 6762, RFC 8375, ICANN on `.internal` */
const NAMES = /(?:^|\.)(?:localhost|local|test|internal|home\.arpa)$/;

/** Whether an address, without brackets, is of this machine or a private network. Sources: RFC 1122, 1918, 3927, 4193, 4291 */
export const isLocalAddress = within([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::/127',
  'fc00::/7',
  'fe80::/10',
]);

/**
 * Whether a page's host is a machine of its visitor's own, or of a network that is not public.
 *
 * @param hostname as a browser writes it: lower case, IPv6 in brackets
 * @example
 * isLocalHost('localhost'); // true, as shop.test, 192.168.1.5 and [::1] are
 */
export function isLocalHost(hostname: string): boolean {
  return NAMES.test(hostname) || isLocalAddress(hostname.startsWith('[') ? hostname.slice(1, -1) : hostname);
}
