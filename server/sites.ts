import type { Documents } from '../core/ports.ts';
import { closedOf } from '../core/retention.ts';
import { newKey, newSite, SITE_KIND, siteSchema } from '../core/site.ts';
import { readSettings } from '../core/site-settings.ts';
import type { Site } from '../core/site.ts';
import type { SiteSettings } from '../core/site-settings.ts';
import type { SiteSetting } from './config.ts';

/**
 * Makes a site.
 *
 * @returns the key for its servers, which is kept nowhere: show it now or never; undefined if the site was there
 * @throws RangeError for an id or a setting that cannot be one
 * @example
 * const key = await addSite(store.documents, 'example.com', { zone: 'Europe/Berlin' });
 */
export async function addSite(documents: Documents, id: string, settings: SiteSettings): Promise<string | undefined> {
  const { site, key } = newSite(id, settings);
  const kept = siteSchema.parse(await documents.create(SITE_KIND, id, site));
  return kept.pepper === site.pepper ? key : undefined;
}

/**
 * Changes what a site's owner has chosen; what is not named stays. Collectors know it within `siteCacheSeconds`.
 *
 * @param now ms since 1970; the days that the choice before has closed by then stay closed
 * @returns the site as it is then; undefined if there is none
 * @throws RangeError for a setting that cannot be one, or the zone, which events have been filed by
 * @example
 * await changeSite(store.documents, 'example.com', { automation: 'count' });
 */
export async function changeSite(
  documents: Documents,
  id: string,
  settings: SiteSettings,
  now = Date.now(),
): Promise<Site | undefined> {
  const document = await documents.get(SITE_KIND, id);
  if (document === undefined) return undefined;
  const known = siteSchema.parse(document);
  const { zone = known.zone, ...changed } = readSettings(settings);
  if (zone !== known.zone) throw new RangeError('zone: is chosen when a site is made, for its days are parted by it');
  const { eventsBefore, visitsBefore } = closedOf(known, now);
  const closed = eventsBefore > 0 ? { closed: { events_before: eventsBefore, visits_before: visitsBefore } } : {};
  const site: Site = { ...known, ...changed, ...closed };
  // A list that was given empty is none.
  for (const name of Object.keys(settings) as (keyof SiteSettings)[])
    if (name !== 'zone' && !(name in changed)) delete site[name];
  await documents.put(SITE_KIND, id, site);
  return site;
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

/** Makes the sites of the configuration that are missing. */
export async function addConfiguredSites(
  documents: Documents,
  sites: SiteSetting[],
  log: (line: string) => void,
): Promise<void> {
  for (const { id, ...settings } of sites) {
    const key = await addSite(documents, id, settings);
    if (key) log(`made the site ${id}; the key for its servers, shown only now: ${key}`);
  }
}
