import type { Collection, Db, ServerSessionId } from 'mongodb';

/**
 * What lies in the database. Every document has its `partition`, and every query and write of ours carries it, so that
 * each collection can be sharded by `{ partition: 1, _id: 1 }` and a batch's transaction stays on one shard.
 *
 * `events`, `stats` and `unique_users` are views over these; see `views.ts`.
 */
export interface Collections {
  positions: Collection<PositionRow>;
  owners: Collection<OwnerRow>;
  event_groups: Collection<EventGroup>;
  ids: Collection<IdsRow>;
  visits: Collection<VisitsRow>;
  days: Collection<DayRow>;
  paths: Collection<PathRow>;
  erasures: Collection<ErasureRow>;
  analytics_events: Collection<AnalyticsRow>;
  documents: Collection<DocumentRow>;
  kinds: Collection<KindRow>;
}

/** How far a partition's log is applied; `_id` is the partition. */
export interface PositionRow {
  _id: number;
  partition: number;
  incarnation: string;
  offset: string;
  version: number;
  /** Id of the call that made this version. By it a call whose commit was not answered learns that it came through. */
  by: string;
}

/** Whose transactions may hold a partition's documents; `_id` is the lane, see `owners.ts`. */
export interface OwnerRow {
  _id: number;
  partition: number;
  /** The last sessions, the newest last. */
  sessions: { lsid: ServerSessionId; at: Date }[];
}

/** Events of one version, site and day, some together: a document an event would cost three times as much. */
export interface EventGroup {
  partition: number;
  version: number;
  site_id: string;
  date: string;
  events: EventRow[];
}

/** The first seed's fields of an event, then ours; see `event-groups.ts`. */
export interface EventRow {
  event_id: string;
  event_type: string;
  path: string;
  user_id?: string | undefined;
  timestamp: Date;
  /** Where `event_type` does not tell it. */
  name?: string | undefined;
  received: Date;
  utc_offset: number;
  visitor?: string | undefined;
  hostname?: string | undefined;
  title?: string | undefined;
  context: Record<string, string | undefined>;
  acquisition?: Record<string, string | undefined> | undefined;
  props?: [string, string | number | boolean][] | undefined;
  interactive?: false | undefined;
  view?: string | undefined;
  engaged_ms?: number | undefined;
  depth?: number | undefined;
}

/** Ids of one site that a batch brought: 16 bytes each, and 4 of their content's number. */
export interface IdsRow {
  partition: number;
  site_id: string;
  at: Date;
  ids: Uint8Array[];
  contents: Uint8Array;
}

/** One visitor's day. */
export interface VisitsRow {
  _id: string;
  partition: number;
  version: number;
  site_id: string;
  date: string;
  visitor: string;
  /** The first page view or custom event. Absent while there is nothing but waiting engagement. */
  first_seen?: Date;
  /** The `user_id`s that its events carried, but for the one that the visitor's key is made of. An erasure finds it by them. */
  users?: string[];
  /** The visits as JSON: as documents of their own they would take three times as long to read and write. */
  state: string;
}

export interface DayRow {
  _id: string;
  partition: number;
  site_id: string;
  date: string;
  total_views: number;
  /** Distinct paths. */
  paths: number;
}

/** Page views of one site, day and path. */
export interface PathRow {
  _id: string;
  partition: number;
  site_id: string;
  date: string;
  path: string;
  views: number;
}

/** What an erasure names: one key of a person, or, without `visitor` and `user_id`, the whole site. */
export interface ErasureRow {
  partition: number;
  version: number;
  site_id: string;
  user_id?: string;
  visitor?: string;
  at: Date;
  until: Date;
}

/** The second seed's fields of an event that came by its door or its topics, and what ours need to find it. */
export interface AnalyticsRow {
  partition: number;
  site_id: string;
  event_id: string;
  event_type: string;
  user_id?: string | undefined;
  /** `url`, `referrer`, and the event's own properties. */
  props: Record<string, string | number | boolean | undefined>;
  timestamp: Date;
}

/** A small document. Its value is JSON, for its keys may be anything. */
export interface DocumentRow {
  _id: { kind: string; id: string };
  partition: number;
  /** Of the site that the value names. */
  site_id?: string;
  value: string;
  expires?: Date;
}

/** Written by every `create` that keeps to a limit, so that of two at once one waits. */
export interface KindRow {
  _id: string;
  partition: number;
  creates: number;
}

/**
 * Hints, for queries that could also be answered by an index over the whole partition or site: MongoDB chooses among
 * several by trying them, and now and then takes another.
 */
export const BY_ID = { _id: 1 } as const;
export const BY_DAY = { site_id: 1, date: 1 } as const;
export const BY_EVENTS_VISITOR = { site_id: 1, 'events.visitor': 1 } as const;
export const BY_EVENTS_USER = { site_id: 1, 'events.user_id': 1 } as const;
export const BY_FIRST_SEEN = { site_id: 1, date: 1, partition: 1, first_seen: 1 } as const;
export const BY_VISITOR = { site_id: 1, visitor: 1 } as const;
export const BY_USERS = { site_id: 1, users: 1 } as const;
export const BY_AGE = { at: 1 } as const;
export const BY_END = { until: 1 } as const;
export const BY_SITE = { site_id: 1, timestamp: 1 } as const;
export const BY_USER = { user_id: 1 } as const;
export const BY_EXPIRY = { expires: 1 } as const;

export function collectionsOf(db: Db): Collections {
  return {
    positions: db.collection('positions'),
    owners: db.collection('owners'),
    event_groups: db.collection('event_groups'),
    ids: db.collection('ids'),
    visits: db.collection('visits'),
    days: db.collection('days'),
    paths: db.collection('paths'),
    erasures: db.collection('erasures'),
    analytics_events: db.collection('analytics_events'),
    documents: db.collection('documents'),
    kinds: db.collection('kinds'),
  };
}
