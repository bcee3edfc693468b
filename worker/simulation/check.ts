import { deepStrictEqual } from 'node:assert/strict';
import type { QueueEntry, StoredEvent } from '../../core/ports.ts';
import { statsOf } from '../../core/store-contents.contract.ts';
import { dayKey } from '../../core/visits.ts';
import type { VisitEvent } from '../../core/visits.ts';
import { visitsReference } from '../../core/visits.reference.ts';
import type { Cluster } from './cluster.ts';
import type { MemoryLog } from './memory-log.ts';
import type { MemoryStore } from './memory-store.ts';
import type { Traffic } from './traffic.ts';

/** What a run has come to. */
export interface Outcome {
  logs: MemoryLog[];
  store: MemoryStore;
  traffic: Traffic;
  cluster: Cluster;
  pending: QueueEntry[];
  lossy: Set<number>;
}

/**
 * Compares the store with what the clients sent: events, visits (by the reference, not by `merge`), `stats`, unique
 * users, refused events, quarantine, losses.
 *
 * @throws AssertionError with the difference
 */
export function check({ logs, store, traffic, cluster, lossy }: Outcome): void {
  deepStrictEqual(cluster.bugs, [], 'a worker ended with an error');
  const changes = [...logs.keys()].map((partition) => store.changes(partition, 0, Number.POSITIVE_INFINITY));
  const events = Map.groupBy(
    changes.flatMap((one) => one.events),
    (event) => event.site,
  );
  const days = Map.groupBy(
    changes.flatMap((one) => one.visitorDays),
    (one) => one.site,
  );
  for (const [site, expected] of traffic.expected) {
    const mine = events.get(site) ?? [];
    deepStrictEqual(
      sorted(mine.map(({ id }) => id)),
      sorted(expected.map(({ event }) => event.id)),
      `events of ${site}`,
    );
    const states = (days.get(site) ?? []).map(({ day, visitor, state }) => [dayKey(day, visitor), state] as const);
    deepStrictEqual(new Map(sorted(states)), referenceOf(expected), `visits of ${site}`);
    checkStats(store, site, mine);
  }
  const stored = [...events.values()].reduce((sum, mine) => sum + mine.length, 0);
  const sent = [...traffic.expected.values()].reduce((sum, mine) => sum + mine.length, 0);
  deepStrictEqual(stored, sent, 'events that nobody sent');
  checkDocuments(store, traffic, lossy);
}

function referenceOf(events: VisitEvent[]): Map<string, unknown> {
  const known = events.filter(({ event }) => event.visitor !== undefined);
  const days = Map.groupBy(known, ({ event }) => dayKey(event.day, event.visitor ?? ''));
  return new Map(sorted([...days].map(([key, mine]) => [key, visitsReference(mine)] as const)));
}

function checkStats(store: MemoryStore, site: string, events: StoredEvent[]): void {
  for (const [day, mine] of Map.groupBy(events, (event) => event.day)) {
    deepStrictEqual(store.stats(site, day, 1000), statsOf(mine), `stats of ${site}, day ${day}`);
  }
}

function checkDocuments(store: MemoryStore, traffic: Traffic, lossy: Set<number>): void {
  const { documents } = store;
  const refused = documents.list('refused').map(({ id, value }) => [id, value] as const);
  deepStrictEqual(refused, sorted([...traffic.refused]), 'refused events');
  const bodies = documents.list('quarantine').map(({ value }) => (value as { body: string }).body);
  deepStrictEqual(sorted([...new Set(bodies)]), sorted([...traffic.poison]), 'quarantine');
  for (const { value } of documents.list('loss')) {
    const { partition, kind } = value as { partition: number; kind: string };
    deepStrictEqual([kind, lossy.has(partition)], ['restart', true], 'a loss that never was');
  }
}

/** By the text, or by the key. */
function sorted<T extends string | readonly [string, unknown]>(list: T[]): T[] {
  const keyOf = (one: T): string => (typeof one === 'string' ? one : one[0]);
  return list.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
}
