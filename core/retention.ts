import { dayOf, endOfDay, utcOffset } from './day.ts';
import type { Documents, Old } from './ports.ts';
import { SITE_KIND, siteSchema } from './site.ts';
import type { Site } from './site.ts';

/** The kind under which the store's documents keep up to where a site's old days have been deleted, by site. */
export const RETENTION_KIND = 'retention';

/** What a site's retention is decided by. */
export type Retained = Pick<Site, 'zone' | 'keep_events_days' | 'keep_visits_days' | 'closed'>;

/** Days below these, since 1970-01-01; 0: all are kept. */
export interface Closed {
  /** They have no raw events any more. */
  eventsBefore: number;
  /** They have no visits and numbers either, and nothing is taken for them. */
  visitsBefore: number;
}

/**
 * The days that a site does not keep any longer. They never come to be fewer: what was deleted by one choice stays closed
 * under the next (`Site.closed`).
 *
 * @param now ms since 1970
 * @example
 * closedOf({ zone: 'UTC', keep_events_days: 30 }, now).eventsBefore; // today's day less 30
 */
export function closedOf({ zone, keep_events_days, keep_visits_days, closed }: Retained, now: number): Closed {
  const today = dayOf(now, utcOffset(zone, now));
  const before = (days: number | undefined): number => (days === undefined ? 0 : today - days);
  const visitsBefore = Math.max(closed?.visits_before ?? 0, before(keep_visits_days));
  const eventsBefore = Math.max(closed?.events_before ?? 0, before(keep_events_days), visitsBefore);
  return { eventsBefore, visitsBefore };
}

/**
 * What a store is to delete of a site; undefined where it keeps all.
 *
 * @param now ms since 1970
 */
export function oldOf(site: Site, now: number): Old | undefined {
  const closed = closedOf(site, now);
  if (closed.eventsBefore === 0) return undefined;
  return { site: site.id, ...closed, eventsFrom: endOfDay(site.zone, closed.eventsBefore - 1) };
}

/**
 * What is to be deleted of all sites.
 *
 * @param now ms since 1970
 */
export async function allOld(documents: Pick<Documents, 'list'>, now: number): Promise<Old[]> {
  const sites = await documents.list(SITE_KIND);
  return sites.flatMap(({ value }) => oldOf(siteSchema.parse(value), now) ?? []);
}
