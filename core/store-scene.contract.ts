import assert from 'node:assert/strict';
import { PAGEVIEW } from '../sdk/src/wire.ts';
import type { Context, Event, LogEntry } from './event.ts';
import { LOG_ENTRY_VERSION } from './event.ts';
import type {
  Applied,
  Batch,
  Changes,
  DayStats,
  Erasure,
  Position,
  Store,
  StoredEvent,
  StoredVisitorDay,
} from './ports.ts';
import { NO_POSITION } from './ports.ts';
import { sampleId } from './sample.contract.ts';
import { visitorOfUser } from './visitor.ts';
import { visitsReference } from './visits.reference.ts';

/** What the cases of the store's contract are told with. */

export const noon = Date.UTC(2026, 10, 22, 12);
export const day = 20_779;
export const site = 'example.com';

let lastEntry = 0;

/** A page view a minute after noon; `more` says what is special. */
export function view(n: number, more: Partial<Event> = {}): Event {
  const time = noon + 60_000;
  const visitor = 'vAAAAAAAAAAA';
  return { id: sampleId(n), name: PAGEVIEW, time, day, utc_offset: 0, path: '/', visitor, ...more };
}

/** An entry of the log with an id of its own. */
export function entryOf(events: Event[], more: Partial<LogEntry> = {}): LogEntry {
  lastEntry += 1;
  const id = sampleId(0xffff_0000 + lastEntry);
  return { v: LOG_ENTRY_VERSION, id, site, received: noon + 3_600_000, context: {}, events, ...more };
}

/** One partition's log as a worker reads it: each batch follows the one before. */
export interface Follower {
  position: Position;
  /** The next batch, not applied yet. */
  batch(entries: LogEntry[], more?: Partial<Batch>): Batch;
  /** Applies the next batch, which must not be fenced. */
  apply(entries: LogEntry[], more?: Partial<Batch>): Promise<Taken>;
}

export type Taken = Extract<Applied, { fenced: false }>;

export function followerOf(store: Store, partition = 0, start: Position = NO_POSITION): Follower {
  let offset = Number(start.offset);
  const follower: Follower = {
    position: start,
    batch(entries, more) {
      offset += 1;
      const to = { incarnation: 'log-1', offset: String(offset) };
      return { partition, from: follower.position, to, entries, quarantine: [], ...more };
    },
    async apply(entries, more) {
      const batch = follower.batch(entries, more);
      const applied = await store.apply(batch);
      if (applied.fenced) throw new assert.AssertionError({ message: 'fenced, though nobody else applied anything' });
      assert.equal(applied.position.incarnation, batch.to.incarnation);
      assert.equal(applied.position.offset, batch.to.offset);
      assert.ok(applied.position.version > batch.from.version, 'the version did not grow');
      assert.deepEqual(await store.position(partition), applied.position);
      follower.position = applied.position;
      return applied;
    },
  };
  return follower;
}

/** A replica: what the feed says, put together. */
export interface Replica {
  version: number;
  events: Map<string, StoredEvent>;
  days: Map<string, StoredVisitorDay>;
}

export function newReplica(): Replica {
  return { version: 0, events: new Map(), days: new Map() };
}

/** Takes into a replica what changed, in steps of about `rowsMax` rows, until there is no more. */
export async function follow(replica: Replica, store: Store, rowsMax = 1_000_000, partition = 0): Promise<void> {
  for (;;) {
    const changes = await store.changes(partition, replica.version, rowsMax);
    if (changes.version === replica.version) {
      assert.deepEqual([changes.events, changes.visitorDays, changes.erasures], [[], [], []]);
      return;
    }
    assert.ok(changes.version > replica.version, 'the feed went back');
    take(replica, changes);
  }
}

function take(replica: Replica, changes: Changes): void {
  for (const erasure of changes.erasures) remove(replica, erasure);
  for (const event of changes.events) {
    const key = JSON.stringify([event.site, event.id]);
    assert.ok(!replica.events.has(key), `event ${event.id} came twice`);
    replica.events.set(key, event);
  }
  for (const one of changes.visitorDays) replica.days.set(keyOf(one), one);
  replica.version = changes.version;
}

