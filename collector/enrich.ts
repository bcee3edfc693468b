import type { Event } from '../core/event.ts';
import type { Site } from '../core/site.ts';
import { ENGAGEMENT } from '../sdk/src/wire.ts';
import type { DatedEvent } from './date-batch.ts';
import { keptPath } from './kept-path.ts';
import { maskedEvent } from './mask.ts';
import { acquisitionOf } from './source.ts';

/** What of a site's choices says what is kept of its events. */
export type EnrichChoices = Pick<Site, 'hostnames' | 'query_params' | 'masking'>;

/**
 * A browser's event as it goes into the log.
 *
 * @param visitor its visitor's key on its day; undefined: it counts without a visitor
 * @param userId as it is stored
 * @param site of whose choices: its hosts are no sources, and some parameters may be a part of its pages
 */
export function enrich(
  dated: DatedEvent,
  visitor: string | undefined,
  userId: string | undefined,
  site: EnrichChoices = {},
): Event {
  const { event, time, day, utc_offset } = dated;
  const { hostname } = event.url;
  const path = keptPath(event.url, site);
  const base = { id: event.id, name: event.name, time, day, utc_offset, visitor, user_id: userId, hostname, path };
  if (event.name === ENGAGEMENT) {
    return maskedEvent({ ...base, view: event.view, engaged_ms: event.engaged_ms, depth: event.depth }, site);
  }
  const whole = {
    ...base,
    title: event.title || undefined,
    acquisition: acquisitionOf(event.url, event.referrer, site.hostnames),
    props: propsOf(event),
    interactive: event.interactive === false ? (false as const) : undefined,
  };
  return maskedEvent(whole, site);
}

/** The properties, with what the event was worth, where none of them is called so. */
function propsOf({ props = [], revenue }: DatedEvent['event']): Event['props'] {
  if (!revenue) return props.length > 0 ? props : undefined;
  const { amount, currency } = revenue;
  const own: NonNullable<Event['props']> = [
    ['revenue', amount],
    ['currency', currency],
  ];
  return [...props, ...own.filter(([name]) => !props.some(([other]) => other === name))];
}
