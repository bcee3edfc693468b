import assert from 'node:assert/strict';
import { ENGAGEMENT, PAGEVIEW } from '../sdk/src/wire.ts';
import type { Changes, DayStats, Store, StoredEvent, StoredVisitorDay } from './ports.ts';
import { day, site } from './store-scene.contract.ts';
import { visitorOfUser } from './visitor.ts';
import { visitsReference } from './visits.reference.ts';

/** What a store holds, as its feed tells it, and what it must hold. */

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

/** Removes whom an erasure names: the visitor, and who carries the `user_id`; or the whole site. */
function remove({ events, days }: Replica, erasure: Changes['erasures'][number]): void {
  if (erasure.user_id === undefined) {
    for (const [key, one] of days) if (one.site === erasure.site) days.delete(key);
    for (const [key, one] of events) if (one.site === erasure.site) events.delete(key);
    return;
  }
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
  const users = new Set(events.filter((event) => event.name !== ENGAGEMENT).map((event) => event.visitor));
  users.delete(undefined);
  const paths = [...Map.groupBy(views, (event) => event.path)].map(([path, mine]) => ({ path, views: mine.length }));
  return {
    total_views: views.length,
    unique_users: users.size,
    paths: paths.sort((a, b) => b.views - a.views || compare(a.path, b.path)),
  };
}

/** All that a store holds of partition 0 and of the cases' day. */
export async function everythingOf(store: Store) {
  const kinds = ['quarantine', 'loss', 'refused', 'site'];
  return {
    position: await store.position(0),
    contents: await contentsOf(store),
    stats: await store.stats(site, day, 100),
    documents: await Promise.all(kinds.map((kind) => store.documents.list(kind))),
  };
}
