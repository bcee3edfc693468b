import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { wireLimits } from '../sdk/src/wire.ts';
import { isZone } from './day.ts';
import { readSettings, siteSettingsSchema } from './site-settings.ts';
import type { SiteSettings } from './site-settings.ts';

/** The kind under which the store's documents keep the sites. */
export const SITE_KIND = 'site';

const SITE_ID = new RegExp(`^[A-Za-z0-9._:-]{1,${wireLimits.siteCharsMax}}$`);
const KEY_PREFIX = 'ffk_';

/** A site's document. */
export const siteSchema = z.object({
  ...siteSettingsSchema.shape,
  zone: z.string().refine(isZone),
  /** 1 to 64 of `A-Z a-z 0-9 . _ : -`. */
  id: z.string().regex(SITE_ID),
  /** ms since 1970. */
  created: z.number().int(),
  /** Secret of the keyed hash that stands for e-mail addresses; base64url of 32 bytes. */
  pepper: z.string().min(1),
  /** Days, since 1970-01-01, below which an earlier choice had raw events, and visits, deleted. */
  closed: z.object({ events_before: z.number().int(), visits_before: z.number().int() }).optional(),
  /** SHA-256 of the key for servers, in hex. Absent: there is none. */
  key_sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});

export type Site = z.infer<typeof siteSchema>;

/** Whether a text can be a site's id. */
export function isSiteId(id: string): boolean {
  return SITE_ID.test(id);
}

/**
 * A new site and its key for servers. The key is in no document: it must be shown now or never.
 *
 * @param now ms since 1970
 * @throws RangeError for an id or a setting that cannot be one, with the setting's name
 * @example
 * const { site, key } = newSite('example.com', { zone: 'Europe/Berlin', hostnames: ['example.com'] });
 * await store.documents.create(SITE_KIND, site.id, site);
 */
export function newSite(id: string, settings: SiteSettings = {}, now = Date.now()): { site: Site; key: string } {
  if (!isSiteId(id)) throw new RangeError(`a site's id has 1 to ${wireLimits.siteCharsMax} of A-Z a-z 0-9 . _ : -`);
  const { key, key_sha256 } = newKey();
  const { zone = 'UTC', ...others } = readSettings(settings);
  const site: Site = {
    id,
    zone,
    created: now,
    pepper: randomBytes(32).toString('base64url'),
    key_sha256,
    ...others,
  };
  return { site, key };
}

/** A key for a site's servers, and what the site's document keeps of it. */
export function newKey(): { key: string; key_sha256: string } {
  const key = KEY_PREFIX + randomBytes(32).toString('base64url');
  return { key, key_sha256: sha256(key).toString('hex') };
}

/** Whether this is the site's key. The time it takes does not depend on how much of it is right. */
export function isKeyOf(site: Site, key: string): boolean {
  return site.key_sha256 !== undefined && timingSafeEqual(sha256(key), Buffer.from(site.key_sha256, 'hex'));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
