const DAY_MS = 24 * 60 * 60 * 1000;

/** The last that was asked for: a batch's events are nearly all of one day. */
let last = { day: 0, date: '1970-01-01' };

/** `2026-11-22` of a day number, and back: also of years that have more than four digits. */
export function dateOfDay(day: number): string {
  if (day !== last.day) {
    const iso = new Date(day * DAY_MS).toISOString();
    last = { day, date: iso.slice(0, iso.indexOf('T')) };
  }
  return last.date;
}

/** A `Date` of ms since 1970. The driver would make 1970 of one that is none. */
export function dateAt(ms: number): Date {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) throw new RangeError(`${ms} ms since 1970 is no date`);
  return date;
}

export function dayOfDate(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}
