import type { Acquisition } from '../core/event.ts';
import { campaignOf } from './campaign.ts';
import type { Campaign } from './campaign.ts';
import { channelOf, isAd } from './channel.ts';
import type { Page } from './page.ts';
import { isOwn, referrerOf } from './source-referrer.ts';
import type { Referrer } from './source-referrer.ts';
import { sourceOfName } from './sources.ts';
import type { Source } from './sources.ts';

/**
 * Where a page view came from: the campaign that its address names, else the page that referred to it. Undefined: it
 * was opened directly (or from its own site), and its channel is Direct.
 *
 * @param referrer `document.referrer`
 * @param own the site's hosts, which are no sources, nor are their sub-domains
 */
export function acquisitionOf(
  page: Page,
  referrer: string | undefined,
  own: readonly string[] = [],
): Acquisition | undefined {
  const from = referrer ? referrerOf(referrer, page.hostname, own) : undefined;
  const campaign = page.query.length > 1 ? foreign(campaignOf(page.query), page.hostname, own) : undefined;
  if (!from && !campaign) return undefined;
  const said = campaign ?? { utm: {} };
  const known = knownSource(said, from);
  const source = known?.name ?? said.named ?? from?.host;
  const acquisition: Acquisition = { ...said.utm };
  if (from) acquisition.referrer = from.address;
  if (source !== undefined) acquisition.source = source;
  acquisition.channel = channel(said, known, source);
  return acquisition;
}

/** A campaign without the source that it names, if that is the site itself. */
function foreign(
  campaign: Campaign | undefined,
  hostname: string | undefined,
  own: readonly string[],
): Campaign | undefined {
  if (campaign?.named === undefined || !isOwn(campaign.named, hostname, own)) return campaign;
  const { utm_source: _, ...utm } = campaign.utm;
  const { click } = campaign;
  return click || Object.keys(utm).length > 0 ? { utm, click } : undefined;
}

/** The source, where it is one that we know: as the address names it, as an ad has it, as it referred, as an id has it. */
function knownSource({ named, click }: Campaign, from: Referrer | undefined): Source | undefined {
  if (named !== undefined) return sourceOfName(named);
  // Google's ads are on YouTube, too, and Microsoft's on DuckDuckGo.
  if (click?.ads) return from?.known && click.ads.includes(from.known.kind) ? from.known : click.source;
  return from ? from.known : click?.source;
}

function channel(said: Campaign, known: Source | undefined, source: string | undefined): string {
  const own = said.utm.utm_medium?.slice(0, MEDIUM_CHARS_MAX).toLowerCase();
  const medium = mediumOf(said, own, known, source);
  // A medium that the address names does not speak of the page that happened to refer.
  const isForeign = said.named === undefined && own !== undefined && !isAd(medium);
  return channelOf({
    source: (said.named ?? source ?? '').toLowerCase(),
    kind: isForeign ? undefined : known?.kind,
    medium,
    campaign: said.utm.utm_campaign?.toLowerCase() ?? '',
  });
}

/** No medium that means anything is longer. */
const MEDIUM_CHARS_MAX = 100;

function mediumOf(
  { utm, click }: Campaign,
  own: string | undefined,
  known: Source | undefined,
  source: string | undefined,
): string {
  const isOther = click?.ads && known && !click.ads.includes(known.kind);
  const given = isOther ? undefined : click?.medium;
  // The platform knows better than the address whether its click was paid for, but not of what kind the ad was.
  if (given !== undefined && click?.ads && known && !isAd(own ?? '')) return given;
  const medium = own ?? given;
  if (medium !== undefined) return medium;
  const isReferral = utm.utm_source === undefined && source !== undefined && (!known || known.kind === 'site');
  return isReferral ? 'referral' : '';
}
