import type { Metric } from '../../core/question.ts';
import type { Row } from '../replica/database.ts';

/** A metric's values, in the order of the question's metrics; null where there is no base. */
export type Values = (number | null)[];

const COUNTS: readonly Metric[] = ['visitors', 'visits', 'pageviews', 'events'];
/** Hundredths of what is shown, in one of what the database says: percent of a share, seconds of ms. */
const HUNDREDTHS: Partial<Record<Metric, number>> = { bounce_rate: 10_000, visit_duration: 0.1, engaged_time: 0.1 };

/** The values at the end of a row of the database, to two decimals. */
export function valuesOf(row: Row | undefined, from: number, metrics: readonly Metric[]): Values {
  return metrics.map((metric, place) => {
    const value = row?.[from + place];
    if (typeof value !== 'number') return COUNTS.includes(metric) ? 0 : null;
    return Math.round(value * (HUNDREDTHS[metric] ?? 100)) / 100;
  });
}

/** The change in percent from `before` to `now`, as they are shown; null where there was nothing. */
export function changeOf(now: Values, before: Values): Values {
  return now.map((value, place) => {
    const other = before[place] ?? null;
    return value === null || other === null || other === 0
      ? null
      : Math.round((10_000 * (value - other)) / other) / 100;
  });
}
