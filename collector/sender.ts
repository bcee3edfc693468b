import { clientAddress } from './address.ts';
import type { Agent } from './agent.ts';
import { cutAgent } from './agent.ts';
import type { Incoming } from './door.ts';
import type { Traits } from './identify.ts';
import type { Parts } from './parts.ts';

/** Who sends a browser's request: what the shield judges and what a visitor is recognised by. It goes no further. */
export interface Sender {
  agent: Agent;
  /** Undefined where the server does not know the address of its peer: the events count without a visitor then. */
  traits: Traits | undefined;
  header: Incoming['header'];
}

/** The sender of a request. */
export function senderOf({ header, peer }: Incoming, parts: Parts): Sender {
  const agent = cutAgent(header('user-agent') ?? '', parts.limits.userAgentCharsMax);
  const address = clientAddress(peer, () => header('x-forwarded-for'), parts.isTrusted);
  return { agent: parts.readAgent(agent), traits: address === undefined ? undefined : { address, agent }, header };
}
