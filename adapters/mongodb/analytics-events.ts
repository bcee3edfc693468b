import type { ClientSession } from 'mongodb';
import { BY_SITE, BY_USER } from './collections.ts';
import type { AnalyticsRow, Collections } from './collections.ts';
import { dateAt } from './dates.ts';
import { deletePortion } from './delete-portion.ts';
import type { Deleted } from './delete-portion.ts';
import { eventTypeOf } from './event-groups.ts';
import type { Brought } from './event-groups.ts';

/**
 * The second seed's collection `analytics_events`: a document for each event that came by its door or its topics, beside
 * what is kept of every event. It is a collection and no view, for only so can its documented indexes serve.
 */

/** Writes those of the events that a version brings. */
export async function writeAnalyticsEvents(
  { analytics_events }: Collections,
  partition: number,
  events: Brought[],
  session: ClientSession,
): Promise<void> {
  const rows = events.filter(({ entry }) => entry.door === 'track').map((one) => rowOf(partition, one));
  if (rows.length > 0) await analytics_events.insertMany(rows, { session, ordered: false });
}

function rowOf(partition: number, { entry, event }: Brought): AnalyticsRow {
  const { id, name, user_id, path, acquisition, props = [], time } = event;
  // A field's name cannot hold the character 0.
  const own = props.map(([key, value]) => [key.replaceAll('\0', '\ufffd'), value] as const);
  return {
    partition,
    site_id: entry.site,
    event_id: id,
    event_type: eventTypeOf(name),
    user_id,
    props: { url: path, referrer: acquisition?.referrer, ...Object.fromEntries(own) },
    timestamp: dateAt(time),
  };
}

/** Removes a person's documents, or a whole site's without `user_id`: a portion of them. */
export function eraseAnalyticsEvents(
  { analytics_events }: Collections,
  asked: { partition: number; site_id: string; user_id?: string },
  session: ClientSession,
): Promise<Deleted> {
  return deletePortion(analytics_events, asked, asked.user_id === undefined ? BY_SITE : BY_USER, session);
}
