import { isbot } from 'isbot';
import { AI_BOTS, AUTOMATION, MISSED, NAMED_BOTS } from './bot-names.ts';

/**
 * `ai`: collects pages for a language model, or reads them for one who asks it. `automation`: a browser that a program drives,
 * as tests do. `bot`: all others, and scripts.
 */
export type BotKind = 'ai' | 'automation' | 'bot';

export interface Bot {
  kind: BotKind;
  /** As its operator calls it; undefined for those that are not in the list. */
  name: string | undefined;
}

// One pattern a list, without a quantifier: each character is looked at a bounded number of times.
const ai = anyOf(AI_BOTS);
const automation = anyOf(AUTOMATION);
const named = anyOf(NAMED_BOTS);
const missed = anyOf(MISSED);

/**
 * Which bot says so in its user agent, or undefined for a browser. Whether it is one is decided by isbot, and by our lists for
 * those that it does not know; our lists tell which.
 *
 * @param userAgent not empty, cut by `cutAgent`
 */
export function botOf(userAgent: string): Bot | undefined {
  const driven = automation.find(userAgent);
  const missing = missed.find(userAgent);
  if (!driven && !missing && !isbot(userAgent)) return undefined;
  const who = ai.find(userAgent);
  if (who) return { kind: 'ai', name: who };
  // A crawler that drives a browser is a crawler.
  if (driven && !isbot(userAgent.replace(driven, 'Chrome'))) return { kind: 'automation', name: driven };
  return { kind: 'bot', name: named.find(userAgent) ?? missing ?? driven };
}

interface NameList {
  /** The name that stands in the text, as the list spells it. */
  find: (text: string) => string | undefined;
}

/** @param names found in any case, as long as no letter stands before or behind */
function anyOf(names: readonly string[]): NameList {
  // The longest first: of two that begin alike it is the one that is meant.
  const words = [...names].sort((a, b) => b.length - a.length).map((name) => name.replaceAll('.', '\\.'));
  const pattern = new RegExp(`(?<![a-z])(?:${words.join('|')})(?![a-z])`, 'i');
  const byWord = new Map(names.map((name) => [name.toLowerCase(), name]));
  return {
    find(text) {
      const word = pattern.exec(text)?.[0];
      return word === undefined ? undefined : byWord.get(word.toLowerCase());
    },
  };
}
