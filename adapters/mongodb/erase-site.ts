import { IMPORT_KIND } from '../../core/import.ts';
import { eraseAnalyticsEvents } from './analytics-events.ts';
import { BY_DAY, BY_FIRST_SEEN } from './collections.ts';
import type { Collections } from './collections.ts';
import { deletePortion } from './delete-portion.ts';
import type { Erased, EraseStep } from './erase.ts';

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
  const events = await deletePortion(event_groups, asked, BY_DAY, session);
  const all = [
    events,
    await deletePortion(visits, asked, BY_FIRST_SEEN, session),
    await deletePortion(paths, asked, BY_DAY, session),
    await deletePortion(days, asked, BY_DAY, session),
    await eraseAnalyticsEvents(collections, asked, session),
  ];
  if (all.some(({ more }) => more)) return { events: events.gone, more: true };

  const kinds = { '_id.kind': { $in: ['refused', IMPORT_KIND] }, site_id };
  await documents.deleteMany({ ...kinds, partition }, { session });
  await erasures.insertOne({ partition, version, site_id, at: new Date(), until }, { session });
  return { events: events.gone, more: false };
}
