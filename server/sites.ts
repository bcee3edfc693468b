import type { Documents } from '../core/ports.ts';
import { newKey, newSite, SITE_KIND, siteSchema } from '../core/site.ts';
import type { NewSiteOptions, Site } from '../core/site.ts';
import type { SiteSetting } from './config.ts';
import { Unusable } from '../core/errors.ts';

/**
 * Makes a site.
 *
 * @returns the key for its servers, which is kept nowhere: show it now or never; undefined if the site was there
 * @throws RangeError for an id, zone or hostname that cannot be one
 * @example
 * const key = await addSite(store.documents, 'example.com', { zone: 'Europe/Berlin' });
 */
export async function addSite(documents: Documents, id: string, options: NewSiteOptions): Promise<string | undefined> {
  const { site, key } = newSite(id, options);
  const kept = siteSchema.parse(await documents.create(SITE_KIND, id, site));
  return kept.pepper === site.pepper ? key : undefined;
}

/**
 * Makes a new key for a site's servers; the one before is void within `siteCacheSeconds`.
 *
 * @returns the key, which is kept nowhere: show it now or never; undefined if there is no such site
 */
export async function replaceKey(documents: Documents, id: string): Promise<string | undefined> {
  const document = await documents.get(SITE_KIND, id);
  if (document === undefined) return undefined;
  const { key, key_sha256 } = newKey();
  await documents.put(SITE_KIND, id, { ...siteSchema.parse(document), key_sha256 });
  return key;
}

/** All sites, by id. */
export async function listSites(documents: Documents): Promise<Site[]> {
  return (await documents.list(SITE_KIND)).map(({ value }) => siteSchema.parse(value));
}

/**
 * Makes the sites of the configuration that are missing.
 *
 * @throws Unusable naming the site that cannot be one
 */
export async function addConfiguredSites(
  documents: Documents,
  sites: SiteSetting[],
  log: (line: string) => void,
): Promise<void> {
  for (const { id, zone, hostnames, gpc } of sites) {
    try {
      const options = { ...(zone && { zone }), ...(hostnames && { hostnames }), ...(gpc && { gpc }) };
      const key = await addSite(documents, id, options);
      if (key) log(`made the site ${id}; the key for its servers, shown only now: ${key}`);
    } catch (error) {
      if (error instanceof RangeError) throw new Unusable(`SITES_FILE, site ${id}: ${error.message}`, { cause: error });
      throw error;
    }
  }
}
