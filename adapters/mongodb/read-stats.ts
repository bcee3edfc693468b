import type { ClientSession } from 'mongodb';
import type { DayStats } from '../../core/ports.ts';
import type { Collections } from './collections.ts';
import { dateOfDay } from './dates.ts';
import { dayKey } from './keys.ts';

/** The first that a `Date` can be. */
const FIRST_DATE = new Date(-8.64e15);

/** Reads `DayStats`; a day without events is all zero. */
export async function readStats(
  { days, visits, paths }: Collections,
  partitions: number[],
  site_id: string,
  day: number,
  top: number,
  session: ClientSession,
): Promise<DayStats> {
  const date = dateOfDay(day);
  const partition = { $in: partitions };
  const ofDay = { site_id, date, partition };
  const total = await days.findOne({ _id: dayKey(date, site_id), partition }, { session });
  // A range, and not `$exists`, so that the index alone answers.
  const unique_users = await visits.countDocuments({ ...ofDay, first_seen: { $gte: FIRST_DATE } }, { session });
  const most = paths.find({ ...ofDay, views: { $gt: 0 } }, { session, projection: { _id: 0, path: 1, views: 1 } });
  return {
    total_views: total?.total_views ?? 0,
    unique_users,
    paths: top > 0 ? await most.sort({ views: -1, path: 1 }).limit(top).toArray() : [],
  };
}
