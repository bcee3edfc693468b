import type { AnyBulkWriteOperation, ClientSession } from 'mongodb';
import type { Limits } from '../../core/limits.ts';
import { visitorOfUser } from '../../core/visitor.ts';
import { emptyDay, merge } from '../../core/visits.ts';
import type { VisitEvent, VisitorDay } from '../../core/visits.ts';
import { chunksOf } from './chunks.ts';
import { BY_ID } from './collections.ts';
import type { Collections, VisitsRow } from './collections.ts';
import { dateOfDay } from './dates.ts';
import type { Brought } from './event-groups.ts';
import { dayKey, keyWithin } from './keys.ts';

/** What a batch adds to one visitor's day. */
interface Addition {
  key: string;
  site_id: string;
  date: string;
  visitor: string;
  events: VisitEvent[];
}

type DayLimits = Pick<Limits, 'visitorDayEventsMax' | 'visitorDayBytesMax'>;

/** Documents that one query asks for. */
const READ_MAX = 1000;
/** Of a browser that was used under more names than this, the newest are kept. */
const USERS_MAX = 1000;

/** Merges the events that a version brings into the visits, a document a visitor's day. */
export async function writeVisits(
  { visits }: Collections,
  limits: DayLimits,
  partition: number,
  version: number,
  events: Brought[],
  session: ClientSession,
): Promise<void> {
  for (const additions of chunksOf(additionsOf(events), READ_MAX)) {
    const keys = additions.map(({ key }) => key);
    const options = { session, projection: { state: 1, users: 1 }, batchSize: READ_MAX, hint: BY_ID };
    const found = await visits.find({ _id: { $in: keys }, partition }, options).toArray();
    const known = new Map(found.map(({ _id, ...row }) => [_id, row]));
    const writes = additions.map((one) => writeOf(one, partition, version, known.get(one.key), limits));
    await visits.bulkWrite(writes, { session, ordered: false });
  }
}

function additionsOf(events: Brought[]): Addition[] {
  const additions = new Map<string, Addition>();
  for (const { entry, event } of events) {
    if (event.visitor === undefined) continue;
    const date = dateOfDay(event.day);
    const key = keyWithin(dayKey(date, entry.site), event.visitor);
    let addition = additions.get(key);
    if (!addition) {
      addition = { key, site_id: entry.site, date, visitor: event.visitor, events: [] };
      additions.set(key, addition);
    }
    addition.events.push({ event, context: event.context ?? entry.context });
  }
  return [...additions.values()];
}

function writeOf(
  { key: _id, site_id, date, visitor, events }: Addition,
  partition: number,
  version: number,
  before: Pick<VisitsRow, 'state' | 'users'> | undefined,
  limits: DayLimits,
): AnyBulkWriteOperation<VisitsRow> {
  const { day, state } = merged(before?.state, events, limits);
  const first = day.visits[0];
  const changed = {
    version,
    state,
    ...(first ? { first_seen: new Date(first.start) } : {}),
    ...usersOf(before?.users, visitor, events),
  };
  return before === undefined
    ? { insertOne: { document: { _id, partition, site_id, date, visitor, ...changed } } }
    : { updateOne: { filter: { _id, partition }, update: { $set: changed } } };
}

/** All `user_id`s that came with the day's events, the newest last, but for the one that the visitor's key is made of. */
function usersOf(before: string[] = [], visitor: string, events: VisitEvent[]): Pick<VisitsRow, 'users'> {
  const users = new Set(before);
  for (const { event } of events) {
    if (event.user_id === undefined || visitor === visitorOfUser(event.user_id)) continue;
    users.delete(event.user_id);
    users.add(event.user_id);
  }
  return users.size > 0 ? { users: [...users].slice(-USERS_MAX) } : {};
}

/**
 * What a day becomes, and its text. A document has at most 16 MB: where the text would be larger than `visitorDayBytesMax`,
 * the day's visits freeze with the events that fit, as they do at the day's limit of events.
 */
function merged(
  before: string | undefined,
  events: VisitEvent[],
  limits: DayLimits,
): { day: VisitorDay; state: string } {
  let eventsMax = limits.visitorDayEventsMax;
  for (let room = events.length; ; room = Math.floor(room / 2)) {
    const known = before === undefined ? emptyDay() : (JSON.parse(before) as VisitorDay);
    const { taken } = known;
    const day = merge(known, events, { eventsMax });
    const state = JSON.stringify(day);
    if (room === 0 || Buffer.byteLength(state) <= limits.visitorDayBytesMax) return { day, state };
    eventsMax = Math.min(eventsMax, taken + Math.floor(room / 2));
  }
}
