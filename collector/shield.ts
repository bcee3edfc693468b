import type { Site } from '../core/site.ts';
import type { RateLimits } from './rates.ts';
import { Refusal } from './refusal.ts';
import type { Sender } from './sender.ts';

/** By which browsers say that nobody has asked for the page yet; Firefox, Safari and Chromium have had their own. */
const AHEAD_HEADERS = ['sec-purpose', 'purpose', 'x-moz'] as const;
const AHEAD = /prefetch|prerender/i;

/**
 * Why a whole request is turned away, or undefined. A filter against noise, not a defence: all of it can be forged.
 *
 * @param count how many events the request brings
 */
export function judge(site: Site, sender: Sender, count: number, rates: RateLimits): Refusal | undefined {
  if (sender.agent.bot) {
    const fix = "send a browser's User-Agent; from a server use /event";
    return new Refusal('bot', 'user-agent', 'a browser', fix, 'bots are not counted');
  }
  for (const name of AHEAD_HEADERS) {
    const value = sender.header(name);
    if (value === null || !AHEAD.test(value)) continue;
    const fix = 'send the page view once the page is shown';
    return new Refusal('prefetch', name, 'a page that is shown', fix, 'pages that are loaded ahead are not counted');
  }
  return rates.take(site.id, count, sender.traits);
}

/** Why an event from a page of that host is turned away: the host is neither one of the site's nor below one. */
export function judgeHostname(site: Site, hostname: string | undefined, field: string): Refusal | undefined {
  if (!site.hostnames) return undefined;
  if (hostname !== undefined && site.hostnames.some((own) => hostname === own || hostname.endsWith(`.${own}`))) {
    return undefined;
  }
  const limit = `the site's ${site.hostnames.length} hostnames and their sub-domains`;
  const fix = "add the page's host to the site's hostnames";
  return new Refusal('hostname', field, limit, fix, "the page's host is not one of the site's hostnames");
}
