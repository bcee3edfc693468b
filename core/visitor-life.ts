/** How long a browser's visitor is known as the same one. */
export const VISITOR_LIVES = ['day', 'week', 'month'] as const;

export type VisitorLife = (typeof VISITOR_LIVES)[number];

/** How long a site's visitors live. */
export function lifeOf({ visitor_life = 'day' }: { visitor_life?: VisitorLife | undefined }): VisitorLife {
  return visitor_life;
}

/** Days, both included, in days since 1970-01-01. */
export interface Period {
  first: number;
  last: number;
}

const WEEK = 7;
/** 1970-01-01 was a Thursday: the days since the Monday of its week. */
const THURSDAY = 3;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The days within which a visitor of some day is the same one: that day, its week from Monday to Sunday (ISO 8601), or
 * its month of the calendar.
 *
 * @param day in days since 1970-01-01, in the site's zone
 * @example
 * periodOf('week', 20_783); // { first: 20_780, last: 20_786 }: Thursday 2026-11-26, from Monday to Sunday
 */
export function periodOf(life: VisitorLife, day: number): Period {
  if (life === 'day') return { first: day, last: day };
  if (life === 'week') {
    const first = day - ((((day + THURSDAY) % WEEK) + WEEK) % WEEK);
    return { first, last: first + WEEK - 1 };
  }
  const date = new Date(day * DAY_MS);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { first: Date.UTC(year, month, 1) / DAY_MS, last: Date.UTC(year, month + 1, 1) / DAY_MS - 1 };
}
