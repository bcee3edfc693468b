import type { Acquisition } from '../core/event.ts';
import { wireLimits } from '../sdk/src/wire.ts';
import { clean } from './clean.ts';
import type { Page } from './page.ts';
import { sourceOfHost, sourceOfName } from './sources.ts';
import type { Kind } from './sources.ts';

/** `utm_medium` values that say a click was paid for, and click ids of search advertising. */
const PAID = /^(?:.*cp[acmv].*|ppc|retargeting|paid.*)$/;
const PAID_CLICK_IDS = ['gclid', 'gbraid', 'wbraid', 'msclkid'];

const ORGANIC: Record<Kind, string> = {
  search: 'Organic Search',
  social: 'Organic Social',
  video: 'Organic Video',
  shopping: 'Organic Shopping',
  ai: 'AI',
  email: 'Email',
};

/** Mediums with a channel of their own, whatever the source. */
const BY_MEDIUM = new Map([
  ['email', 'Email'],
  ['e-mail', 'Email'],
  ['newsletter', 'Email'],
  ['social', 'Organic Social'],
  ['social-media', 'Organic Social'],
  ['organic', 'Organic Search'],
  ['affiliate', 'Affiliates'],
  ['display', 'Display'],
  ['banner', 'Display'],
  ['referral', 'Referral'],
]);

/**
 * Where a page view came from: the campaign that its address names, else the page that referred to it. Undefined: it
 * was opened directly (or from its own site), and its channel is Direct.
 *
 * @param referrer `document.referrer`
 */
export function acquisitionOf(page: Page, referrer: string | undefined): Acquisition | undefined {
  const from = referrer ? referrerOf(referrer, page.hostname) : undefined;
  if (!from && page.query.length < 2) return undefined;
  const acquisition: Acquisition = {};
  if (from) acquisition.referrer = from.address;
  const paidClick = page.query.length > 1 && readQuery(page.query, acquisition);
  const named = acquisition.source;
  const known = named === undefined ? from && sourceOfHost(from.host) : sourceOfName(named);
  const source = known?.name ?? named ?? from?.host;
  if (source === undefined && !paidClick && !hasCampaign(acquisition)) return undefined;
  if (source !== undefined) acquisition.source = source;
  acquisition.channel = channelOf(acquisition, known?.kind, paidClick);
  return acquisition;
}

/** Takes the campaign's parameters over. Answers whether the address carries the id of a paid click. */
function readQuery(query: string, acquisition: Acquisition): boolean {
  const parameters = new URLSearchParams(query);
  const read = (name: string) => clean(parameters.get(name) ?? '').slice(0, wireLimits.urlCharsMax) || undefined;
  for (const name of ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] as const) {
    const value = read(name);
    if (value !== undefined) acquisition[name] = value;
  }
  const source = acquisition.utm_source ?? read('source') ?? read('ref');
  if (source !== undefined) acquisition.source = source;
  return PAID_CLICK_IDS.some((name) => parameters.has(name));
}

function hasCampaign({ utm_medium, utm_campaign, utm_content, utm_term }: Acquisition): boolean {
  return (utm_medium ?? utm_campaign ?? utm_content ?? utm_term) !== undefined;
}

function channelOf(acquisition: Acquisition, kind: Kind | undefined, paidClick: boolean): string {
  const medium = acquisition.utm_medium?.slice(0, 100).toLowerCase() ?? '';
  if (paidClick || PAID.test(medium)) {
    if (kind === 'search' || (paidClick && kind === undefined)) return 'Paid Search';
    if (kind === 'social') return 'Paid Social';
    return medium.includes('cpm') ? 'Display' : 'Paid Other';
  }
  const byMedium = BY_MEDIUM.get(medium);
  if (byMedium) return byMedium;
  if (kind) return ORGANIC[kind];
  return acquisition.utm_source !== undefined || hasCampaign(acquisition) ? 'Campaign' : 'Referral';
}

interface Referrer {
  host: string;
  /** Host and path, without query and fragment, which may hold what is nobody's business. */
  address: string;
}

/** The page that referred; undefined for a page of the same site and for what is no address. Never throws. */
function referrerOf(referrer: string, hostname: string | undefined): Referrer | undefined {
  const url = URL.parse(referrer);
  if (!url || !['https:', 'http:', 'android-app:'].includes(url.protocol)) return undefined;
  const host = withoutWww(url.hostname.toLowerCase());
  if (host === '' || (hostname !== undefined && host === withoutWww(hostname))) return undefined;
  const path = url.pathname.length > 1 ? url.pathname : '';
  return { host, address: (host + path).slice(0, wireLimits.urlCharsMax) };
}

function withoutWww(host: string): string {
  return host.startsWith('www.') ? host.slice('www.'.length) : host;
}
