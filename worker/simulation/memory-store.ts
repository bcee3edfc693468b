import type { Event, LogEntry } from '../../core/event.ts';
import { advance, IMPORT_KIND, importId } from '../../core/import.ts';
import { limits } from '../../core/limits.ts';
import type { Applied, Batch, Changes, DayStats, Erasure, Old, Position } from '../../core/ports.ts';
import type { VisitEvent } from '../../core/visits.ts';
import { memoryDocuments } from './memory-documents.ts';
import type { MemoryDocuments } from './memory-documents.ts';
import { changesOf, eraseFrom, forgetIn, isAt, isNew, memoryPartition, mergeDay, statsOf } from './memory-partition.ts';
import type { MemoryPartition, Tally } from './memory-partition.ts';

/** The store in memory, with synchronous functions, each a transaction. `memory-store-port.ts` makes the port of it. */
export interface MemoryStore {
  position(partition: number): Position;
  apply(batch: Batch): Applied;
  /** What it answers is the store's own and changes with it. */
  changes(partition: number, after: number, rowsMax: number): Changes;
  stats(site: string, day: number, top: number): DayStats;
  documents: MemoryDocuments;
  erase(partition: number, erasure: Erasure): number;
  forget(partition: number, old: Old): number;
  sweep(now: number): void;
}

/** By visitor and day, what a batch adds. */
type Additions = Map<string, { site: string; events: VisitEvent[] }>;

/** @param now the clock in ms; the simulation brings its own */
export function memoryStore(now: () => number = Date.now): MemoryStore {
  const partitions = new Map<number, MemoryPartition>();
  const documents = memoryDocuments();

  function partitionOf(number: number): MemoryPartition {
    const found = partitions.get(number) ?? memoryPartition();
    partitions.set(number, found);
    return found;
  }

  return {
    position: (partition) => partitionOf(partition).position,
    apply: (batch) => applyTo(partitionOf(batch.partition), documents, batch, now()),
    changes: (partition, after, rowsMax) => changesOf(partitionOf(partition), after, rowsMax),
    stats: (site, day, top) => statsOf([...partitions.values()], site, day, top),
    documents,
    erase(partition, erasure) {
      if (erasure.user_id === undefined) forgetSite(documents, erasure.site);
      return eraseFrom(partitionOf(partition), erasure, now());
    },
    forget: (partition, old) => forgetIn(partitionOf(partition), old),
    sweep(at) {
      documents.sweep(at);
      for (const { ids } of partitions.values()) {
        for (const [key, { applied }] of ids) if (at - applied >= limits.idsDays * DAY_MS) ids.delete(key);
      }
    },
  };
}

const DAY_MS = 24 * 60 * 60 * 1000;

function applyTo(partition: MemoryPartition, documents: MemoryDocuments, batch: Batch, now: number): Applied {
  if (!isAt(partition, batch.from)) return { fenced: true };
  const position = { ...batch.to, version: partition.position.version + 1 };
  partition.position = position;
  const tally: Tally = { fenced: false, position, events: 0, duplicates: 0, conflicts: 0, erased: 0 };
  const additions: Additions = new Map();
  for (const entry of batch.entries) {
    if (!follows(documents, entry)) {
      tally.duplicates += entry.events.length;
      continue;
    }
    for (const event of entry.events) {
      if (isNew(partition, entry, event, now, tally)) take(partition, entry, event, additions);
    }
    countRefused(partition, documents, entry, now);
  }
  for (const [key, { site, events }] of additions) mergeDay(partition, key, site, events);
  writeTroubles(documents, batch, now);
  return tally;
}

/** Whether an entry is no part of an imported file, or the next one. */
function follows(documents: MemoryDocuments, { site, file }: LogEntry): boolean {
  if (!file) return true;
  const next = advance(documents.get(IMPORT_KIND, importId(site, file.file)), file);
  if (next) documents.put(IMPORT_KIND, importId(site, file.file), next);
  return next !== undefined;
}

function take(partition: MemoryPartition, entry: LogEntry, event: Event, additions: Additions): void {
  const { site, received } = entry;
  const { context = entry.context } = event;
  partition.events.push({ version: partition.position.version, event: { ...event, site, received, context } });
  if (event.visitor === undefined) return;
  const key = JSON.stringify([site, event.day, event.visitor]);
  const addition = additions.get(key);
  if (addition) addition.events.push({ event, context });
  else additions.set(key, { site, events: [{ event, context }] });
}

/** Counted once by the entry's id. */
function countRefused({ ids }: MemoryPartition, documents: MemoryDocuments, entry: LogEntry, now: number): void {
  const { id, site, refused = [] } = entry;
  if (refused.length === 0 || ids.has(`${id}|${site}`)) return;
  ids.set(`${id}|${site}`, { content: 0, applied: now });
  for (const { day, reason, count } of refused) {
    const known = documents.get('refused', `${site}|${day}|${reason}`) as { count: number } | undefined;
    documents.put('refused', `${site}|${day}|${reason}`, { site, day, reason, count: (known?.count ?? 0) + count });
  }
}

function forgetSite(documents: MemoryDocuments, site: string): void {
  for (const kind of ['refused', IMPORT_KIND]) {
    for (const { id, value } of documents.list(kind)) {
      if ((value as { site: string }).site === site) documents.delete(kind, id);
    }
  }
}

function writeTroubles(documents: MemoryDocuments, { partition, to, quarantine, loss }: Batch, at: number): void {
  for (const { offset, reason, body } of quarantine) {
    documents.put('quarantine', `${partition}|${to.incarnation}|${offset}`, { at, reason, body });
  }
  if (loss) documents.put('loss', `${partition}|${to.incarnation}|${to.offset}`, { at, partition, ...loss });
}
