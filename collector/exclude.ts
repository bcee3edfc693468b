import { fitsGlob, globOf } from '../core/glob.ts';
import type { Glob } from '../core/glob.ts';
import type { Site } from '../core/site.ts';
import { within } from './ranges.ts';
import { Refusal } from './refusal.ts';
import type { Sender } from './sender.ts';

/** What a site's owner does not want counted, made ready. */
interface Exclusions {
  holdsAddress: (address: string) => boolean;
  countries: ReadonlySet<string>;
  paths: readonly Glob[];
}

const OWN = "the site's owner does not count it";
const FIX = 'nothing; or footfall site set ID';
const ADDRESS = new Refusal('excluded_address', 'address', 'an address that the site counts', FIX, OWN);
const COUNTRY = new Refusal('excluded_country', 'address', 'a country that the site counts', FIX, OWN);

/** Why a request is turned away by its site's owner: it comes from an address or a country that is not counted. */
export function judgePlace(site: Site, { traits, place }: Pick<Sender, 'traits' | 'place'>): Refusal | undefined {
  const { holdsAddress, countries } = exclusionsOf(site);
  if (traits && holdsAddress(traits.address)) return ADDRESS;
  return place.country !== undefined && countries.has(place.country) ? COUNTRY : undefined;
}

/** Why an event is turned away by its site's owner: its page is not counted. */
export function judgePath(site: Site, path: string, field: string): Refusal | undefined {
  const { paths } = exclusionsOf(site);
  if (paths.length === 0) return undefined;
  // Owners write `/über`, and browsers `/%C3%BCber`.
  const plain = readable(path);
  const isOut = paths.some((glob) => fitsGlob(glob, path) || fitsGlob(glob, plain));
  return isOut ? new Refusal('excluded_path', field, 'a page that the site counts', FIX, OWN) : undefined;
}

function readable(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

const known = new WeakMap<Site, Exclusions>();

function exclusionsOf(site: Site): Exclusions {
  let exclusions = known.get(site);
  if (!exclusions) {
    const { excluded_addresses, excluded_countries, excluded_paths = [] } = site;
    exclusions = {
      // Nearly no site has any, and each request asks.
      holdsAddress: excluded_addresses ? within(excluded_addresses) : () => false,
      countries: new Set(excluded_countries),
      paths: excluded_paths.map(globOf),
    };
    known.set(site, exclusions);
  }
  return exclusions;
}
