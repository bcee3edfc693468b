import type { Site } from '../core/site.ts';
import { visitorOfUser } from '../core/visitor.ts';
import { plainAddress } from './address.ts';
import { cutAgent } from './agent.ts';
import type { Call } from './calls.ts';
import { plainUserId, visitorKey } from './identify.ts';
import { Refusal } from './refusal.ts';
import { DEAD } from './salts.ts';
import type { Salts } from './salts.ts';

/** Whom a server's event is of. */
export interface CallVisitor {
  visitor?: string;
  /** As it is stored. */
  userId?: string;
}

/**
 * Whom a server's event is of: the user it names, else whoever has that address and agent on that day, else nobody.
 *
 * @param at where the event is in the body: '', or `[3].`
 * @throws Unavailable (rejects) where the day's salt is not in memory and the store is away
 */
export async function identifyCall(
  call: Call,
  at: string,
  site: Site,
  day: number,
  salts: Salts,
  agentCharsMax: number,
): Promise<CallVisitor | Refusal> {
  if (call.user_id !== undefined) {
    const userId = plainUserId(site, call.user_id);
    return { visitor: visitorOfUser(userId), userId };
  }
  const address = call.ip === undefined ? undefined : plainAddress(call.ip);
  if (address === undefined || !call.user_agent) return {};
  const salt = await salts.of(site, day);
  if (salt === DEAD) {
    const limit = 'the day after it happened';
    const fix = 'send user_id: address and agent of so long ago tell nobody apart any more';
    return new Refusal('too_old', `${at}timestamp`, limit, fix, "that day's salt has died");
  }
  return { visitor: visitorKey(salt, site, { address, agent: cutAgent(call.user_agent, agentCharsMax) }) };
}
