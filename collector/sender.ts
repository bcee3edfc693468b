import { clientAddress, plainAddress } from './address.ts';
import { hintsOf } from './agent/hints.ts';
import type { Agent } from './agent.ts';
import { cutAgent } from './agent.ts';
import type { Incoming } from './door.ts';
import type { Traits } from './identify.ts';
import type { Parts } from './parts.ts';
import { NOWHERE, placeByHeader } from './place.ts';
import type { Place } from './place.ts';

/** Who sends a browser's request: what the shield judges and what a visitor is recognised by. It goes no further. */
export interface Sender {
  agent: Agent;
  /** Undefined where the server does not know the address of its peer: the events count without a visitor then. */
  traits: Traits | undefined;
  place: Place;
  header: Incoming['header'];
}

/** The sender of a request. */
export function senderOf(incoming: Incoming, parts: Parts): Sender {
  const { header, peer } = incoming;
  const agent = cutAgent(header('user-agent') ?? '', parts.limits.userAgentCharsMax);
  const address = clientAddress(peer, () => header('x-forwarded-for'), parts.isTrusted);
  const traits = address === undefined ? undefined : { address, agent };
  return { agent: parts.readAgent(agent, hintsOf(header)), traits, place: placeOf(incoming, address, parts), header };
}

/** By the file; where a setting names a CDN's header, by that, from a proxy that is believed. */
function placeOf({ header, peer }: Incoming, address: string | undefined, parts: Parts): Place {
  const found = address === undefined ? NOWHERE : parts.places.of(address);
  if (parts.countryHeader === undefined || peer === undefined) return found;
  return parts.isTrusted(plainAddress(peer) ?? peer) ? placeByHeader(header(parts.countryHeader), found) : found;
}