/** Removes whom an erasure names: the visitor, and who carries the `user_id`. */
function remove({ events, days }: Replica, erasure: Erasure & { visitor?: string }): void {
  const visitors = new Set([visitorOfUser(erasure.user_id)]);
  if (erasure.visitor !== undefined) visitors.add(erasure.visitor);
  for (const one of days.values()) {
    const isTheirs = one.state.visits.some((visit) => visit.user?.user_id === erasure.user_id);
    if (one.site === erasure.site && isTheirs) visitors.add(one.visitor);
  }
  for (const [key, one] of days) if (one.site === erasure.site && visitors.has(one.visitor)) days.delete(key);
  for (const [key, one] of events) {
    const isTheirs = one.user_id === erasure.user_id || visitors.has(one.visitor ?? '');
    if (one.site === erasure.site && isTheirs) events.delete(key);
  }
}

function keyOf(one: { site: string; day: number; visitor?: string | undefined }): string {
  return JSON.stringify([one.site, one.day, one.visitor]);
}

/** All that a partition holds, read anew and in an order of its own. */
export async function contentsOf(store: Store, partition = 0) {
  const replica = newReplica();
  await follow(replica, store, 1_000_000, partition);
  return contentsOfReplica(replica);
}

export function contentsOfReplica({ events, days }: Replica) {
  return {
    events: [...events.values()].map(plain).sort((a, b) => compare(a.site + a.id, b.site + b.id)),
    days: [...days.values()].map(plain).sort((a, b) => compare(keyOf(a), keyOf(b))),
  };
}

/** As it is after the way through JSON: without what is undefined. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What lies in the store, as it must be if exactly these events were applied: visits, `stats`, unique users. */
export async function expectExactly(store: Store, events: StoredEvent[], partition = 0): Promise<void> {
  const contents = await contentsOf(store, partition);
  const expected: Replica = { ...newReplica(), days: visitorDaysOf(events) };
  for (const event of events) expected.events.set(JSON.stringify([event.site, event.id]), event);
  assert.deepEqual(contents, contentsOfReplica(expected));
  for (const [key, mine] of Map.groupBy(events, (event) => JSON.stringify([event.site, event.day]))) {
    const [ofSite, ofDay] = JSON.parse(key) as [string, number];
    assert.deepEqual(await store.stats(ofSite, ofDay, 1000), statsOf(mine));
  }
}

/** The events that lie in the store fit its visits, `stats` and unique users. */
export async function expectConsistent(store: Store, partition = 0): Promise<void> {
  const { events } = await contentsOf(store, partition);
  await expectExactly(store, events, partition);
}

function visitorDaysOf(events: StoredEvent[]): Map<string, StoredVisitorDay> {
  const known = events.filter((event) => event.visitor !== undefined);
  return new Map(
    [...Map.groupBy(known, keyOf)].map(([key, mine]) => {
      const [first] = mine;
      assert.ok(first?.visitor !== undefined);
      const state = visitsReference(mine.map((event) => ({ event, context: event.context })));
      return [key, { site: first.site, day: first.day, visitor: first.visitor, state }];
    }),
  );
}

/** The first seed's numbers of the events of one site and day, by counting. */
export function statsOf(events: StoredEvent[]): DayStats {
  const views = events.filter((event) => event.name === PAGEVIEW);
  const users = new Set(events.filter((event) => event.name !== 'engagement').map((event) => event.visitor));
  users.delete(undefined);
  const paths = [...Map.groupBy(views, (event) => event.path)].map(([path, mine]) => ({ path, views: mine.length }));
  return {
    total_views: views.length,
    unique_users: users.size,
    paths: paths.sort((a, b) => b.views - a.views || compare(a.path, b.path)),
  };
}

/** An event as the store gives it back. */
export function stored(event: Event, of: LogEntry): StoredEvent {
  return { ...event, site: of.site, received: of.received, context: of.context };
}

/** All events of entries, the first of each id. */
export function distinct(entries: LogEntry[]): StoredEvent[] {
  const found = new Map<string, StoredEvent>();
  for (const entry of entries) {
    for (const event of entry.events) {
      const key = JSON.stringify([entry.site, event.id]);
      if (!found.has(key)) found.set(key, stored(event, entry));
    }
  }
  return [...found.values()];
}

/** A context's entry for each kind of browser that the events come from. */
export function entriesOf(events: { event: Event; context: Context }[]): LogEntry[] {
  const groups = Map.groupBy(events, ({ context }) => JSON.stringify(context)).values();
  return [...groups].map((group) =>
    entryOf(
      group.map(({ event }) => event),
      { context: group[0]?.context ?? {} },
    ),
  );
}
