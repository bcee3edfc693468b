import { sqliteQueue } from '../../adapters/sqlite/queue.ts';
import { sqliteStore } from '../../adapters/sqlite/store.ts';
import { LOG_ENTRY_VERSION } from '../../core/event.ts';
import type { Context, Event, LogEntry } from '../../core/event.ts';
import { newId } from '../../core/id.ts';
import { partitionOf } from '../../core/partition.ts';
import { newSite, SITE_KIND } from '../../core/site.ts';

/** An event with what its batch says of the browser. */
export interface Told {
  event: Event;
  context: Context;
}

/**
 * Makes a site and puts events into the store, as the worker would, while no server runs on the folder.
 *
 * @param batches each of them is one transaction
 */
export async function storeEvents(
  folder: string,
  site: string,
  batches: Iterable<Told[]>,
  { zone = 'UTC' }: { zone?: string } = {},
): Promise<void> {
  const queue = await sqliteQueue({ folder, thread: false });
  await queue.close();
  const store = await sqliteStore({ folder, thread: false });
  await store.documents.create(SITE_KIND, site, newSite(site, { zone }).site);
  const partition = partitionOf(site, queue.partitions);
  for (const batch of batches) {
    const from = await store.position(partition);
    // Of no log: a server that starts afterwards reads its own from the start.
    const to = { incarnation: '', offset: '' };
    const entries = batch.map(({ event, context }): LogEntry => {
      return { v: LOG_ENTRY_VERSION, id: newId(), site, received: event.time, context, events: [event] };
    });
    await store.apply({ partition, from, to, entries, quarantine: [] });
  }
  await store.close();
}
