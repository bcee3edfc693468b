import { dayOfIso } from '../../core/day.ts';
import type { DateRange, Question } from '../../core/question.ts';
import { Wrong } from './wrong.ts';
import { calendarOf, clockOf, dayOfDate, instantAt, localDay, startOfDay } from './zone.ts';

/** A range of instants, the second excluded, in ms since 1970. */
export interface Range {
  from: number;
  to: number;
  /** `days`: it is of local days, the last one up to now perhaps. `span`: of instants. */
  kind: 'days' | 'span';
}

export interface RangeOptions {
  /** IANA name. */
  zone: string;
  /** ms since 1970. */
  now: number;
  /** When the site's first event happened; undefined: there is none. */
  first?: number | undefined;
}

type CustomRange = Exclude<DateRange, string>;

const DAY_RANGES: Partial<Record<DateRange & string, number>> = { day: 1, '7d': 7, '28d': 28, '30d': 30, '91d': 91 };
/** Beyond these years clocks and calendars are guesses. */
const [FIRST, LAST] = ['1970-01-02', '2199-12-31'];

/**
 * The instants of a question's range. Named ranges end now.
 *
 * @throws Wrong if its end is before its beginning, or it is too far away
 * @example
 * resolveRange('7d', { zone: 'Europe/Berlin', now: Date.now() });
 */
export function resolveRange(range: DateRange, options: RangeOptions, field = 'date_range'): Range {
  const { zone, now, first } = options;
  if (typeof range !== 'string') return custom(range, zone, field);
  if (range === '24h') return { from: now - 24 * 60 * 60 * 1000, to: now, kind: 'span' };
  const today = localDay(zone, now);
  const since = (day: number): Range => ({ from: startOfDay(zone, day), to: now, kind: 'days' });
  const { year, month } = calendarOf(today);
  switch (range) {
    case 'month':
      return since(dayOfDate(year, month, 1));
    case '6mo':
      return since(dayOfDate(year, month - 5, 1));
    case '12mo':
      return since(dayOfDate(year, month - 11, 1));
    case 'year':
      return since(dayOfDate(year, 1, 1));
    case 'all':
      return since(Math.min(today, localDay(zone, first ?? now)));
    default:
      return since(today + 1 - (DAY_RANGES[range] ?? 1));
  }
}

function custom([first, second]: CustomRange, zone: string, field: string): Range {
  const [firstDay, lastDay] = [dayOfIso(first), dayOfIso(second)];
  const isDays = firstDay !== undefined && lastDay !== undefined;
  const range: Range = isDays
    ? { from: startOfDay(zone, firstDay), to: startOfDay(zone, lastDay + 1), kind: 'days' }
    : { from: Date.parse(first), to: Date.parse(second), kind: 'span' };
  if (range.from >= range.to) {
    throw new Wrong(field, 'an end after the beginning', 'put the earlier one first');
  }
  if (range.from < Date.parse(FIRST) || range.to > Date.parse(LAST)) {
    throw new Wrong(field, `a time from ${FIRST} to ${LAST}`, 'ask for a nearer time');
  }
  return range;
}

/**
 * The range that another one is compared with: of the same length right before it, a year before, or any.
 *
 * @throws Wrong as `resolveRange`
 */
export function comparisonRange(
  wanted: NonNullable<Question['include']['comparison']>,
  { from, to, kind }: Range,
  zone: string,
): Range {
  if (typeof wanted !== 'string') return custom(wanted, zone, 'include.comparison');
  if (wanted === 'year_before') return { from: yearBefore(zone, from), to: yearBefore(zone, to), kind };
  if (kind === 'span') return { from: from - (to - from), to: from, kind };
  const days = localDay(zone, to - 1) - localDay(zone, from) + 1;
  return { from: daysBefore(zone, from, days), to: daysBefore(zone, to, days), kind };
}

/** The same time of the clock, so many days before. */
function daysBefore(zone: string, time: number, days: number): number {
  return moved(zone, time, localDay(zone, time) - days);
}

/** The same date and time of the clock a year before; of 29 February, the 28th. */
function yearBefore(zone: string, time: number): number {
  const { year, month, date } = calendarOf(localDay(zone, time));
  return moved(zone, time, dayOfDate(year - 1, month, date));
}

function moved(zone: string, time: number, day: number): number {
  if (time === startOfDay(zone, localDay(zone, time))) return startOfDay(zone, day);
  return instantAt(zone, day, clockOf(zone, time));
}
