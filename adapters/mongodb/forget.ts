import type { Collection } from 'mongodb';
import type { Old } from '../../core/ports.ts';
import { BY_DAY, BY_FIRST_SEEN, BY_SITE } from './collections.ts';
import type { Collections } from './collections.ts';
import { dateAt, dateOfDay } from './dates.ts';
import { deletePortion } from './delete-portion.ts';

/**
 * `forget` of the store's port. No transaction is needed: nothing that is old is read again, and where the work is cut the
 * next call does the rest.
 */
export function forgetter({ event_groups, analytics_events, visits, days, paths }: Collections) {
  return async function forget(partition: number, old: Old, signal?: AbortSignal): Promise<number> {
    const ofSite = { partition, site_id: old.site };
    const oldEvents = { ...ofSite, date: { $lt: dateOfDay(old.eventsBefore) } };
    const oldTracks = { ...ofSite, timestamp: { $lt: dateAt(old.eventsFrom) } };
    const oldDays = { ...ofSite, date: { $lt: dateOfDay(old.visitsBefore) } };

    const events = await deleteAll(event_groups, oldEvents, BY_DAY);
    await deleteAll(analytics_events, oldTracks, BY_SITE);
    const visitorDays = await deleteAll(visits, oldDays, BY_FIRST_SEEN);
    await deleteAll(paths, oldDays, BY_DAY);
    await deleteAll(days, oldDays, BY_DAY);
    return events + visitorDays;

    async function deleteAll<T extends typeof ofSite>(
      collection: Collection<T>,
      asked: typeof ofSite,
      hint: object,
    ): Promise<number> {
      let gone = 0;
      for (let more = true; more; ) {
        if (signal?.aborted) return gone;
        const deleted = await deletePortion(collection, asked, hint);
        gone += deleted.gone;
        more = deleted.more;
      }
      return gone;
    }
  };
}
