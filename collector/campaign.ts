import type { Acquisition } from '../core/event.ts';
import { wireLimits } from '../sdk/src/wire.ts';
import { clean } from './clean.ts';
import type { Kind } from './source-list.ts';
import { sourceOfName } from './sources.ts';
import type { Source } from './sources.ts';

const UTM = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] as const;
const READ = new Set<string>([...UTM, 'source', 'ref']);

/** What says that there is nothing to say. */
const NOTHING = new Set(['(direct)', '(none)', '(not set)']);

/** What a platform says with the id that it puts behind an address. The id itself is not kept. */
export interface Click {
  source: Source;
  medium?: string | undefined;
  /** Of the ads of a platform: the kinds of sources that show them. */
  ads?: Kind[] | undefined;
  /** The first counts, where there are several. */
  rank: number;
}

/** What a page's address says of where its visitor comes from. */
export interface Campaign {
  utm: Pick<Acquisition, (typeof UTM)[number]>;
  /** The source that it names. */
  named?: string | undefined;
  click?: Click | undefined;
}

/**
 * Which ids say what. Of ads are only those that a platform puts behind nothing but its ads; Meta's `fbclid`, for one, is behind
 * any link out of Facebook and Instagram. Where each is described: `docs/decisions/sources.md`.
 */
const clicks: [ids: string, source: string, medium?: string, ads?: Kind[]][] = [
  ['dclid', 'Google', 'display', ['search', 'video']],
  ['gclid gbraid wbraid gad_source', 'Google', 'cpc', ['search', 'video']],
  ['msclkid', 'Bing', 'cpc', ['search']],
  ['yclid', 'Yandex', 'cpc', ['search']],
  ['ttclid', 'TikTok', 'cpc', ['social']],
  ['twclid', 'X', 'cpc', ['social']],
  ['li_fat_id', 'LinkedIn', 'cpc', ['social']],
  ['rdt_cid', 'Reddit', 'cpc', ['social']],
  ['ScCid', 'Snapchat', 'cpc', ['social']],
  ['epik', 'Pinterest', 'cpc', ['social']],
  ['qclid', 'Quora', 'cpc', ['social']],
  ['tblci', 'Taboola', 'cpc', ['site']],
  ['dicbo', 'Outbrain', 'cpc', ['site']],
  ['awc', 'Awin', 'affiliate'],
  ['cjevent', 'CJ', 'affiliate'],
  ['irclickid', 'Impact', 'affiliate'],
  ['mc_cid mc_eid', 'Mailchimp', 'email'],
  ['_hsmi', 'HubSpot', 'email'],
  ['mkt_tok', 'Marketo', 'email'],
  ['_kx', 'Klaviyo', 'email'],
  ['fbclid', 'Facebook'],
  ['igsh igshid', 'Instagram'],
  ['srsltid', 'Google'],
  ['ysclid', 'Yandex'],
];

const byId = new Map<string, Click>();
for (const [rank, [ids, name, medium, ads]] of clicks.entries()) {
  const click = { source: sourceOfName(name) ?? { name, kind: 'site' as const }, medium, ads, rank };
  for (const id of ids.split(' ')) byId.set(id, click);
}

/** What a query says of a campaign; undefined where it says nothing. Of a parameter that is repeated the first counts. */
export function campaignOf(query: string): Campaign | undefined {
  const values = new Map<string, string>();
  let click: Click | undefined;
  for (const [name, value] of new URLSearchParams(query)) {
    if (READ.has(name)) {
      if (!values.has(name)) values.set(name, plain(value));
    } else {
      const found = byId.get(name);
      if (found && (!click || found.rank < click.rank)) click = found;
    }
  }
  const utm: Campaign['utm'] = {};
  for (const name of UTM) {
    const value = values.get(name);
    if (value) utm[name] = value;
  }
  const named = utm.utm_source ?? (values.get('source') || values.get('ref') || undefined);
  return click || named !== undefined || Object.keys(utm).length > 0 ? { utm, named, click } : undefined;
}

/**
 * What of a query says where its visitor comes from, and the parameters that are named: of the ids of platforms only that there
 * was one. `''`, or with its question mark.
 *
 * @example
 * keptQuery('?utm_source=x&gclid=Cj0K&token=7&id=3', ['id']); // '?utm_source=x&gclid=1&id=3'
 */
export function keptQuery(query: string, names: readonly string[]): string {
  const kept = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(query)) {
    if (READ.has(name) || names.includes(name)) kept.append(name, value);
    else if (byId.has(name)) kept.append(name, '1');
  }
  return kept.size === 0 ? '' : `?${kept.toString()}`;
}

function plain(value: string): string {
  const text = clean(value).trim().slice(0, wireLimits.urlCharsMax);
  return NOTHING.has(text.toLowerCase()) ? '' : text;
}
