import { botOf } from './agent/bots.ts';
import type { Bot } from './agent/bots.ts';
import { parseHints } from './agent/hints.ts';
import { namesOf } from './agent/names.ts';
import type { AgentContext } from './agent/names.ts';
import { remember } from './remember.ts';

/** What a browser says of itself, which is all that is kept of it. */
export interface Agent {
  /** `false` for a browser. */
  bot: Bot | false;
  context: AgentContext;
}

/**
 * @param userAgent cut by `cutAgent`
 * @param hints from `hintsOf`; without them the user agent is all there is
 */
export type ReadAgent = (userAgent: string, hints?: string) => Agent;

/** No browser sends an empty user agent. */
const NONE: Agent = { bot: { kind: 'bot', name: undefined }, context: {} };

/**
 * A reader of user agents that knows the ones it has seen lately. They must have been cut.
 *
 * @param cacheMax how many it remembers
 *
 * @example
 * const read = agentReader(5000);
 * read(cutAgent(header('user-agent') ?? '', 512), hintsOf(header)); // { bot: false, context: { browser: 'Chrome', … } }
 */
export function agentReader(cacheMax: number): ReadAgent {
  const known = new Map<string, Agent>();
  return (userAgent, hints = '') => {
    if (userAgent === '') return NONE;
    // No header holds a line break.
    const key = hints === '' ? userAgent : `${userAgent}\n${hints}`;
    const cached = known.get(key);
    if (cached) return cached;
    const agent = readAgent(userAgent, hints);
    remember(known, key, agent, cacheMax);
    return agent;
  };
}

/** The part of a user agent that is looked at: all regular expressions see it only after this. */
export function cutAgent(userAgent: string, charsMax: number): string {
  // By way of bytes: a mere slice would keep the whole header in memory for as long as it is remembered.
  return userAgent.length <= charsMax ? userAgent : Buffer.from(userAgent.slice(0, charsMax)).toString();
}

function readAgent(userAgent: string, hints: string): Agent {
  const bot = botOf(userAgent);
  // Of a browser under a program the browser is told, for sites that count it; a crawler's is only a costume.
  if (bot && bot.kind !== 'automation') {
    return { bot, context: bot.name === undefined ? { device: 'bot' } : { browser: bot.name, device: 'bot' } };
  }
  return { bot: bot ?? false, context: namesOf(userAgent, parseHints(hints)) };
}
