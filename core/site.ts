import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { wireLimits } from '../sdk/src/wire.ts';
import { isZone } from './day.ts';

/** The kind under which the store's documents keep the sites. */
export const SITE_KIND = 'site';

const SITE_ID = new RegExp(`^[A-Za-z0-9._:-]{1,${wireLimits.siteCharsMax}}$`);
const KEY_PREFIX = 'ffk_';

/** What a site may do with browsers that ask for privacy. */
export const gpcChoices = ['count', 'drop', 'ignore'] as const;

/** A site's document. */
export const siteSchema = z.object({
  /** 1 to 64 of `A-Z a-z 0-9 . _ : -`. */
  id: z.string().regex(SITE_ID),
  /** IANA name of the zone whose midnight parts the site's days. */
  zone: z.string().refine(isZone),
  /** Hosts whose pages may report; their sub-domains may, too. Absent: any. */
  hostnames: z.array(z.string()).min(1).optional(),
  /** ms since 1970. */
  created: z.number().int(),
  /** Secret of the keyed hash that stands for e-mail addresses; base64url of 32 bytes. */
  pepper: z.string().min(1),
  /**
   * What becomes of browsers that ask for privacy (Global Privacy Control, Do Not Track): `count`, which is the default, counts them
   * without a visitor and keeps their country only; `drop` refuses them; `ignore` makes no difference.
   */
  gpc: z.enum(gpcChoices).optional(),
  /** SHA-256 of the key for servers, in hex. Absent: there is none. */
  key_sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});

export type Site = z.infer<typeof siteSchema>;

export interface NewSiteOptions {
  /** IANA name. Default UTC. */
  zone?: string;
  /** Hosts whose pages may report, such as `example.com`. Default: any. */
  hostnames?: string[];
  /** What becomes of browsers that ask for privacy. Default: `count`. */
  gpc?: Site['gpc'];
  /** ms since 1970. */
  now?: number;
}

/** Whether a text can be a site's id. */
export function isSiteId(id: string): boolean {
  return SITE_ID.test(id);
}

/**
 * A new site and its key for servers. The key is in no document: it must be shown now or never.
 *
 * @throws RangeError for an id, zone or hostname that cannot be one
 * @example
 * const { site, key } = newSite('example.com', { zone: 'Europe/Berlin', hostnames: ['example.com'] });
 * await store.documents.create(SITE_KIND, site.id, site);
 */
export function newSite(id: string, options: NewSiteOptions = {}): { site: Site; key: string } {
  const { zone = 'UTC', hostnames, gpc, now = Date.now() } = options;
  if (!isSiteId(id)) throw new RangeError(`a site's id has 1 to ${wireLimits.siteCharsMax} of A-Z a-z 0-9 . _ : -`);
  if (!isZone(zone)) throw new RangeError('zone: not a name of the IANA time zone database, such as Europe/Berlin');
  const { key, key_sha256 } = newKey();
  const site: Site = {
    id,
    zone,
    created: now,
    pepper: randomBytes(32).toString('base64url'),
    key_sha256,
  };
  if (gpc) site.gpc = gpc;
  if (hostnames && hostnames.length > 0) site.hostnames = hostnames.map(plainHostname);
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

/** Lower case and punycode, as browsers write it. */
function plainHostname(hostname: string): string {
  const url = /[/?#@\\\s]/.test(hostname) ? null : URL.parse(`http://${hostname}/`);
  if (!url || url.port !== '' || url.hostname === '') {
    throw new RangeError('hostnames: each is a bare host such as example.com, without scheme, port and path');
  }
  return url.hostname.replace(/\.$/, '');
}
