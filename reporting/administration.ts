import type { Site } from '../core/site.ts';
import type { SiteSettings } from '../core/site-settings.ts';

/** What can be changed by the API: sites, their keys, and whom the data holds. */
export interface Administration {
  /**
   * Makes a site.
   *
   * @returns the key for its servers, shown now or never; undefined where the site is there already
   * @throws RangeError (rejects) naming the setting that cannot be one
   */
  add(id: string, settings: SiteSettings): Promise<{ site: Site; key: string } | undefined>;
  /** Changes what is named; undefined where there is no such site. Rejects as `add`. */
  change(id: string, settings: SiteSettings): Promise<Site | undefined>;
  /** A new key for a site's servers, which voids the one before; undefined where there is no such site. */
  replaceKey(id: string): Promise<string | undefined>;
  /** Removes a person's events and visits, and answers how many events; undefined where there is no such site. */
  erase(site: string, userId: string): Promise<number | undefined>;
}

/** A site without what is secret of it, and what only the server goes by. */
export type PlainSite = Omit<Site, 'pepper' | 'key_sha256' | 'closed'>;

export function plainSite({ pepper: _pepper, key_sha256: _key, closed: _closed, ...plain }: Site): PlainSite {
  return plain;
}
