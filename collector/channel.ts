import type { Kind } from './source-list.ts';

/** What a channel is found by; all in lower case, and '' where there is none. */
export interface Traits {
  /** As the address names it, or what it was found to be. */
  source: string;
  kind: Kind | undefined;
  medium: string;
  campaign: string;
}

const DISPLAY = new Set(['display', 'banner', 'expandable', 'interstitial', 'cpm']);
const SOCIAL = new Set(['social', 'social-network', 'social-media', 'sm', 'social network', 'social media']);
const REFERRAL = new Set(['referral', 'app', 'link']);
const EMAIL = new Set(['email', 'e-mail', 'e_mail', 'e mail', 'newsletter']);

/**
 * Google Analytics' default channel group in its own order: the first rule that holds gives the channel.
 * Source: https://support.google.com/analytics/answer/9756891, "Channels for manual traffic". Direct is no rule here: it is
 * what has no source at all. `docs/decisions/sources.md` says what differs.
 */
const rules: [channel: string, holds: (traits: Traits) => boolean][] = [
  ['Cross-network', ({ campaign }) => campaign.includes('cross-network')],
  ['Paid Shopping', (traits) => isPaid(traits.medium) && isShopping(traits)],
  ['Paid Search', ({ medium, kind }) => isPaid(medium) && kind === 'search'],
  ['Paid Social', ({ medium, kind }) => isPaid(medium) && kind === 'social'],
  ['Paid Video', ({ medium, kind }) => isPaid(medium) && kind === 'video'],
  ['Display', ({ medium }) => DISPLAY.has(medium)],
  ['Paid Other', ({ medium }) => isPaid(medium)],
  ['Organic Shopping', isShopping],
  ['Organic Social', ({ medium, kind }) => kind === 'social' || SOCIAL.has(medium)],
  ['Organic Video', ({ medium, kind }) => kind === 'video' || medium.includes('video')],
  ['Organic Search', ({ medium, kind }) => kind === 'search' || medium === 'organic'],
  ['AI Assistants', ({ medium, kind }) => kind === 'ai' || medium === 'ai-assistant'],
  ['Referral', ({ medium }) => REFERRAL.has(medium)],
  ['Email', ({ medium, kind }) => kind === 'email' || EMAIL.has(medium)],
  ['Affiliates', ({ medium }) => medium === 'affiliate' || medium === 'affiliates'],
  ['Audio', ({ medium }) => medium === 'audio'],
  ['SMS', ({ source, medium }) => source === 'sms' || medium === 'sms'],
  [
    'Mobile Push Notifications',
    ({ source, medium }) => source === 'firebase' || /push$|mobile|notification/.test(medium),
  ],
];

/** The channel of a visit that has a source or a campaign. */
export function channelOf(traits: Traits): string {
  return rules.find(([, holds]) => holds(traits))?.[0] ?? 'Unassigned';
}

/** Whether a medium, in lower case, says that the click was paid for. */
export function isAd(medium: string): boolean {
  return isPaid(medium) || DISPLAY.has(medium);
}

function isPaid(medium: string): boolean {
  return /cp|^ppc$|^retargeting$|^paid/.test(medium);
}

/** A shop, or a campaign for one's own: a `workshop` is none, an `eshop` is. */
function isShopping({ kind, campaign }: Traits): boolean {
  return kind === 'shopping' || /(?:^|[^a-df-z])shop|shopping/.test(campaign);
}
