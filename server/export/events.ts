import { randomBytes } from 'node:crypto';
import { EXPORT_VERSION } from '../../collector/import/exported.ts';
import type { Documents, Store, StoredEvent } from '../../core/ports.ts';

export interface EventsWanted {
  site: string;
  /** The site's. */
  partition: number;
  /** Days since 1970-01-01, both included. Undefined: since the first, up to the last. */
  from: number | undefined;
  to: number | undefined;
  /** Rows of the store that are read at once. */
  rowsMax: number;
}

/**
 * A site's events as they were when it began, in pieces: each of them once, but those that are erased meanwhile. It may
 * run beside a server, and keeps one piece in memory.
 *
 * @example
 * for await (const events of eventsOf(store, { site, partition, rowsMax: 5000 })) count += events.length;
 */
export async function* eventsOf(
  store: Pick<Store, 'changes' | 'position'>,
  { site, partition, from = -Infinity, to = Infinity, rowsMax }: EventsWanted,
): AsyncGenerator<StoredEvent[]> {
  // What comes while it runs is left out: nobody knows when that would end.
  const { version: end } = await store.position(partition);
  for (let version = 0; version < end; ) {
    const changes = await store.changes(partition, version, rowsMax);
    yield changes.events.filter((event) => event.site === site && event.day >= from && event.day <= to);
    version = changes.version;
  }
}

/** The line of an event. `store` tells apart what several stores have exported. */
export function lineOf(store: string, event: StoredEvent): string {
  return `${JSON.stringify({ v: EXPORT_VERSION, store, ...event })}\n`;
}

/** The short name of a store, made once. */
export async function storeIdOf(documents: Documents): Promise<string> {
  const kept = await documents.create('store', 'id', { id: randomBytes(8).toString('hex') });
  return (kept as { id: string }).id;
}
