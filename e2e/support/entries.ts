import { LOG_ENTRY_VERSION } from '../../core/event.ts';
import type { LogEntry } from '../../core/event.ts';
import { dayOf } from '../../core/day.ts';
import { newId } from '../../core/id.ts';
import { PARTITIONS_DEFAULT } from '../../core/limits.ts';
import { partitionOf } from '../../core/partition.ts';
import type { QueueEntry } from '../../core/ports.ts';
import { visitorOfUser } from '../../core/visitor.ts';
import { PAGEVIEW } from '../../sdk/src/wire.ts';
import type { SentEvent } from './load.ts';

export interface EntriesOptions {
  count: number;
  site: string;
  /** ms since 1970 of all events; days are UTC's. */
  time: number;
  /** Characters by which each entry is made larger. */
  padding?: number;
}

/** Entries as the collector appends them, of one page view each, and what they say. */
export function entriesOf({ count, site, time, padding = 0 }: EntriesOptions): {
  entries: QueueEntry[];
  sent: Map<string, SentEvent>;
} {
  const sent = new Map<string, SentEvent>();
  const partition = partitionOf(site, PARTITIONS_DEFAULT);
  const entries = Array.from({ length: count }, (_, n): QueueEntry => {
    const id = newId();
    const path = `/page-${n % 5}`;
    const user_id = `queued-${n % 7}`;
    const entry: LogEntry = { v: LOG_ENTRY_VERSION, id: newId(), site, received: time, context: {}, events: [] };
    const visitor = visitorOfUser(user_id);
    const where = { day: dayOf(time, 0), utc_offset: 0, path, title: 't'.repeat(padding) };
    entry.events.push({ id, name: PAGEVIEW, time, visitor, user_id, ...where });
    sent.set(id, { id, site, name: PAGEVIEW, path, visitor: `user ${user_id}` });
    return { partition, body: JSON.stringify(entry) };
  });
  return { entries, sent };
}
