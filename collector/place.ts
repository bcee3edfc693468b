import type { Context } from '../core/event.ts';

/** Where an address is, as far as that is known. */
export type Place = Pick<Context, 'country' | 'region' | 'city'>;

export const NOWHERE: Place = Object.freeze({});

/** The longest names of places that there are have some 85 characters; what is longer is cut. */
const NAME_CHARS_MAX = 100;

const COUNTRY = /^[A-Z]{2}$/;
/** What is after the hyphen in ISO 3166-2. */
const SUBDIVISION = /^[A-Z0-9]{1,3}$/;
/**
 * What stands for no country: of ISO 3166's user-assigned codes those that CDNs and files have for unknown ones (Cloudflare's
 * T1, for Tor, is none by its form), and two regions of the registries.
 */
const NO_COUNTRIES = new Set(['XX', 'ZZ', 'AP', 'EU']);

/**
 * The place that a record of an MMDB file tells: of MaxMind's shape (DB-IP and many others have it as well), or flat, as
 * ip-location-db and IPinfo write them. Whatever else it is, is no place.
 *
 * @example
 * placeOfRecord({ country: { iso_code: 'CH' }, subdivisions: [{ iso_code: 'ZH' }], city: { names: { en: 'Zurich' } } });
 * // { country: 'CH', region: 'CH-ZH', city: 'Zurich' }
 */
export function placeOfRecord(record: unknown): Place {
  const { country: in_country, country_code, subdivisions, state1, region: in_region, city } = fieldsOf(record);
  const country = [fieldsOf(in_country).iso_code, country_code, in_country].find(isCountry);
  if (country === undefined) return NOWHERE;
  const place: Place = { country };
  const division = fieldsOf(Array.isArray(subdivisions) ? subdivisions[0] : undefined);
  const region = codeOf(country, division.iso_code) ?? nameOf(division) ?? nameOf(state1) ?? nameOf(in_region);
  if (region !== undefined) place.region = region;
  const name = nameOf(city);
  if (name !== undefined) place.city = name;
  return place;
}

/**
 * The place where a CDN's header tells the country: what the file knows beyond that, if it is in the same country.
 *
 * @param told the header's value; null where it was not sent, and the file alone is asked
 */
export function placeByHeader(told: string | null, found: Place): Place {
  if (told === null || told === found.country) return found;
  return isCountry(told) ? { country: told } : NOWHERE;
}

function isCountry(value: unknown): value is string {
  return typeof value === 'string' && COUNTRY.test(value) && !NO_COUNTRIES.has(value);
}

function codeOf(country: string, code: unknown): string | undefined {
  return typeof code === 'string' && SUBDIVISION.test(code) ? `${country}-${code}` : undefined;
}

/** A name, or the English one of many. */
function nameOf(value: unknown): string | undefined {
  const name = typeof value === 'string' ? value : fieldsOf(fieldsOf(value).names).en;
  if (typeof name !== 'string') return undefined;
  // By way of bytes: a mere slice would keep the whole text in memory, and might end in half a character.
  const cut = name.length > NAME_CHARS_MAX ? Buffer.from(name.slice(0, NAME_CHARS_MAX)).toString() : name;
  return cut.trim() || undefined;
}

/** The own fields of an object: those of an array or a text have other names. */
function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
