import { Reader } from 'mmdb-lib';
import { messageOf, Unusable } from '../core/errors.ts';
import { NOWHERE, placeOfRecord } from './place.ts';
import type { Place } from './place.ts';
import { remember } from './remember.ts';

/** Where an address is. It never throws, and keeps no address. */
export type PlaceOf = (address: string) => Place;

type ReaderOptions = NonNullable<ConstructorParameters<typeof Reader>[1]>;

const FORMAT = 2;
/** Bytes between the tree and the data. */
const SEPARATOR_BYTES = 16;

/**
 * A reader of an MMDB file. It remembers places by where they are in the file, so that each record is read once, also one
 * that is damaged: that is no place.
 *
 * @param placesMax how many it remembers
 * @param onDamage told of the first record that cannot be read
 * @throws Unusable for what is no such file, or not the whole of one
 */
export function placeReader(bytes: Buffer, placesMax: number, onDamage: (error: unknown) => void): PlaceOf {
  const places = new Map<number, Place>();
  let at: number | undefined;
  let isTold = false;
  // The reader asks it first with the record's place, then with those of the record's parts.
  const cache = {
    get(place: string | number) {
      if (at !== undefined) return undefined;
      at = Number(place);
      return places.has(at) ? KNOWN : undefined;
    },
    set() {},
  };
  const reader = open(bytes, { cache });
  const isOfIpv4 = reader.metadata.ipVersion === 4;

  return function placeOf(address) {
    // The reader would take the first bits of it for an IPv4 address.
    if (isOfIpv4 && address.includes(':')) return NOWHERE;
    at = undefined;
    let record: unknown;
    try {
      record = reader.get(address);
    } catch (error) {
      if (!isTold) onDamage(error);
      isTold = true;
    }
    if (at === undefined) return NOWHERE;
    let place = places.get(at);
    if (!place) {
      place = placeOfRecord(record);
      remember(places, at, place, placesMax);
    }
    return place;
  };
}

/** What the reader is answered instead of a record that need not be read again. */
const KNOWN = { value: null, offset: 0 };

function open(bytes: Buffer, options: ReaderOptions): Reader<never> {
  let reader: Reader<never>;
  try {
    reader = new Reader(bytes, options);
  } catch (error) {
    throw new Unusable(`it is no MMDB file, or not the whole of one (${messageOf(error)})`, { cause: error });
  }
  const { binaryFormatMajorVersion: format, ipVersion, nodeCount, searchTreeSize } = reader.metadata;
  if (format !== FORMAT || (ipVersion !== 4 && ipVersion !== 6) || !(nodeCount > 0)) {
    throw new Unusable(`it is no MMDB file of format ${FORMAT} for IPv4 or IPv6 addresses`);
  }
  if (!(searchTreeSize + SEPARATOR_BYTES < bytes.length)) throw new Unusable('it is not the whole of an MMDB file');
  return reader;
}
