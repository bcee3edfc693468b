import type { ClientSession } from 'mongodb';
import type { Collections } from './collections.ts';
import { dayKey, keyWithin } from './keys.ts';
import { OTHER_PATHS } from './stats.ts';

/** A page view that counts no more. */
export interface Lowered {
  date: string;
  path: string;
}

/** Takes a site's page views out of its numbers. A path beyond its day's limit was counted under another name. */
export async function lowerStats(
  { days, paths }: Collections,
  partition: number,
  site: string,
  views: Lowered[],
  session: ClientSession,
): Promise<void> {
  if (views.length === 0) return;
  const keyed = views.map(({ date, path }) => {
    const day = dayKey(date, site);
    return { day, path: keyWithin(day, path) };
  });
  const asked = { _id: { $in: keyed.map(({ path }) => path) }, partition };
  const found = await paths.find(asked, { session, projection: { _id: 1 } }).toArray();
  const named = new Set(found.map(({ _id }) => _id));
  const counted = keyed.map(({ day, path }) => (named.has(path) ? path : keyWithin(day, OTHER_PATHS)));
  const byPath = countsOf(counted).map(([_id, count]) => ({
    updateOne: { filter: { _id, partition }, update: { $inc: { views: -count } } },
  }));
  const byDay = countsOf(keyed.map(({ day }) => day)).map(([_id, count]) => ({
    updateOne: { filter: { _id, partition }, update: { $inc: { total_views: -count } } },
  }));
  await paths.bulkWrite(byPath, { session, ordered: false });
  await days.bulkWrite(byDay, { session, ordered: false });
}

function countsOf(keys: string[]): [string, number][] {
  return [...Map.groupBy(keys, (key) => key)].map(([key, all]) => [key, all.length]);
}
