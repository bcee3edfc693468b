import { contentOf } from '../../core/event.ts';
import type { Event, LogEntry } from '../../core/event.ts';
import type { Applied, Changes, DayStats, Erasure, Old, Position, StoredEvent } from '../../core/ports.ts';
import { NO_POSITION } from '../../core/ports.ts';
import { visitorOfUser } from '../../core/visitor.ts';
import { emptyDay, merge } from '../../core/visits.ts';
import type { VisitEvent, VisitorDay } from '../../core/visits.ts';
import { ENGAGEMENT, PAGEVIEW } from '../../sdk/src/wire.ts';

/** What the store in memory holds of one partition. Plain rather than fast. */
export interface MemoryPartition {
  position: Position;
  /** By id and site: what the event said, and when it was applied. */
  ids: Map<string, { content: number; applied: number }>;
  events: { version: number; event: StoredEvent; isForgotten?: true }[];
  days: Map<string, Day>;
  /** By site and visitor or user: up to when what they did stays out. */
  tombstones: Map<string, number>;
  erasures: { version: number; site: string; user_id?: string; visitor?: string }[];
}

interface Day {
  version: number;
  site: string;
  day: number;
  visitor: string;
  state: VisitorDay;
}

export type Tally = Extract<Applied, { fenced: false }>;

export function memoryPartition(): MemoryPartition {
  return {
    position: NO_POSITION,
    ids: new Map(),
    events: [],
    days: new Map(),
    tombstones: new Map(),
    erasures: [],
  };
}

/** The first barrier. */
export function isAt({ position }: MemoryPartition, { incarnation, offset, version }: Position): boolean {
  return position.incarnation === incarnation && position.offset === offset && position.version === version;
}

/** The second barrier, and the tombstones. */
export function isNew(partition: MemoryPartition, entry: LogEntry, event: Event, now: number, tally: Tally): boolean {
  const { ids, tombstones } = partition;
  const { site } = entry;
  const key = `${event.id}|${site}`;
  const content = contentOf(event);
  const known = ids.get(key);
  if (known) {
    tally.duplicates += 1;
    if (known.content !== content) tally.conflicts += 1;
    return false;
  }
  ids.set(key, { content, applied: now });
  const erased = isErased(tombstones, entry, event);
  if (erased) tally.erased += 1;
  else tally.events += 1;
  return !erased;
}

function isErased(tombstones: Map<string, number>, entry: LogEntry, { time, user_id, visitor }: Event): boolean {
  if (tombstones.size === 0) return false;
  const { site, received } = entry;
  if (received <= (tombstones.get(JSON.stringify([site])) ?? Number.NEGATIVE_INFINITY)) return true;
  const keys = [JSON.stringify([site, 'user', user_id]), JSON.stringify([site, 'visitor', visitor])];
  return keys.some((key) => time <= (tombstones.get(key) ?? Number.NEGATIVE_INFINITY));
}

/** Takes new events of one visitor's day into its visits. */
export function mergeDay({ days, position }: MemoryPartition, key: string, site: string, events: VisitEvent[]): void {
  const first = events[0]?.event;
  if (first?.visitor === undefined) return;
  const state = merge(days.get(key)?.state ?? emptyDay(), events);
  days.set(key, { version: position.version, site, day: first.day, visitor: first.visitor, state });
}

/** Removes the person, and every visitor's day that ever carried their `user_id`; or all of the site. */
export function eraseFrom(partition: MemoryPartition, { site, user_id }: Erasure, now: number): number {
  const version = partition.position.version + 1;
  partition.position = { ...partition.position, version };
  return user_id === undefined ? eraseSite(partition, site, now) : erasePerson(partition, site, user_id, now);
}

function eraseSite(partition: MemoryPartition, site: string, now: number): number {
  const { days, events, tombstones, erasures, position } = partition;
  partition.events = events.filter(({ event }) => event.site !== site);
  for (const [key, one] of days) if (one.site === site) days.delete(key);
  tombstones.set(JSON.stringify([site]), now);
  erasures.push({ version: position.version, site });
  return events.length - partition.events.length;
}

function erasePerson(partition: MemoryPartition, site: string, user_id: string, now: number): number {
  const { days, events, tombstones, erasures, position } = partition;
  const { version } = position;
  const named = events.filter(({ event }) => event.site === site && event.user_id === user_id);
  const visitors = new Set(named.map(({ event }) => event.visitor)).add(visitorOfUser(user_id));
  visitors.delete(undefined);
  const isTheirs = (one: { site: string; visitor?: string | undefined; user_id?: string | undefined }): boolean =>
    one.site === site && (one.user_id === user_id || visitors.has(one.visitor));
  partition.events = events.filter(({ event }) => !isTheirs(event));
  for (const [key, one] of days) if (isTheirs(one)) days.delete(key);
  tombstones.set(JSON.stringify([site, 'user', user_id]), now);
  for (const visitor of visitors) {
    tombstones.set(JSON.stringify([site, 'visitor', visitor]), now);
    if (visitor !== undefined) erasures.push({ version, site, user_id, visitor });
  }
  return events.length - partition.events.length;
}

/** Of the days whose visits are kept, the numbers of the events stay. */
export function forgetIn(partition: MemoryPartition, { site, eventsBefore, visitsBefore }: Old): number {
  const { days, events } = partition;
  let gone = 0;
  for (const one of events) {
    if (one.event.site !== site || one.event.day >= eventsBefore || one.isForgotten) continue;
    one.isForgotten = true;
    gone += 1;
  }
  partition.events = events.filter(({ event }) => event.site !== site || event.day >= visitsBefore);
  for (const [key, one] of days) if (one.site === site && one.day < visitsBefore && days.delete(key)) gone += 1;
  return gone;
}

/** Whole versions, until there are about `rowsMax` rows. */
export function changesOf(
  { position, events, days, erasures }: MemoryPartition,
  after: number,
  rowsMax: number,
): Changes {
  const rows = [...events, ...days.values(), ...erasures].map(({ version }) => version).filter((one) => one > after);
  const past = rows.sort((a, b) => a - b)[rowsMax];
  const upTo = past === undefined ? position.version : Math.max(after + 1, past - 1);
  const isAsked = ({ version, isForgotten }: { version: number; isForgotten?: true }): boolean =>
    version > after && version <= upTo && !isForgotten;
  return {
    version: upTo,
    events: events.filter(isAsked).map(({ event }) => event),
    visitorDays: [...days.values()]
      .filter(isAsked)
      .map(({ site, day, visitor, state }) => ({ site, day, visitor, state })),
    erasures: erasures.filter(isAsked).map(({ version: _version, ...erasure }) => erasure),
  };
}

export function statsOf(partitions: MemoryPartition[], site: string, day: number, top: number): DayStats {
  const events = partitions.flatMap((one) => one.events.map(({ event }) => event));
  const mine = events.filter((event) => event.site === site && event.day === day);
  const views = mine.filter(({ name }) => name === PAGEVIEW);
  const users = new Set(mine.filter(({ name }) => name !== ENGAGEMENT).map(({ visitor }) => visitor));
  users.delete(undefined);
  const paths = [...Map.groupBy(views, ({ path }) => path)].map(([path, group]) => ({ path, views: group.length }));
  paths.sort((a, b) => b.views - a.views || (a.path < b.path ? -1 : 1));
  return { total_views: views.length, unique_users: users.size, paths: paths.slice(0, top) };
}
