import { dayOf, isoOfDay } from '../../core/day.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A moment one to two hours ago that is not near a midnight of UTC, so that all that happens around it is of one day. */
export function quietMoment(now: number = Date.now()): { time: number; day: number; date: string } {
  const recent = now - HOUR;
  const sinceMidnight = recent % (24 * HOUR);
  const time = sinceMidnight < 30 * MINUTE || sinceMidnight > 23.5 * HOUR ? now - 2 * HOUR : recent;
  const day = dayOf(time, 0);
  return { time, day, date: isoOfDay(day) };
}
