import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { wireLimits } from '../sdk/src/wire.ts';
import { isZone } from './day.ts';
import { GLOB_RULE, isGlob } from './glob.ts';

/** The kind under which the store's documents keep the sites. */
export const SITE_KIND = 'site';

const SITE_ID = new RegExp(`^[A-Za-z0-9._:-]{1,${wireLimits.siteCharsMax}}$`);
const KEY_PREFIX = 'ffk_';

/** Values of a setting that has many. */
const VALUES_MAX = 1000;

const range = z.union(
  [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
  'each must be an address or a range such as 10.0.0.0/8',
);

/** What a site's owner may choose: the one definition, for the site's document, the command line, the file of sites and the API. */
export const siteSettingsSchema = z.strictObject({
  /** IANA name of the zone whose midnight parts the site's days. Default UTC. */
  zone: z.string().refine(isZone, 'must be a name of the IANA time zone database, such as Europe/Berlin').optional(),
  /** Hosts whose pages may report; their sub-domains may, too. Default: any. */
  hostnames: list(z.string().transform(plainHostname)).optional(),
  /**
   * What becomes of browsers that ask for privacy (Global Privacy Control, Do Not Track): `count`, which is the default, counts them
   * without a visitor and keeps their country only; `drop` refuses them; `ignore` makes no difference.
   */
  gpc: z.enum(['count', 'drop', 'ignore'], 'must be count, drop or ignore').optional(),
  /** What becomes of browsers that a program drives: `refuse`, which is the default, or `count`, for a site's own tests. */
  automation: z.enum(['refuse', 'count'], 'must be refuse or count').optional(),
  /** Whether e-mail addresses, card numbers and tokens are hidden in what pages send: `on`, which is the default, or `off`. */
  masking: z.enum(['on', 'off'], 'must be on or off').optional(),
  /** Parameters of an address that are part of the page, such as `id` where `/product?id=7` is one. Default: none; the query is dropped. */
  query_params: list(
    z.string().regex(/^[\w.~-]{1,100}$/, 'each must be the name of a parameter, such as id'),
  ).optional(),
  /** Addresses and ranges, IPv4 and IPv6, whose browsers are not counted. */
  excluded_addresses: list(range).optional(),
  /** Countries whose browsers are not counted, by ISO 3166-1 alpha-2. */
  excluded_countries: list(
    z.string().regex(/^[A-Z]{2}$/, 'each must be a code of two capital letters, such as CH'),
  ).optional(),
  /** Paths whose pages are not counted: globs, in which `*` is one part and `**` any number. */
  excluded_paths: list(z.string().refine(isGlob, `each ${GLOB_RULE}`)).optional(),
});

export type SiteSettings = z.infer<typeof siteSettingsSchema>;

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

/**
 * A site's settings, as they are kept.
 *
 * @throws RangeError naming the setting and what it takes
 */
export function readSettings(settings: SiteSettings): SiteSettings {
  const parsed = siteSettingsSchema.safeParse(settings);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new RangeError(`${String(issue?.path[0] ?? 'site')}: ${issue?.message}`);
  }
  // None is as good as any.
  const chosen = Object.entries(parsed.data).filter(([, value]) => value !== undefined && value.length > 0);
  return Object.fromEntries(chosen) as SiteSettings;
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
function plainHostname(hostname: string, context: z.RefinementCtx): string {
  const url = /[/?#@\\\s]/.test(hostname) ? null : URL.parse(`http://${hostname}/`);
  if (url && url.port === '' && url.hostname !== '') return url.hostname.replace(/\.$/, '');
  const message = 'each must be a bare host such as example.com, without scheme, port and path';
  context.issues.push({ code: 'custom', input: hostname, message });
  return z.NEVER;
}

function list<Value extends z.ZodType>(value: Value): z.ZodArray<Value> {
  return z.array(value).max(VALUES_MAX, `must have at most ${VALUES_MAX} values`);
}
