import type { Answer, DateRange } from '../../../core/question.ts';
import type { Bucket } from './state.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const HOURS_DAYS_MAX = 2;
const DAYS_MAX = 92;
const WEEKS_DAYS_MAX = 400;

type Resolved = Answer['meta']['date_range'];

/** The days of a resolved range, in the site's zone, both included. The offset is in the text, so the date is its first ten signs. */
export function datesOf([from, to]: Resolved): [string, string] {
  const first = from.slice(0, 10);
  const midnight = to.slice(11, 19) === '00:00:00';
  return [first, midnight ? shiftDate(to.slice(0, 10), -1) : to.slice(0, 10)];
}

/** The period of the same length right before (-1) or after (1), as two dates. */
export function shift(range: [string, string], direction: -1 | 1): [string, string] {
  const days = daysOf(range);
  return [shiftDate(range[0], days * direction), shiftDate(range[1], days * direction)];
}

/** How many days two dates span, both included. */
export function daysOf([from, to]: [string, string]): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
}

function shiftDate(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}

/**
 * The buckets in which a range can be drawn, the best one first. Undefined while it is not known how long the range is:
 * `all` begins with the first event.
 *
 * @param resolved what an answer said of this range
 */
export function bucketsOf(range: DateRange, resolved: Resolved | undefined): Bucket[] | undefined {
  if (range === 'day' || range === '24h') return ['hour'];
  if (range === '7d') return ['day', 'hour'];
  if (range === '28d' || range === '30d' || range === 'month') return ['day', 'week'];
  if (range === '91d') return ['day', 'week', 'month'];
  if (range === '6mo') return ['week', 'day', 'month'];
  if (range === '12mo' || range === 'year') return ['month', 'week', 'day'];
  if (range === 'all') return resolved && byLength(daysOf(datesOf(resolved)));
  return byLength(daysOf([range[0].slice(0, 10), range[1].slice(0, 10)]));
}

function byLength(days: number): Bucket[] {
  if (days <= HOURS_DAYS_MAX) return ['hour'];
  if (days <= 14) return ['day', 'hour'];
  if (days <= DAYS_MAX) return ['day', 'week'];
  return days <= WEEKS_DAYS_MAX ? ['week', 'day', 'month'] : ['month', 'week'];
}
