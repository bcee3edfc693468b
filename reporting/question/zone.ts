import { dayOf, endOfDay, utcOffset } from '../../core/day.ts';

/** Instants and clocks of a zone. Days are numbers of days since 1970-01-01, the rest is in ms. */

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** All zones change their clocks at multiples of 15 minutes; see `core/day.ts`. */
const STEP_MS = 15 * MINUTE_MS;
/** No zone changes its clock twice within so short a time. */
const STRIDE_MS = 5 * DAY_MS;

/** How far a zone's clock is ahead of UTC. */
export function offsetMs(zone: string, time: number): number {
  return utcOffset(zone, time) * MINUTE_MS;
}

/** The local day of an instant. */
export function localDay(zone: string, time: number): number {
  return dayOf(time, utcOffset(zone, time));
}

/** The first instant of a local day: not always at 00:00, and not always 24 hours after the last one's. */
export function startOfDay(zone: string, day: number): number {
  return endOfDay(zone, day - 1);
}

/** What the clock shows at an instant, in ms since its day's midnight. */
export function clockOf(zone: string, time: number): number {
  return time + offsetMs(zone, time) - localDay(zone, time) * DAY_MS;
}

/**
 * The first instant at which the clock shows a time on a day. A time that is skipped there is the instant of the change.
 */
export function instantAt(zone: string, day: number, clock: number): number {
  const local = day * DAY_MS + clock;
  const offsets = [offsetMs(zone, local - DAY_MS), offsetMs(zone, local + DAY_MS)];
  const found = offsets.map((offset) => local - offset).filter((time) => time + offsetMs(zone, time) === local);
  if (found.length > 0) return Math.min(...found);
  // Skipped: of the two clocks around the change one is before it, the other after.
  const [from = 0, to = 0] = offsets.map((offset) => local - offset).sort((a, b) => a - b);
  return changes(zone, from, to)[0] ?? to;
}

/** A day, its year and month, from 1. */
export function calendarOf(day: number): { year: number; month: number; date: number } {
  const at = new Date(day * DAY_MS);
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, date: at.getUTCDate() };
}

/** The day of a date; months past December and before January are those of other years, dates past a month's end its last. */
export function dayOfDate(year: number, month: number, date: number): number {
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return Date.UTC(year, month - 1, Math.min(date, last)) / DAY_MS;
}

/** The instants after `from` and before `to` at which the clock changes. */
export function changes(zone: string, from: number, to: number): number[] {
  const found: number[] = [];
  for (let time = from; time < to; time = Math.min(time + STRIDE_MS, to)) {
    const end = Math.min(time + STRIDE_MS, to);
    if (offsetMs(zone, time) !== offsetMs(zone, end)) found.push(change(zone, time, end));
  }
  return found.filter((time) => time > from && time < to);
}

/** The instant of the one change between two. */
function change(zone: string, from: number, to: number): number {
  const before = offsetMs(zone, from);
  let low = Math.floor(from / STEP_MS);
  let high = Math.ceil(to / STEP_MS);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(zone, middle * STEP_MS) === before) low = middle;
    else high = middle;
  }
  return high * STEP_MS;
}

/** `2026-11-22T14:00:00+01:00`, with milliseconds where there are some. */
export function isoAt(zone: string, time: number): string {
  const offset = utcOffset(zone, time);
  const local = new Date(time + offset * MINUTE_MS).toISOString();
  const sign = offset < 0 ? '-' : '+';
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  return `${local.replace(/(\.000)?Z$/, '')}${sign}${two(hours)}:${two(minutes)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
