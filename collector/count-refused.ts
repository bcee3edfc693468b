import type { Site } from '../core/site.ts';
import type { Parts } from './parts.ts';
import type { Reason } from './refusal.ts';
import { fileAt } from './time.ts';

/**
 * Counts refused events that come with none that is stored: for Prometheus at once, by site and day a little later.
 *
 * @param site undefined where none is known: the day is UTC's then, and ids that someone guesses make no counts
 * @param arrival ms since 1970
 */
export function countRefused(
  { metrics, refusals }: Pick<Parts, 'metrics' | 'refusals'>,
  site: Site | undefined,
  arrival: number,
  reason: Reason,
  count: number,
): void {
  metrics.refused(reason, count);
  refusals.count(site?.id ?? '', fileAt(site?.zone ?? 'UTC', arrival).day, reason, count);
}
