import type { Event } from '../core/event.ts';
import type { Call } from './calls.ts';
import { countRefused } from './count-refused.ts';
import type { Bundle } from './enqueue.ts';
import { refusalOfFailure } from './failure.ts';
import type { Parts } from './parts.ts';
import type { Refusal } from './refusal.ts';

/** An event of the second seed, for its topics. */
export interface Track {
  /** Names the topic: `page_view`, or the name of a custom event. */
  type: string;
  site: string;
  /** JSON as the seed has it, `{"event", "user_id", "props", "timestamp"}`, with `event_id`, by which a repetition is known, and `site_id`. */
  body: string;
}

/**
 * An event as it is judged, in the form in which it came: of what was sent only what the form knows goes on, and an e-mail
 * address in place of a user's id does not.
 */
export function trackOf({ said, site_id: site }: Call, { id, user_id, time }: Event): Track | undefined {
  if (!said) return undefined;
  const timestamp = new Date(time).toISOString();
  const body = JSON.stringify({ ...said, user_id, timestamp, event_id: id, site_id: site });
  return { type: said.event, site, body };
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
