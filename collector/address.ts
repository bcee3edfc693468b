import { isIP, SocketAddress } from 'node:net';
import { messageOf, Unusable } from '../core/errors.ts';
import { within } from './ranges.ts';

/** IPv4 in IPv6, as sockets that listen on both report it. */
const MAPPED = '::ffff:';

/** Whether an address is a proxy's whose `X-Forwarded-For` is believed. */
export type IsTrusted = (address: string) => boolean;

/**
 * The proxies that are believed.
 *
 * @param ranges addresses and CIDR ranges, IPv4 and IPv6
 * @throws Unusable for what is neither
 * @example
 * const isTrusted = trust(['127.0.0.1', '10.0.0.0/8', 'fd00::/8']);
 */
export function trust(ranges: string[]): IsTrusted {
  const isListed = known(ranges);
  // Most often a proxy is named by its very address, and then the list need not be asked.
  const exact = new Set(ranges);
  const hasRanges = ranges.some((range) => range.includes('/') || range.includes(':'));
  return (address) => exact.has(address) || (hasRanges && isListed(address));
}

function known(ranges: string[]): IsTrusted {
  try {
    return within(ranges);
  } catch (error) {
    throw new Unusable(`trusted proxies: ${messageOf(error)}`, { cause: error });
  }
}

/**
 * The address of the visitor: the peer's, unless the peer is a trusted proxy. Then `X-Forwarded-For` is read from its
 * right end, where each proxy adds whom it heard, past all trusted ones. What is left of the first address that is not
 * trusted was written by that address, and is not believed; nor is any other header.
 *
 * @param peer the connection's other end, or undefined where there is none to know
 * @param forwardedBy the header's value, asked for only if it is believed
 * @returns in the form that compares: IPv4 where IPv4 was mapped into IPv6, IPv6 in its short form
 */
export function clientAddress(
  peer: string | undefined,
  forwardedBy: () => string | null,
  isTrusted: IsTrusted,
): string | undefined {
  // A socket's IPv4 address is in its plain form already.
  let address = peer?.includes(':') ? plainAddress(peer) : peer;
  if (address === undefined || !isTrusted(address)) return address;
  const forwarded = forwardedBy() ?? '';
  let end = forwarded.length;
  while (end > 0 && isTrusted(address)) {
    const comma = forwarded.lastIndexOf(',', end - 1);
    const before = plainAddress(forwarded.slice(comma + 1, end));
    if (before === undefined) break;
    address = before;
    end = comma;
  }
  return address;
}

/** An address without brackets, port, zone and quotes, in the form that compares; undefined where it is none. */
export function plainAddress(text: string): string | undefined {
  if (isIP(text) === 4) return text;
  const bare = withoutPort(text.trim().replaceAll('"', ''));
  const zone = bare.indexOf('%');
  const address = zone < 0 ? bare : bare.slice(0, zone);
  const family = isIP(address);
  if (family === 4) return address;
  if (family === 0) return undefined;
  const mapped = address.startsWith(MAPPED) ? address.slice(MAPPED.length) : '';
  if (isIP(mapped) === 4) return mapped;
  const short = new SocketAddress({ address, family: 'ipv6' }).address;
  return short.startsWith(MAPPED) && short.includes('.') ? short.slice(MAPPED.length) : short;
}

/** 16-bit groups of an IPv6 address that name its network. */
const NETWORK_GROUPS = 4;

/**
 * What of an address tells visitors apart: of IPv6 its first 64 bits, which are one household's or one phone's as one IPv4 address is. The
 * others change within the day by themselves (RFC 8981), and one person would be many visitors.
 *
 * @param address in the form that compares
 * @example
 * networkOf('2001:db8::7'); // '2001:db8:0:0', as of '2001:db8::8'
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 2 * NETWORK_GROUPS - front.length - back.length;
  return [...front, ...Array<string>(Math.max(0, zeros)).fill('0'), ...back].slice(0, NETWORK_GROUPS).join(':');
}

function withoutPort(text: string): string {
  if (text.startsWith('[')) return text.slice(1, Math.max(1, text.indexOf(']')));
  const colon = text.indexOf(':');
  // More than one colon: an IPv6 address without brackets, which cannot carry a port.
  return colon >= 0 && colon === text.lastIndexOf(':') ? text.slice(0, colon) : text;
}
