import { BlockList, isIP } from 'node:net';

/**
 * Whether an address lies in one of some ranges.
 *
 * @param ranges addresses and ranges in CIDR's notation, IPv4 and IPv6
 * @throws RangeError naming what is neither
 * @example
 * const isOurs = within(['192.0.2.1', '10.0.0.0/8', 'fd00::/8']);
 * isOurs('10.1.2.3'); // true
 */
export function within(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) add(list, range);
  return (address) => isIP(address) !== 0 && list.check(address, familyOf(address));
}

function add(list: BlockList, range: string): void {
  const [address = '', bits, ...rest] = range.trim().split('/');
  const family = familyOf(address);
  const known = isIP(address) !== 0 && rest.length === 0;
  if (known && bits === undefined) {
    list.addAddress(address, family);
  } else if (known && /^\d{1,3}$/.test(bits ?? '') && Number(bits) <= (family === 'ipv6' ? 128 : 32)) {
    list.addSubnet(address, Number(bits), family);
  } else {
    throw new RangeError(`${JSON.stringify(range)} is neither an address nor a range such as 10.0.0.0/8`);
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
