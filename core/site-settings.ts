import { z } from 'zod';
import { isZone } from './day.ts';
import { GLOB_RULE, isGlob } from './glob.ts';
import { VISITOR_LIVES } from './visitor-life.ts';

/** Values of a setting that has many. */
const VALUES_MAX = 1000;

const DAYS_MAX = 36_500;
const DAYS_RULE = `must be a number of whole days from 1 to ${DAYS_MAX}, or ever`;
const days = z.union(
  [z.int(DAYS_RULE).min(1, DAYS_RULE).max(DAYS_MAX, DAYS_RULE), z.literal('ever').transform(() => undefined)],
  DAYS_RULE,
);

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
  /** How long a browser's visitor is known as the same one: a `day`, which is the default, a `week` from Monday, or a `month`. */
  visitor_life: z.enum(VISITOR_LIVES, 'must be day, week or month').optional(),
  /**
   * For how many whole days before today raw events are kept, and visits with the numbers of their days. Default: `ever`.
   * Without raw events a day still has its visits, and what is asked of them; without visits it has nothing.
   */
  keep_events_days: days.optional(),
  keep_visits_days: days.optional(),
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
  // An empty list is none.
  const chosen = Object.entries(parsed.data).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(chosen) as SiteSettings;
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
