import { openQueueFile } from '../adapters/sqlite/queue-file.ts';
import type { LogEntry } from '../core/event.ts';
import { NO_POSITION } from '../core/ports.ts';
import type { QueueEntry } from '../core/ports.ts';
import { PAGEVIEW } from '../sdk/src/wire.ts';
import type { Delivery } from './data.ts';
import { fill } from './fill.ts';
import { seedEvent } from './seed-event.ts';
import type { SeedEvent } from './seed-event.ts';

/** What a day brings into the queue. */
export interface Day {
  entries: QueueEntry[];
  events: number;
  pageviews: number;
}

/** @param folder that does not exist yet */
export async function dayOf(folder: string, deliveries: Delivery[]): Promise<Day> {
  await fill(folder, deliveries);
  const entries = [...entriesIn(folder)];
  const all = entries.flatMap(({ body }) => (JSON.parse(body) as LogEntry).events);
  return { entries, events: all.length, pageviews: all.filter(({ name }) => name === PAGEVIEW).length };
}

function* entriesIn(folder: string): Generator<QueueEntry> {
  const queue = openQueueFile({ folder, role: 'reader' });
  for (let partition = 0; partition < queue.partitions; partition++) {
    let position = NO_POSITION;
    for (;;) {
      const { incarnation, to, entries } = queue.read(partition, position, 1000, 1e6);
      if (entries.length === 0) break;
      for (const { body } of entries) yield { partition, body };
      position = { incarnation, offset: to, version: position.version + 1 };
    }
  }
  queue.close();
}

/** The same events as the seed's clients would have sent them. */
export function seedEvents({ entries }: Day): SeedEvent[] {
  return entries.flatMap(({ body }) => {
    const { site: site_id, events } = JSON.parse(body) as LogEntry;
    return events.map(({ id: event_id, name, path, time, user_id, visitor = '' }) =>
      seedEvent({ event_id, site_id, event_type: name, path, user_id: user_id ?? visitor }, time),
    );
  });
}
