import type { Answer } from '../../../core/question.ts';

/** One bucket of the graph. */
export interface Point {
  /** Local start, as the API writes it. */
  start: string;
  value: number | null;
  /** The same of the other period; undefined: nothing is compared. */
  before: number | null | undefined;
  /** `running`: not over yet. `coming`: not begun yet, so that a 0 says nothing. */
  state: 'over' | 'running' | 'coming';
}

/** The points of an answer by time. */
export function pointsOf({ results, meta }: Answer): Point[] {
  const hasBegun = beganBy(meta.as_of, meta.time_zone);
  // A range that ends now ends within its last bucket.
  const isPast = Date.parse(meta.date_range[1]) < meta.as_of;
  return results.map(({ dimensions: [start = ''], metrics: [value = null], comparison }, index) => {
    const next = results[index + 1]?.dimensions[0];
    const over = next === undefined ? isPast : hasBegun(next);
    return {
      start,
      value,
      before: comparison?.metrics[0],
      state: over ? 'over' : hasBegun(start) ? 'running' : 'coming',
    };
  });
}

/** Whether a bucket had begun at an instant. Hours carry their distance from UTC, days are the zone's own. */
function beganBy(instant: number, zone: string): (start: string) => boolean {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
  const today = clock.format(instant);
  return (start) => (start.length === 10 ? start <= today : Date.parse(start) <= instant);
}
