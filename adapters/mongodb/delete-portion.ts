import type { ClientSession, Collection, Filter } from 'mongodb';
import { BY_ID } from './collections.ts';

/** Documents that one command, or one transaction, deletes: so long do others wait. */
const PORTION = 1000;

/** What every document has by which some are deleted. */
interface Placed {
  partition: number;
  site_id: string;
}

/** What a portion came to. `gone`: documents, or, of groups of events, their events. */
export interface Deleted {
  gone: number;
  more: boolean;
}

/**
 * Deletes documents of a site, at most a portion of them.
 *
 * @param asked with the partition, which every query carries
 * @param hint the index by which they are found
 */
export async function deletePortion<T extends Placed>(
  collection: Collection<T>,
  asked: Placed,
  hint: object,
  session?: ClientSession,
): Promise<Deleted> {
  const projection = { count: { $size: { $ifNull: ['$events', [0]] } } };
  const options = { projection, hint, limit: PORTION, ...(session && { session }) };
  const rows = await collection.find<{ _id: unknown; count: number }>(asked as Filter<T>, options).toArray();
  const these = { _id: { $in: rows.map(({ _id }) => _id) }, partition: asked.partition } as unknown as Filter<T>;
  if (rows.length > 0) await collection.deleteMany(these, { hint: BY_ID, ...(session && { session }) });
  return { gone: rows.reduce((sum, { count }) => sum + count, 0), more: rows.length === PORTION };
}
