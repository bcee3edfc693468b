import type { AnyBulkWriteOperation, WithId } from 'mongodb';
import { visitorOfUser } from '../../core/visitor.ts';
import { eraseAnalyticsEvents } from './analytics-events.ts';
import { BY_EVENTS_USER, BY_EVENTS_VISITOR, BY_USERS, BY_VISITOR } from './collections.ts';
import type { Collections, EventGroup } from './collections.ts';
import type { Erased, EraseStep } from './erase.ts';
import { isPageview } from './event-groups.ts';
import { lowerStats } from './lower-stats.ts';
import type { Lowered } from './lower-stats.ts';

/** Groups of events, and keys of the person, that one transaction deals with. */
const GROUPS_MAX = 200;
const VISITORS_MAX = 1000;

/** Removes what a person did, under their own key and in browsers that carried the `user_id`. */
export async function erasePerson(
  collections: Collections,
  site_id: string,
  user_id: string,
  { partition, version, until, session }: EraseStep,
): Promise<Erased> {
  const { event_groups, visits, erasures } = collections;
  const ofSite = { partition, site_id };
  const options = { session, projection: { visitor: 1 }, hint: BY_USERS, limit: VISITORS_MAX };
  const browsers = await visits.find({ ...ofSite, users: user_id }, options).toArray();
  const visitors = new Set([visitorOfUser(user_id), ...browsers.map(({ visitor }) => visitor)]);
  const anyOf = { $in: [...visitors] };

  const limit = GROUPS_MAX;
  const byVisitor = { ...ofSite, 'events.visitor': anyOf };
  const byUser = { ...ofSite, 'events.user_id': user_id };
  const found = [
    await event_groups.find(byVisitor, { session, limit, hint: BY_EVENTS_VISITOR }).toArray(),
    await event_groups.find(byUser, { session, limit, hint: BY_EVENTS_USER }).toArray(),
  ];
  const groups = new Map(found.flat().map(({ _id, ...group }) => [String(_id), { _id, ...group }]));
  const gone = without(groups.values(), user_id, visitors);
  if (gone.writes.length > 0) await event_groups.bulkWrite(gone.writes, { session, ordered: false });
  await lowerStats(collections, partition, site_id, gone.views, session);
  if (found.some(({ length }) => length === GROUPS_MAX)) return { events: gone.events, more: true };

  const tracks = await eraseAnalyticsEvents(collections, { ...ofSite, user_id }, session);
  if (tracks.more) return { events: gone.events, more: true };

  await visits.deleteMany({ ...ofSite, visitor: anyOf }, { session, hint: BY_VISITOR });
  const word = { ...ofSite, version, user_id, at: new Date(), until };
  const words = [...visitors].map((visitor) => ({ ...word, visitor }));
  await erasures.insertMany(words, { session });
  return { events: gone.events, more: browsers.length === VISITORS_MAX };
}

/** How groups are rid of a person's events, and which page views go with them. */
function without(groups: Iterable<WithId<EventGroup>>, userId: string, visitors: Set<string>) {
  const writes: AnyBulkWriteOperation<EventGroup>[] = [];
  const views: Lowered[] = [];
  let events = 0;
  for (const { _id, partition, date, events: all } of groups) {
    const theirs = all.filter(({ user_id, visitor }) => user_id === userId || visitors.has(visitor ?? ''));
    const left = all.filter((event) => !theirs.includes(event));
    const filter = { _id, partition };
    const update = { $set: { events: left } };
    writes.push(left.length > 0 ? { updateOne: { filter, update } } : { deleteOne: { filter } });
    views.push(...theirs.filter(isPageview).map(({ path }) => ({ date, path })));
    events += theirs.length;
  }
  return { writes, views, events };
}
