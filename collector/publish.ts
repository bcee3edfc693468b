import type { Event } from '../core/event.ts';
import type { Site } from '../core/site.ts';
import type { Call } from './calls.ts';
import { keptQuery } from './campaign.ts';
import { countRefused } from './count-refused.ts';
import type { Bundle } from './enqueue.ts';
import { refusalOfFailure } from './failure.ts';
import { maskedFor } from './mask.ts';
import { pageOfPath } from './page.ts';
import type { Parts } from './parts.ts';
import type { Refusal } from './refusal.ts';
import { PLACES } from './tracks.ts';

/** An event of the second seed, for its topics. */
export interface Track {
  /** Names the topic: `page_view`, or the name of a custom event. */
  type: string;
  site: string;
  /** JSON as the seed has it, `{"event", "user_id", "props", "timestamp"}`, with `event_id`, by which a repetition is known, and `site_id`. */
  body: string;
}

/**
 * An event as it is judged, in the form in which it came: of what was sent only what the form knows goes on, and that as it would be
 * kept: masked, without what its addresses have in their queries beyond where the visitor comes from.
 *
 * @param event as it would go into the log
 */
export function trackOf({ said, site_id }: Call, event: Event, site: Site): Track | undefined {
  if (!said) return undefined;
  const { id, user_id, time, props = [] } = event;
  const places = Object.entries(said.props ?? {})
    .filter(([field]) => PLACES.has(field))
    .map(([field, value]): [string, unknown] => [field, placeOf(field, value, site)]);
  const body = JSON.stringify({
    event: maskedFor(site, said.event),
    ...(said.props && { props: Object.fromEntries<unknown>([...places, ...props]) }),
    user_id,
    timestamp: new Date(time).toISOString(),
    event_id: id,
    site_id,
  });
  return { type: said.event, site: site_id, body };
}

/** Of a page what is kept of it, and what of its query says where its visitor comes from; of a referrer no query at all. */
function placeOf(field: string, value: unknown, site: Site): unknown {
  if (typeof value !== 'string' || value === '') return value;
  // Without the name and password that an address may have, which look like an e-mail address.
  const url = URL.parse(value);
  const [origin, rest] = url && url.origin !== 'null' ? [url.origin, url.pathname + url.search] : ['', value];
  const { path, query } = pageOfPath(rest, undefined);
  return origin + maskedFor(site, path + (field === 'url' ? keptQuery(query, site.query_params ?? []) : ''));
}

/**
 * Puts tracks where their readers are, instead of bundles into the queue. Resolves only when they are durable.
 *
 * @returns why nothing is known to be stored, or undefined when all is
 */
export async function publishTracks(
  parts: Parts,
  tracks: Track[],
  bundles: Bundle[],
  { arrival, into }: { arrival: number; into: (tracks: Track[]) => Promise<void> },
): Promise<Refusal | undefined> {
  const began = performance.now();
  let failure: Refusal | undefined;
  try {
    await into(tracks);
    parts.metrics.appended((performance.now() - began) / 1000);
    parts.metrics.accepted(tracks.length);
  } catch (error) {
    failure = refusalOfFailure(parts, error);
  }
  for (const { site, events, refused } of bundles) {
    if (failure) countRefused(parts, site, arrival, failure.reason, events.length + refused.length);
    else for (const { refusal } of refused) countRefused(parts, site, arrival, refusal.reason, 1);
  }
  return failure;
}
