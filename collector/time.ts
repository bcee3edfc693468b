import { dayOf, utcOffset } from '../core/day.ts';

/** What a batch says of its sender's clock. */
export interface SenderClock {
  sent?: number | undefined;
  offset?: number | undefined;
}

/**
 * How far in ms the server's clock is ahead of the sender's: by the moment the batch was sent, or, for a batch that a
 * browser sent later by itself, as learned from an earlier answer.
 */
export function shiftOf(clock: SenderClock, arrival: number): number {
  return clock.sent === undefined ? (clock.offset ?? 0) : arrival - clock.sent;
}

/** A sender's time by the server's clock, in whole ms. Nothing happened after it arrived. */
export function correct(time: number, shift: number, arrival: number): number {
  return Math.min(arrival, Math.round(time + shift));
}

/** Where an event belongs in its site's calendar. */
export interface Filed {
  /** Days since 1970-01-01. */
  day: number;
  /** Minutes by which the site's clock is ahead of UTC. */
  utc_offset: number;
}

/**
 * The site's local day of an instant.
 *
 * @param zone IANA name
 * @param time ms since 1970, within what `Date` can hold
 */
export function fileAt(zone: string, time: number): Filed {
  const offset = utcOffset(zone, time);
  return { day: dayOf(time, offset), utc_offset: offset };
}
