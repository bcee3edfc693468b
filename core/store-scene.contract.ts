import assert from 'node:assert/strict';
import { PAGEVIEW } from '../sdk/src/wire.ts';
import type { Context, Event, LogEntry } from './event.ts';
import { LOG_ENTRY_VERSION } from './event.ts';
import type { Applied, Batch, Position, Store, StoredEvent } from './ports.ts';
import { NO_POSITION } from './ports.ts';
import { sampleId } from './sample.contract.ts';

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

/** An event as the store gives it back. */
export function stored(event: Event, of: LogEntry): StoredEvent {
  return { ...event, site: of.site, received: of.received, context: event.context ?? of.context };
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

/** What an `apply` of nothing new answers, but for the position. */
export const NOTHING = { events: 0, duplicates: 0, conflicts: 0, erased: 0 };

/** What is no event of a batch, to see that it is written once. */
export function troubles(offset: string): Pick<Batch, 'quarantine' | 'loss'> {
  return {
    quarantine: [{ offset, reason: 'not JSON', body: '{' }],
    loss: { kind: 'gap', detail: 'entries are missing' },
  };
}
