import type { AnyBulkWriteOperation, ClientSession } from 'mongodb';
import { PAGEVIEW } from '../../sdk/src/wire.ts';
import { chunksOf } from './chunks.ts';
import type { Collections, DayRow, PathRow } from './collections.ts';
import { dateOfDay } from './dates.ts';
import type { Brought } from './event-groups.ts';
import { dayKey, keyWithin } from './keys.ts';

/** Where the views of further paths go once a site's day holds its limit of distinct ones. */
export const OTHER_PATHS = '(other)';

/** What a batch adds to one site's day. */
interface DayViews {
  key: string;
  site_id: string;
  date: string;
  views: number;
  byPath: Map<string, number>;
  /** Distinct paths that are new with it. */
  paths: number;
}

/** Documents that one command writes or asks for. */
const AT_ONCE = 1000;

/** Adds the page views that a version brings to the first seed's numbers. */
export async function writeStats(
  collections: Collections,
  pathsMax: number,
  partition: number,
  events: Brought[],
  session: ClientSession,
): Promise<void> {
  for (const added of chunksOf(viewsOf(events), AT_ONCE)) {
    await keepToLimit(collections, pathsMax, partition, added, session);
    await writePaths(collections, partition, added, session);
    const writes = added.map(({ key: _id, site_id, date, views, paths }): AnyBulkWriteOperation<DayRow> => {
      const update = { $inc: { total_views: views, paths }, $setOnInsert: { site_id, date } };
      return { updateOne: { filter: { _id, partition }, update, upsert: true } };
    });
    await collections.days.bulkWrite(writes, { session, ordered: false });
  }
}

function viewsOf(events: Brought[]): DayViews[] {
  const days = new Map<string, DayViews>();
  for (const { entry, event } of events) {
    if (event.name !== PAGEVIEW) continue;
    const date = dateOfDay(event.day);
    const key = dayKey(date, entry.site);
    const day = days.get(key) ?? {
      key,
      site_id: entry.site,
      date,
      views: 0,
      byPath: new Map<string, number>(),
      paths: 0,
    };
    days.set(key, day);
    day.views += 1;
    day.byPath.set(event.path, (day.byPath.get(event.path) ?? 0) + 1);
  }
  return [...days.values()];
}

/** Counts new paths that have no room under the name of the rest. Which are new is only asked where it may matter. */
async function keepToLimit(
  { days, paths }: Collections,
  pathsMax: number,
  partition: number,
  added: DayViews[],
  session: ClientSession,
): Promise<void> {
  const asked = { _id: { $in: added.map(({ key }) => key) }, partition };
  const rows = await days.find(asked, { session, projection: { paths: 1 } }).toArray();
  const before = new Map(rows.map(({ _id, paths: count }) => [_id, count]));
  for (const day of added) {
    const room = pathsMax - (before.get(day.key) ?? 0);
    if (day.byPath.size <= room) continue;
    const known = new Set<string>();
    for (const chunk of chunksOf([...day.byPath.keys()], AT_ONCE)) {
      const keys = chunk.map((path) => keyWithin(day.key, path));
      const found = paths.find({ _id: { $in: keys }, partition }, { session, projection: { _id: 1 } });
      for await (const { _id } of found) known.add(_id);
    }
    day.byPath = withinRoom(day, known, room);
  }
}

function withinRoom({ key, byPath }: DayViews, known: Set<string>, room: number): Map<string, number> {
  const named = new Map<string, number>();
  let left = room;
  let rest = 0;
  for (const [path, views] of byPath) {
    const isKnown = known.has(keyWithin(key, path));
    if (isKnown || left > 0) named.set(path, views);
    else rest += views;
    if (!isKnown) left -= 1;
  }
  return rest === 0 ? named : named.set(OTHER_PATHS, (named.get(OTHER_PATHS) ?? 0) + rest);
}

/** Writes the views of each path, and counts the new ones into their days. */
async function writePaths(
  { paths }: Collections,
  partition: number,
  added: DayViews[],
  session: ClientSession,
): Promise<void> {
  const all = added.flatMap((day) => [...day.byPath].map(([path, views]) => ({ day, path, views })));
  for (const chunk of chunksOf(all, AT_ONCE)) {
    const writes = chunk.map(({ day: { key, site_id, date }, path, views }): AnyBulkWriteOperation<PathRow> => {
      const update = { $inc: { views }, $setOnInsert: { site_id, date, path } };
      return { updateOne: { filter: { _id: keyWithin(key, path), partition }, update, upsert: true } };
    });
    const { upsertedIds } = await paths.bulkWrite(writes, { session, ordered: false });
    for (const n of Object.keys(upsertedIds)) {
      const one = chunk[Number(n)];
      if (one) one.day.paths += 1;
    }
  }
}
