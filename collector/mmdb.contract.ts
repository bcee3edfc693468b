import { isIP } from 'node:net';

/**
 * A writer of MMDB files for the tests: small ones, with any records. Source: the MaxMind DB file format, version 2.0.
 * https://maxmind.github.io/MaxMind-DB/
 */

export type MmdbValue = string | number | boolean | MmdbValue[] | { [key: string]: MmdbValue };

export interface MmdbOptions {
  /** What is in each range, such as `81.2.69.0/24`. None lies within another. */
  ranges: Record<string, MmdbValue>;
  /** Default 6, which has the IPv4 addresses in its first 32 bits. */
  ipVersion?: 4 | 6;
  recordBits?: 24 | 28 | 32;
}

/** One bit of an address: what follows a 0 and a 1, a node or where the data is. */
interface Node {
  number: number;
  next: [Node | Data | undefined, Node | Data | undefined];
}
interface Data {
  offset: number;
}

const SEPARATOR = Buffer.alloc(16);
const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');

export function mmdb({ ranges, ipVersion = 6, recordBits = 24 }: MmdbOptions): Buffer {
  const nodes: Node[] = [];
  const root = newNode(nodes);
  const records: Buffer[] = [];
  let offset = 0;
  for (const [range, value] of Object.entries(ranges)) {
    const bits = bitsOf(range, ipVersion);
    put(nodes, root, bits, { offset });
    const record = encode(value);
    records.push(record);
    offset += record.length;
  }
  const tree = Buffer.concat(nodes.map(({ next }) => nodeBytes(next, nodes.length, recordBits)));
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_800_000_000,
    database_type: 'Test',
    description: { en: 'A test' },
    ip_version: ipVersion,
    languages: ['en'],
    node_count: nodes.length,
    record_size: recordBits,
  });
  return Buffer.concat([tree, SEPARATOR, ...records, MARKER, metadata]);
}

function newNode(nodes: Node[]): Node {
  const node: Node = { number: nodes.length, next: [undefined, undefined] };
  nodes.push(node);
  return node;
}

function put(nodes: Node[], root: Node, bits: (0 | 1)[], data: Data): void {
  let node = root;
  for (const [depth, bit] of bits.entries()) {
    if (depth === bits.length - 1) {
      node.next[bit] = data;
      return;
    }
    const next = node.next[bit] ?? newNode(nodes);
    if (!('next' in next)) throw new Error('a range within a range');
    node.next[bit] = next;
    node = next;
  }
}

/** Those of a range's first address that all of it has. */
function bitsOf(range: string, ipVersion: 4 | 6): (0 | 1)[] {
  const [address = '', length] = range.split('/');
  const family = isIP(address);
  const own = family === 4 ? address.split('.').map(Number) : bytesOfIpv6(address);
  const bytes = family === 4 && ipVersion === 6 ? [...Array<number>(12).fill(0), ...own] : own;
  const bits = bytes.flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((at): 0 | 1 => ((byte >> at) & 1 ? 1 : 0)));
  return bits.slice(0, Number(length) + (bytes.length - own.length) * 8);
}

function bytesOfIpv6(address: string): number[] {
  const [before = [], after = []] = address.split('::').map((half) => half.split(':').filter((part) => part !== ''));
  const middle = Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...middle, ...after].flatMap((part) => [
    Number.parseInt(part, 16) >> 8,
    Number.parseInt(part, 16) & 255,
  ]);
}

function nodeBytes(next: Node['next'], count: number, recordBits: 24 | 28 | 32): Buffer {
  const [left, right] = next.map((one) => {
    if (!one) return count;
    return 'next' in one ? one.number : count + SEPARATOR.length + one.offset;
  }) as [number, number];
  const bytes = Buffer.alloc(recordBits / 4);
  if (recordBits === 32) {
    bytes.writeUInt32BE(left, 0);
    bytes.writeUInt32BE(right, 4);
    return bytes;
  }
  bytes.writeUIntBE(left & 0xffffff, 0, 3);
  bytes.writeUIntBE(right & 0xffffff, bytes.length - 3, 3);
  if (recordBits === 28) bytes[3] = ((left >>> 24) << 4) | (right >>> 24);
  return bytes;
}

function encode(value: MmdbValue): Buffer {
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    return Buffer.concat([control(2, text.length), text]);
  }
  if (typeof value === 'number') {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), number]);
  }
  if (typeof value === 'boolean') return control(14, value ? 1 : 0);
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  const fields = Object.entries(value);
  return Buffer.concat([control(7, fields.length), ...fields.flatMap(([key, field]) => [encode(key), encode(field)])]);
}

/** What says a value's type and its size. */
function control(type: number, size: number): Buffer {
  const more = size < 29 ? 0 : size < 285 ? 1 : size < 65_821 ? 2 : 3;
  const sizes = [size, 29, 30, 31] as const;
  const rest = Buffer.alloc(more);
  if (more > 0) rest.writeUIntBE(size - ([0, 29, 285, 65_821][more] ?? 0), 0, more);
  const first = Buffer.from(type > 7 ? [sizes[more] ?? 0, type - 7] : [(type << 5) | (sizes[more] ?? 0)]);
  return Buffer.concat([first, rest]);
}

/** A record as MaxMind's files of cities have it. */
export function cityRecord(country: string, region: string, city: string): MmdbValue {
  return {
    city: { geoname_id: 1, names: { de: `${city} auf Deutsch`, en: city } },
    country: { iso_code: country, names: { en: 'Country' } },
    location: { accuracy_radius: 10, time_zone: 'Europe/Zurich' },
    subdivisions: [
      { iso_code: region, names: { en: 'Region' } },
      { iso_code: 'X', names: { en: 'District' } },
    ],
  };
}
