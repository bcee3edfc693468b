import { refusalOfFailure } from './failure.ts';
import type { Bundles } from './bundles.ts';
import type { Calls } from './calls.ts';
import { countRefused } from './count-refused.ts';
import type { Bundle } from './enqueue.ts';
import type { Parts } from './parts.ts';
import { Refusal } from './refusal.ts';

/** An event of the second seed, for its topics. */
export interface Track {
  /** Names the topic: `page_view`, or the name of a custom event. */
  type: string;
  site: string;
  /** JSON as the seed has it, `{"event", "user_id", "props", "timestamp"}`, and `event_id`, by which a repetition is known. */
  body: string;
}

/** What was accepted, as it was said, with an id, and with the time of its arrival where it said none. */
export function tracksOf({ calls }: Calls, results: Bundles['results'], arrival: number): Track[] {
  return calls.flatMap(({ index, call }) => {
    const result = results[index];
    if (!result || result instanceof Refusal || !call.said) return [];
    const { said } = call;
    const timestamp = said.timestamp ?? new Date(arrival).toISOString();
    const body = JSON.stringify({ ...said, timestamp, event_id: result.event_id });
    return [{ type: said.event, site: call.site_id, body }];
  });
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
