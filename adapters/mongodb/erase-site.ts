import type { Collection, ObjectId } from 'mongodb';
import { IMPORT_KIND } from '../../core/import.ts';
import { eraseAnalyticsEvents } from './analytics-events.ts';
import { BY_DAY, BY_FIRST_SEEN, BY_ID } from './collections.ts';
import type { Collections } from './collections.ts';
import type { Erased, EraseStep } from './erase.ts';

/** What visits, days and paths have in common. */
interface Keyed {
  _id: string;
  partition: number;
  site_id: string;
}

/** Documents of each collection that one transaction removes. */
const PORTION = 1000;

/**
 * Deletes all that the store keeps of a site. Its document and its salts are not the store's to know: whoever removes the
 * site deletes them.
 */
export async function eraseSite(
  collections: Collections,
  site_id: string,
  { partition, version, until, session }: EraseStep,
): Promise<Erased> {
  const { event_groups, visits, paths, days, documents, erasures } = collections;
  const asked = { partition, site_id };
  const counting = { session, projection: { count: { $size: '$events' } }, hint: BY_DAY, limit: PORTION };
  const groups = await event_groups.find<{ _id: ObjectId; count: number }>(asked, counting).toArray();
  const theirs = { _id: { $in: groups.map(({ _id }) => _id) }, partition };
  await event_groups.deleteMany(theirs, { session, hint: BY_ID });
  const events = groups.reduce((sum, { count }) => sum + count, 0);

  /** Whether that was all. */
  async function deleteSome(collection: Collection<Keyed>, hint: object): Promise<boolean> {
    const options = { session, projection: { _id: 1 }, hint, limit: PORTION };
    const rows = await collection.find(asked, options).toArray();
    const found = { _id: { $in: rows.map(({ _id }) => _id) }, partition };
    await collection.deleteMany(found, { session, hint: BY_ID });
    return rows.length < PORTION;
  }
  const all = [
    groups.length < PORTION,
    await deleteSome(visits as unknown as Collection<Keyed>, BY_FIRST_SEEN),
    await deleteSome(paths as unknown as Collection<Keyed>, BY_DAY),
    await deleteSome(days as unknown as Collection<Keyed>, BY_DAY),
    !(await eraseAnalyticsEvents(collections, asked, session)),
  ];
  if (all.includes(false)) return { events, more: true };

  const kinds = { '_id.kind': { $in: ['refused', IMPORT_KIND] }, site_id };
  await documents.deleteMany({ ...kinds, partition }, { session });
  await erasures.insertOne({ partition, version, site_id, at: new Date(), until }, { session });
  return { events, more: false };
}
