import { Unavailable } from '../core/errors.ts';
import type { Site } from '../core/site.ts';
import { Bundles } from './bundles.ts';
import type { Call } from './calls.ts';
import type { CollectorOptions } from './collector.ts';
import { countRefused } from './count-refused.ts';
import { enqueue } from './enqueue.ts';
import { refusalOfFailure } from './failure.ts';
import { parseJson } from './json.ts';
import { partsOf } from './parts-of.ts';
import { NO_FILE } from './places.ts';
import { Refusal } from './refusal.ts';
import { takeCall } from './take-call.ts';
import { TRACK_SITE, trackForm } from './tracks.ts';

/** A message in the second seed's form, of whatever program. */
export interface TrackMessage {
  /** UUID, the same whenever the message is read again. */
  id: string;
  /** When it was written, in ms since 1970: the time of an event that says none. */
  time: number;
  body: string;
  /** Where it stands, for the log. */
  place: string;
}

export interface Ingress {
  /**
   * Brings messages into the queue. Resolves when they are durable there; what is no event is counted as refused.
   *
   * @throws Unavailable (rejects) where they are to be brought again later
   */
  take(messages: TrackMessage[]): Promise<void>;
  /** Writes the last counts of what was refused. To be called before the queue is closed. */
  close(): Promise<void>;
}

export type IngressOptions = Pick<
  CollectorOptions,
  'queue' | 'store' | 'autoSites' | 'trackSite' | 'limits' | 'log' | 'now'
>;

/**
 * The way of the second seed's messages into the queue: parse, find the site, date, identify, enrich, queue. Whoever can
 * write them is trusted as the site's own servers are. A message that is brought again has the same id, and counts once.
 *
 * @example
 * const { take } = ingress({ queue, store });
 * await take([{ id, time: Date.now(), body: '{"event":"signup"}', place: 'events_signup 0 17' }]);
 */
export function ingress(options: IngressOptions): Ingress {
  // A message says no address.
  const parts = partsOf({ ...options, placesFile: NO_FILE });
  const form = trackForm(options.trackSite ?? TRACK_SITE);
  const flush = () => parts.refusals.flush().catch((error: unknown) => void refusalOfFailure(parts, error));
  const flushing = setInterval(() => void flush(), parts.limits.refusalFlushMs).unref();

  async function take(messages: TrackMessage[]): Promise<void> {
    const sorted = new Bundles();
    for (const [index, message] of messages.entries()) await sort(sorted, index, message);
    const { bundles, alone } = sorted.sealed();
    for (const { site, refusal } of alone) countRefused(parts, site, parts.now(), refusal.reason, 1);
    const failure = bundles.length > 0 ? await enqueue(parts, bundles, parts.now(), 'track') : undefined;
    if (failure) throw new Unavailable(failure.message);
  }

  async function sort(sorted: Bundles, index: number, message: TrackMessage): Promise<void> {
    const call = callOf(message);
    if (call instanceof Refusal) return refuse(undefined, call);
    const site = await parts.sites.find(call.site_id, true);
    if (site instanceof Refusal) return refuse(undefined, site);
    const event = await takeCall(parts, call, site, { at: '', arrival: message.time, trusted: () => true });
    return event instanceof Refusal ? refuse(site, event) : sorted.add(site, {}, index, event);

    function refuse(of: Site | undefined, refusal: Refusal): void {
      parts.log(`a message is no event that can be counted: ${refusal.message}`, new Error(message.place));
      sorted.refuse(of, index, refusal);
    }
  }

  function callOf({ id, body }: TrackMessage): Call | Refusal {
    const json = parseJson(body);
    const call = json instanceof Refusal ? json : form.parse(json, '');
    return call instanceof Refusal ? call : { ...call, event_id: call.event_id ?? id };
  }

  return {
    take,
    async close() {
      clearInterval(flushing);
      await flush();
      await flush();
    },
  };
}
