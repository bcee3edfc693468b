import type { Site } from '../core/site.ts';
import { Refusal } from './refusal.ts';

/**
 * The refusal of an event of a day whose visits are deleted: it would begin the day anew, with a part of it.
 *
 * @param field where the time is that says so
 */
export function dayClosed(field: string, { keep_visits_days }: Site): Refusal {
  const limit = keep_visits_days === undefined ? 'a day that has not been deleted' : `${keep_visits_days} days ago`;
  const fix = "leave it out: the site's keep_visits_days has had the visits of that day deleted";
  return new Refusal('day_closed', field, limit, fix, `${field} is of a day that the site does not keep any longer`);
}
