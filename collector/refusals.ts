import type { LogEntry, Refused } from '../core/event.ts';
import { LOG_ENTRY_VERSION } from '../core/event.ts';
import { newId } from '../core/id.ts';
import type { Limits } from '../core/limits.ts';
import { partitionOf } from '../core/partition.ts';
import type { Queue, QueueEntry } from '../core/ports.ts';
import type { Reason } from './refusal.ts';

export interface Refusals {
  /**
   * Counts refused events until the next `flush`.
   *
   * @param site id of a site that exists, or '' where none is known
   * @param day the site's local day, in days since 1970-01-01
   */
  count(site: string, day: number, reason: Reason, count: number): void;
  /** Appends what was counted to the queue. Rejects when the queue cannot take it; then nothing is forgotten. */
  flush(): Promise<void>;
}

export interface RefusalsOptions {
  queue: Pick<Queue, 'append' | 'partitions'>;
  limits: Pick<Limits, 'refusalKeysMax'>;
  now: () => number;
}

interface Count extends Refused {
  site: string;
}

/** Counts the refused events of which nothing else goes into the queue, by site, day and reason. */
export function refusals({ queue, limits, now }: RefusalsOptions): Refusals {
  let counts = new Map<string, Count>();
  /** What a failed append may have written all the same: sent again as it was, so that its ids make it once. */
  let unsent: QueueEntry[] = [];
  let flushing: Promise<void> | undefined;

  function count(site: string, day: number, reason: Reason, added: number): void {
    const key = `${site}|${day}|${reason}`;
    const known = counts.get(key);
    if (known) known.count += added;
    else if (counts.size < limits.refusalKeysMax || site === '') counts.set(key, { site, day, reason, count: added });
    else count('', day, reason, added);
  }

  async function append(): Promise<void> {
    if (unsent.length === 0) {
      unsent = entriesOf(counts.values(), queue.partitions, now());
      counts = new Map();
    }
    if (unsent.length === 0) return;
    await queue.append(unsent);
    unsent = [];
  }

  function flush(): Promise<void> {
    flushing ??= append().finally(() => {
      flushing = undefined;
    });
    return flushing;
  }

  return { count, flush };
}

function entriesOf(counts: Iterable<Count>, partitions: number, received: number): QueueEntry[] {
  const bySite = new Map<string, Refused[]>();
  for (const { site, ...refused } of counts) {
    const list = bySite.get(site);
    if (list) list.push(refused);
    else bySite.set(site, [refused]);
  }
  return [...bySite].map(([site, refused]) => {
    const id = newId(received);
    const entry: LogEntry = { v: LOG_ENTRY_VERSION, id, site, received, context: {}, events: [], refused };
    return { partition: partitionOf(site, partitions), body: JSON.stringify(entry) };
  });
}
