import { z } from 'zod';
import { wireLimits } from '../sdk/src/wire.ts';
import { callForm } from './calls.ts';
import type { Call, CallForm } from './calls.ts';
import { eventType, id, siteId, text, timestamp } from './fields.ts';
import { refusalOf } from './issue.ts';
import { pageOf } from './page.ts';
import { props } from './props.ts';
import type { Refusal } from './refusal.ts';

/**
 * The second seed's event, as it comes to `/track` and lies in its topics:
 * `{"event": "page_view", "user_id": "U1", "props": {"url": "/", "ref": "google"}, "timestamp": "2025-11-26T12:00:00Z"}`.
 * Only `event` must be there. `site_id` and `event_id` are ours, and may be added. Other fields are ignored.
 */
const track = z.object({
  event: eventType,
  user_id: z.preprocess(
    (value) => (typeof value === 'number' ? String(value) : value),
    text(wireLimits.userIdCharsMax).nullish(),
  ),
  props: z
    .object({
      url: text(wireLimits.urlCharsMax).nullish(),
      ref: text(wireLimits.urlCharsMax).nullish(),
      referrer: text(wireLimits.urlCharsMax).nullish(),
    })
    .nullish(),
  timestamp: timestamp.nullish(),
  event_id: id.optional(),
  site_id: siteId.optional(),
});

/** The site of those that name none, where no other is set. */
export const TRACK_SITE = 'default';

/** Properties that say where an event happened; all others are the event's own. */
export const PLACES: ReadonlySet<string> = new Set(['url', 'ref', 'referrer']);

/**
 * The form of the second seed's events.
 *
 * @param site of those that name none
 * @example
 * const calls = parseCalls(body, eventsMax, trackForm('default'));
 */
export function trackForm(site: string): CallForm {
  return { parse, siteOf: (item) => callForm.siteOf(item) ?? site };

  function parse(item: unknown, at: string): Call | Refusal {
    const known = track.safeParse(item);
    if (!known.success) return refusalOf(known.error, at);
    const own = props.safeParse(ownProps(item as Said));
    if (!own.success) return refusalOf(own.error, at ? `${at}.props` : 'props');
    const { event, user_id, event_id, site_id } = known.data;
    return {
      site_id: site_id ?? site,
      event_type: event,
      ...placeOf(known.data.props ?? {}),
      user_id: user_id || undefined,
      timestamp: known.data.timestamp ?? undefined,
      event_id,
      props: own.data,
      said: saidOf(item as Said),
    };
  }
}

/** An item that the schema has let pass. */
interface Said {
  event: string;
  props?: Record<string, unknown> | null;
}

function saidOf({ event, props: said }: Said): Call['said'] {
  return { event, ...(said && { props: said }) };
}

function ownProps({ props: all }: Said): Record<string, unknown> | undefined {
  if (!all) return undefined;
  return Object.fromEntries(Object.entries(all).filter(([name, value]) => !PLACES.has(name) && value !== null));
}

/** `url` may be a path or a full address, `ref` an address or a name. */
function placeOf(
  said: NonNullable<z.infer<typeof track>['props']>,
): Pick<Call, 'path' | 'hostname' | 'referrer' | 'ref'> {
  const url = said.url || '/';
  const page = pageOf(url);
  const ref = said.referrer || said.ref || undefined;
  const isAddress = ref !== undefined && URL.canParse(ref);
  return {
    path: page ? page.path + page.query : url,
    hostname: page?.hostname,
    referrer: isAddress ? ref : undefined,
    ref: isAddress ? undefined : ref,
  };
}
