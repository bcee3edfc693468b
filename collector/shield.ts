import type { Site } from '../core/site.ts';
import type { BotKind } from './agent/bots.ts';
import { botSignals } from './agent/signals.ts';
import { isLocalAddress, isLocalHost } from './local-host.ts';
import type { RateLimits } from './rates.ts';
import { Refusal } from './refusal.ts';
import type { Sender } from './sender.ts';

/** By which browsers say that nobody has asked for the page yet; Firefox, Safari and Chromium have had their own. */
const AHEAD_HEADERS = ['sec-purpose', 'purpose', 'x-moz'] as const;
const AHEAD = /prefetch|prerender/i;

/** By kind; `automation` only where the site does not count such browsers. */
const reasonOf = { bot: 'bot', ai: 'ai_bot', automation: 'automation' } as const;
const fixOf = {
  bot: "send a browser's headers; from a server use /event",
  ai: "send a browser's headers; from a server use /event",
  automation: 'count such browsers for tests: footfall site set ID --automation count',
};

/** What is judged of a request. */
export interface Judged {
  /** How many events it brings. */
  count: number;
  /** Whether the browser says that a program drives it. */
  webdriver?: boolean | undefined;
}

/** Why a whole request is turned away, or undefined. A filter against noise, not a defence: all of it can be forged. */
export function judge(
  site: Site,
  sender: Sender,
  { count, webdriver }: Judged,
  rates: RateLimits,
): Refusal | undefined {
  const bot = botIn(sender, webdriver);
  if (bot && !(bot.kind === 'automation' && site.automation === 'count')) {
    const { kind, field } = bot;
    return new Refusal(reasonOf[kind], field, 'a browser that a person uses', fixOf[kind], 'bots are not counted');
  }
  for (const name of AHEAD_HEADERS) {
    const value = sender.header(name);
    if (value === null || !AHEAD.test(value)) continue;
    const fix = 'send the page view once the page is shown';
    return new Refusal('prefetch', name, 'a page that is shown', fix, 'pages that are loaded ahead are not counted');
  }
  return rates.take(site.id, count, sender.traits);
}

interface FoundBot {
  kind: BotKind;
  /** What says so. */
  field: string;
}

/** The bot that sends a request, by what it says of itself; a person's browser is none. */
function botIn({ agent, header }: Sender, webdriver: boolean | undefined): FoundBot | undefined {
  // A driver may do what it likes with headers: what it says it is goes first.
  if (agent.bot) return { kind: agent.bot.kind, field: 'user-agent' };
  if (webdriver) return { kind: 'automation', field: 'webdriver' };
  const [signal] = botSignals(header);
  return signal && { kind: signal.kind, field: signal.header };
}

/**
 * Why an event from a page of that host is turned away: the host is neither one of the site's nor below one; or the site names none,
 * and the host is the visitor's own machine or network, from which this visitor does not come to us, as somebody does who works there.
 *
 * @param address the visitor's, if it is known
 */
export function judgeHostname(
  site: Site,
  hostname: string | undefined,
  address: string | undefined,
  field: string,
): Refusal | undefined {
  if (!site.hostnames) {
    const isElsewhere = address !== undefined && !isLocalAddress(address);
    return isElsewhere && hostname !== undefined && isLocalHost(hostname) ? localHost(field) : undefined;
  }
  if (hostname !== undefined && site.hostnames.some((own) => hostname === own || hostname.endsWith(`.${own}`))) {
    return undefined;
  }
  const limit = `the site's ${site.hostnames.length} hostnames and their sub-domains`;
  const fix = "add the page's host to the site's hostnames";
  return new Refusal('hostname', field, limit, fix, "the page's host is not one of the site's hostnames");
}

function localHost(field: string): Refusal {
  const fix = "count previews and staging under a site of their own, or add the host to the site's hostnames";
  return new Refusal('local_host', field, 'a host that is public', fix, "the page's host is a local one");
}
