import type { Collection, Filter } from 'mongodb';
import type { Old } from '../../core/ports.ts';
import { BY_DAY, BY_FIRST_SEEN, BY_ID, BY_SITE } from './collections.ts';
import type { Collections } from './collections.ts';
import { dateAt, dateOfDay } from './dates.ts';

/** Documents that one command deletes: so long do others wait. */
const PORTION = 1000;

/** What a document needs to be deleted by its age. */
interface Dated {
  partition: number;
  site_id: string;
  events?: unknown[];
}

/**
 * `forget` of the store's port. No transaction is needed: nothing that is old is read again, and where the work is cut the
 * next call does the rest.
 */
export function forgetter(collections: Collections) {
  const { event_groups, analytics_events, visits, days, paths } = collections;

  return async function forget(partition: number, old: Old, signal?: AbortSignal): Promise<number> {
    const ofSite = { partition, site_id: old.site };
    const beforeDay = (day: number) => ({ ...ofSite, date: { $lt: dateOfDay(day) } });
    const events = await deleteAll(event_groups, beforeDay(old.eventsBefore), BY_DAY, signal);
    await deleteAll(analytics_events, { ...ofSite, timestamp: { $lt: dateAt(old.eventsFrom) } }, BY_SITE, signal);
    const visitorDays = await deleteAll(visits, beforeDay(old.visitsBefore), BY_FIRST_SEEN, signal);
    await deleteAll(paths, beforeDay(old.visitsBefore), BY_DAY, signal);
    await deleteAll(days, beforeDay(old.visitsBefore), BY_DAY, signal);
    return events + visitorDays;
  };
}

/** Answers how many documents went, or, of groups of events, how many events. */
async function deleteAll<T extends Dated>(
  collection: Collection<T>,
  asked: object,
  hint: object,
  signal?: AbortSignal,
): Promise<number> {
  const projection = { count: { $size: { $ifNull: ['$events', [0]] } } };
  let gone = 0;
  for (;;) {
    if (signal?.aborted) return gone;
    const options = { projection, hint, limit: PORTION };
    const rows = await collection.find<{ _id: unknown; count: number }>(asked as Filter<T>, options).toArray();
    if (rows.length === 0) return gone;
    const { partition } = asked as Dated;
    const these = { _id: { $in: rows.map(({ _id }) => _id) }, partition };
    await collection.deleteMany(these as unknown as Filter<T>, { hint: BY_ID });
    gone += rows.reduce((sum, { count }) => sum + count, 0);
  }
}
