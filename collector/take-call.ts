import type { Event } from '../core/event.ts';
import { closedOf } from '../core/retention.ts';
import type { Site } from '../core/site.ts';
import type { Call } from './calls.ts';
import { dateCall } from './date-call.ts';
import { dayClosed } from './day-closed.ts';
import { enrichCall } from './enrich-call.ts';
import { identifyCall } from './identify-call.ts';
import type { Parts } from './parts.ts';
import { Refusal } from './refusal.ts';
import { fileAt } from './time.ts';

/**
 * A server's event as it goes into the log, or why not.
 *
 * @param at where the event is in the body: '', or `[3].`
 * @param arrival ms since 1970
 * @param trusted whether the caller may tell of long ago
 * @throws Unavailable (rejects) where the day's salt is not in memory and the store is away
 */
export async function takeCall(
  { salts, limits }: Pick<Parts, 'salts' | 'limits'>,
  call: Call,
  site: Site,
  { at, arrival, trusted }: { at: string; arrival: number; trusted: () => boolean },
): Promise<Event | Refusal> {
  const time = dateCall(call, at, arrival, trusted, limits);
  if (time instanceof Refusal) return time;
  const filed = fileAt(site.zone, time);
  if (filed.day < closedOf(site, arrival).visitsBefore) return dayClosed(`${at}timestamp`, site);
  const visitor = await identifyCall(call, at, site, filed.day, salts, limits.userAgentCharsMax);
  return visitor instanceof Refusal ? visitor : enrichCall(call, { time, ...filed }, visitor, site);
}
