import { openQueueFile } from '../../adapters/sqlite/queue-file.ts';
import { sqliteStore } from '../../adapters/sqlite/store.ts';
import { logEntrySchema } from '../../core/event.ts';
import { limits, PARTITIONS_DEFAULT } from '../../core/limits.ts';
import { NO_POSITION } from '../../core/ports.ts';
import type { QueueDepth, Store, StoredEvent } from '../../core/ports.ts';
import { PAGEVIEW } from '../../sdk/src/wire.ts';
import type { SentEvent } from './load.ts';

const ROWS_MAX = 5000;

/** Opens a folder's store while no server runs on it, works, and closes it. */
export async function withStore<T>(folder: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await sqliteStore({ folder, thread: false });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** All events of a store, as often as they are in it. */
export async function eventsOf(store: Store, partitions: number = PARTITIONS_DEFAULT): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    for (let after = 0; ; ) {
      const changes = await store.changes(partition, after, ROWS_MAX);
      events.push(...changes.events);
      if (changes.version === after) break;
      after = changes.version;
    }
  }
  return events;
}

/** How much waits in a folder's queue while no server runs on it. */
export function depthOf(folder: string): QueueDepth {
  const queue = openQueueFile({ folder, role: 'reader' });
  try {
    return queue.depth();
  } finally {
    queue.close();
  }
}

/** In which a store differs from what was sent; empty when each event is in it once, as it was sent, and none else. */
export function differences(stored: StoredEvent[], sent: Map<string, SentEvent>): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  for (const { id, site, name, path } of stored) {
    const one = sent.get(id);
    if (seen.has(id)) found.push(`${id} is there twice`);
    else if (!one) found.push(`${id} was never sent`);
    else if (one.site !== site || one.name !== name || one.path !== path)
      found.push(`${id} is another: ${name} ${path}`);
    seen.add(id);
  }
  for (const id of sent.keys()) if (!seen.has(id)) found.push(`${id} is missing`);
  return found;
}

/** The answer of `GET /stats` that what was sent must come to, all of it on one day. */
export function statsOf(sent: Iterable<SentEvent>, site: string, date: string) {
  const views = new Map<string, number>();
  const visitors = new Set<string>();
  let total = 0;
  for (const event of sent) {
    if (event.site !== site) continue;
    visitors.add(event.visitor);
    if (event.name !== PAGEVIEW) continue;
    views.set(event.path, (views.get(event.path) ?? 0) + 1);
    total += 1;
  }
  const paths = [...views].map(([path, count]) => ({ path, views: count }));
  paths.sort((a, b) => b.views - a.views || (a.path < b.path ? -1 : 1));
  return {
    site_id: site,
    date,
    total_views: total,
    unique_users: visitors.size,
    top_paths: paths.slice(0, limits.topPathsMax),
  };
}

/** The ids of all events that a folder holds, counted or queued, while no server runs on it. */
export async function acknowledgedIn(folder: string): Promise<{ ids: Set<string>; queued: number }> {
  const ids = new Set(await withStore(folder, async (store) => (await eventsOf(store)).map(({ id }) => id)));
  const queue = openQueueFile({ folder, role: 'reader' });
  let queued = 0;
  try {
    for (let partition = 0; partition < queue.partitions; partition++) {
      for (const { body } of queue.read(partition, NO_POSITION, Number.MAX_SAFE_INTEGER, Number.MAX_VALUE).entries) {
        for (const { id } of logEntrySchema.parse(JSON.parse(body)).events) ids.add(id);
        queued += 1;
      }
    }
  } finally {
    queue.close();
  }
  return { ids, queued };
}
