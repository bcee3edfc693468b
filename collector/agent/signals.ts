import type { BotKind } from './bots.ts';

/** A header by which a request gives away that no person's browser sent it. */
export interface BotSignal {
  kind: BotKind;
  /** Lower case. */
  header: string;
}

const NONE: readonly BotSignal[] = [];

const HEADLESS = /headlesschrome/i;

/**
 * What a request's headers say beside its user agent. Only what no browser of a person does is a sign, for a visitor who is
 * taken for a bot is worse than a bot that is counted:
 *
 * - no `Accept-Language`: Chromium, Firefox and WebKit send it with every fetch and beacon, also from workers and when the page
 *   goes (seen with each of them);
 * - `From`: an operator's e-mail address, which RFC 9110, 10.1.2, asks of robots;
 * - `Signature-Agent`: the operator of an agent that signs its requests (Web Bot Auth), as assistants that browse do;
 * - a headless browser among the brands, where only the user agent has been forged.
 *
 * A user agent that contradicts the hints is no sign: a switch of the user agent, which people have, does that too.
 *
 * @example
 * botSignals((name) => request.headers.get(name)); // [{ kind: 'bot', header: 'accept-language' }]
 */
export function botSignals(header: (name: Lowercase<string>) => string | null): readonly BotSignal[] {
  const signals: BotSignal[] = [];
  if (!header('accept-language')) signals.push({ kind: 'bot', header: 'accept-language' });
  if (header('from')) signals.push({ kind: 'bot', header: 'from' });
  if (header('signature-agent')) signals.push({ kind: 'ai', header: 'signature-agent' });
  if (HEADLESS.test(header('sec-ch-ua') ?? '')) signals.push({ kind: 'automation', header: 'sec-ch-ua' });
  return signals.length > 0 ? signals : NONE;
}
