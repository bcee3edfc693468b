import { randomUUID } from 'node:crypto';
import { LOG_ENTRY_VERSION } from '../core/event.ts';
import type { Context, Event, LogEntry, Refused } from '../core/event.ts';
import { partitionOf } from '../core/partition.ts';
import type { Site } from '../core/site.ts';
import type { RefusedEvent } from './batch.ts';
import { countRefused } from './count-refused.ts';
import { refusalOfFailure } from './failure.ts';
import type { Parts } from './parts.ts';
import type { Refusal } from './refusal.ts';
import { fileAt } from './time.ts';

/** What goes into one entry of the log. */
export interface Bundle {
  site: Site;
  context: Context;
  /** At least one. */
  events: Event[];
  /** What was refused of the same request and site; counted by the entry. */
  refused: RefusedEvent[];
}

/**
 * Puts bundles into the queue, an entry each, all of them or none. Resolves only when they are durable.
 *
 * @param received ms since 1970
 * @param door by which they came, where that matters later
 * @returns why nothing was stored, or undefined when all is
 */
export async function enqueue(
  parts: Parts,
  bundles: Bundle[],
  received: number,
  door?: LogEntry['door'],
): Promise<Refusal | undefined> {
  const { queue, metrics } = parts;
  const entries = bundles.map((bundle) => ({
    partition: partitionOf(bundle.site.id, queue.partitions),
    body: JSON.stringify(entryOf(bundle, received, door)),
    key: bundle.site.id,
  }));
  const began = performance.now();
  try {
    await queue.append(entries);
  } catch (error) {
    const refusal = refusalOfFailure(parts, error);
    for (const { site, events, refused } of bundles) {
      countRefused(parts, site, received, refusal.reason, events.length + refused.length);
    }
    return refusal;
  }
  metrics.appended((performance.now() - began) / 1000);
  for (const { events, refused } of bundles) {
    metrics.accepted(events.length);
    for (const { refusal } of refused) metrics.refused(refusal.reason, 1);
  }
  return undefined;
}

function entryOf({ site, context, events, refused }: Bundle, received: number, door: LogEntry['door']): LogEntry {
  const id = randomUUID();
  const entry: LogEntry = { v: LOG_ENTRY_VERSION, id, site: site.id, received, context, events };
  if (door) entry.door = door;
  if (refused.length > 0) entry.refused = tally(refused, fileAt(site.zone, received).day);
  return entry;
}

function tally(refused: RefusedEvent[], day: number): Refused[] {
  const counts = new Map<string, number>();
  for (const { refusal } of refused) counts.set(refusal.reason, (counts.get(refusal.reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => ({ day, reason, count }));
}
