import type { Event } from '../core/event.ts';
import { ENGAGEMENT } from '../sdk/src/wire.ts';
import type { DatedEvent } from './date-batch.ts';
import { acquisitionOf } from './source.ts';

/**
 * A browser's event as it goes into the log.
 *
 * @param visitor its visitor's key on its day; undefined: it counts without a visitor
 * @param userId as it is stored
 * @param own the site's hosts, which are no sources
 */
export function enrich(
  dated: DatedEvent,
  visitor: string | undefined,
  userId: string | undefined,
  own?: readonly string[],
): Event {
  const { event, time, day, utc_offset } = dated;
  const { hostname, path } = event.url;
  const base = { id: event.id, name: event.name, time, day, utc_offset, visitor, user_id: userId, hostname, path };
  if (event.name === ENGAGEMENT) {
    return { ...base, view: event.view, engaged_ms: event.engaged_ms, depth: event.depth };
  }
  return {
    ...base,
    title: event.title || undefined,
    acquisition: acquisitionOf(event.url, event.referrer, own),
    props: propsOf(event),
    interactive: event.interactive === false ? false : undefined,
  };
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
