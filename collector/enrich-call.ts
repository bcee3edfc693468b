import type { Acquisition, Context, Event } from '../core/event.ts';
import { newId } from '../core/id.ts';
import { plainAddress } from './address.ts';
import { cutAgent } from './agent.ts';
import type { Call } from './calls.ts';
import type { EnrichChoices } from './enrich.ts';
import type { CallVisitor } from './identify-call.ts';
import { keptPath } from './kept-path.ts';
import { languageOf } from './language.ts';
import { maskedEvent } from './mask.ts';
import type { Page } from './page.ts';
import { pageOfPath } from './page.ts';
import type { Parts } from './parts.ts';
import { NOWHERE } from './place.ts';
import { acquisitionOf } from './source.ts';
import type { Filed } from './time.ts';

/** When a server's event happened, in ms since 1970, and where that is in the site's calendar. */
export interface DatedCall extends Filed {
  time: number;
}

/**
 * A server's event as it goes into the log. One that came without an id gets one here.
 *
 * @param site of whose choices
 */
export function enrichCall(
  call: Call,
  dated: DatedCall,
  { visitor, userId }: CallVisitor,
  site: EnrichChoices = {},
): Event {
  const page = pageOfPath(call.path, call.hostname || undefined);
  const event: Event = {
    id: call.event_id ?? newId(),
    name: call.event_type,
    ...dated,
    visitor,
    user_id: userId,
    hostname: page.hostname,
    path: keptPath(page, site),
    title: call.title || undefined,
    acquisition:
      call.ref === undefined ? acquisitionOf(page, call.referrer, site.hostnames) : acquisitionByName(page, call.ref),
    props: call.props,
  };
  return maskedEvent(event, site);
}

/** As if the page's address named it, unless that names another. */
function acquisitionByName(page: Page, ref: string): Acquisition {
  const query = `${page.query || '?'}&ref=${encodeURIComponent(ref)}`;
  return { ...acquisitionOf({ ...page, query }, undefined), referrer: ref };
}

/** What a server says of its visitor's browser, and of where that is. */
export function contextOfCall(
  call: Call,
  { readAgent, places, limits }: Pick<Parts, 'readAgent' | 'places' | 'limits'>,
): Context {
  const agent = call.user_agent ? readAgent(cutAgent(call.user_agent, limits.userAgentCharsMax)).context : {};
  const address = call.ip === undefined ? undefined : plainAddress(call.ip);
  const place = address === undefined ? NOWHERE : places.of(address);
  return { ...agent, language: languageOf(call.language, undefined), ...place };
}
