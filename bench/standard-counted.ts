import type { Db } from 'mongodb';

/** What lies in a database, counted past all of Footfall's code. */
export interface StandardCounted {
  events: number;
  /** Different ids of events. */
  ids: number;
  /** Page views among the events. */
  pageviews: number;
  /** Page views by the numbers of the days, and by those of the paths. */
  totalViews: number;
  pathViews: number;
}

/** Events that are committed by now; quick, and of any number. */
export async function eventsIn(db: Db): Promise<number> {
  return sumOf(db, 'event_groups', { $size: '$events' });
}

/** Counts what ours has written. */
export async function countedIn(db: Db): Promise<StandardCounted> {
  const events = db.collection('events');
  const ids = [{ $group: { _id: ['$site_id', '$event_id'] } }, { $count: 'count' }];
  const [one] = await events.aggregate<{ count: number }>(ids, { allowDiskUse: true }).toArray();
  return {
    events: await eventsIn(db),
    ids: one?.count ?? 0,
    pageviews: await events.countDocuments({ event_type: 'page_view' }),
    totalViews: await sumOf(db, 'days', '$total_views'),
    pathViews: await sumOf(db, 'paths', '$views'),
  };
}

/** @throws Error if anything is counted twice or not at all */
export function checkOnce(
  what: string,
  counted: StandardCounted,
  { least, most }: { least: number; most: number },
): void {
  const { events, ids, pageviews, totalViews, pathViews } = counted;
  const isWhole = events >= least && events <= most && ids === events;
  if (isWhole && totalViews === pageviews && pathViews === pageviews) return;
  throw new Error(`${what}: ${least} to ${most} events were to be counted once: ${JSON.stringify(counted)}`);
}

async function sumOf(db: Db, collection: string, value: unknown): Promise<number> {
  const sum = [{ $group: { _id: 0, sum: { $sum: value } } }];
  const [one] = await db.collection(collection).aggregate<{ sum: number }>(sum).toArray();
  return one?.sum ?? 0;
}
