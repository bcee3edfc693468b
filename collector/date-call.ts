import type { Limits } from '../core/limits.ts';
import type { Call } from './calls.ts';
import { Refusal } from './refusal.ts';

/**
 * When a server's event happened, in ms since 1970: its timestamp, or its arrival where it has none or one that is a
 * little ahead of our clock.
 *
 * @param trusted whether the caller may tell of long ago
 */
export function dateCall(
  call: Call,
  at: string,
  arrival: number,
  trusted: () => boolean,
  limits: Pick<Limits, 'clockAheadMsMax' | 'eventAgeMsMax'>,
): number | Refusal {
  const time = call.timestamp;
  if (time === undefined) return arrival;
  const field = `${at}timestamp`;
  if (time > arrival + limits.clockAheadMsMax) {
    const fix = 'set the clock of the sender, or leave the timestamp out';
    return new Refusal('in_future', field, limits.clockAheadMsMax, fix, `${field} is too far in the future`);
  }
  if (time < 0) return new Refusal('too_old', field, '1970-01-01', 'send when it happened', `${field} is before 1970`);
  if (arrival - time > limits.eventAgeMsMax && !trusted()) return needsKey(field);
  return Math.min(arrival, time);
}

/** What only the site's own servers may say. */
export function needsKey(field: string): Refusal {
  const fix = "send the site's key as Authorization: Bearer <key>, or leave the field out";
  return new Refusal('key_required', field, "with the site's key", fix, `${field} is taken only with the site's key`);
}
