import { parse } from 'bowser';
import { isbot } from 'isbot';
import type { Context } from '../core/event.ts';
import { remember } from './remember.ts';

/** What a user agent says, which is all that is kept of it. */
export interface Agent {
  bot: boolean;
  context: Pick<Context, 'browser' | 'browser_version' | 'os' | 'os_version' | 'device'>;
}

/** @param userAgent cut by `cutAgent` */
export type ReadAgent = (userAgent: string) => Agent;

const DEVICES = ['desktop', 'mobile', 'tablet', 'tv'];

/** No browser sends an empty user agent. */
const NONE: Agent = { bot: true, context: {} };

/**
 * A reader of user agents that knows the ones it has seen lately. They must have been cut.
 *
 * @param cacheMax how many it remembers
 */
export function agentReader(cacheMax: number): ReadAgent {
  const known = new Map<string, Agent>();
  return (userAgent) => {
    if (userAgent === '') return NONE;
    const cached = known.get(userAgent);
    if (cached) return cached;
    const agent = readAgent(userAgent);
    remember(known, userAgent, agent, cacheMax);
    return agent;
  };
}

/** The part of a user agent that is looked at: all regular expressions see it only after this. */
export function cutAgent(userAgent: string, charsMax: number): string {
  // By way of bytes: a mere slice would keep the whole header in memory for as long as it is remembered.
  return userAgent.length <= charsMax ? userAgent : Buffer.from(userAgent.slice(0, charsMax)).toString();
}

function readAgent(userAgent: string): Agent {
  const { browser, os, platform } = parse(userAgent);
  const context: Agent['context'] = {};
  if (browser.name) context.browser = browser.name;
  const browserVersion = major(browser.version);
  if (browserVersion) context.browser_version = browserVersion;
  if (os.name) context.os = os.name;
  // Windows calls itself NT 10.0; its users call it 10.
  const osVersion = major(os.name === 'Windows' ? os.versionName : os.version);
  if (osVersion) context.os_version = osVersion;
  if (platform.type && DEVICES.includes(platform.type)) context.device = platform.type;
  return { bot: isbot(userAgent), context };
}

/** `131` of `131.0.6778.86`: more would tell people apart. */
function major(version: string | undefined): string | undefined {
  return version?.match(/^[A-Za-z0-9]{1,10}/)?.[0];
}
