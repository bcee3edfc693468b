import type { DatabaseSync } from 'node:sqlite';
import { contentOf } from '../../core/event.ts';
import type { Event, LogEntry } from '../../core/event.ts';
import { advance, IMPORT_KIND, importId } from '../../core/import.ts';
import type { Applied, Batch, Position } from '../../core/ports.ts';
import { PAGEVIEW } from '../../sdk/src/wire.ts';
import { idBytes } from './codec.ts';
import { transaction } from './database.ts';
import type { Dictionary } from './dictionary.ts';
import type { DocumentsFile } from './documents.ts';
import type { Erased } from './erase.ts';
import { eventRows } from './event-rows.ts';
import type { Positions } from './positions.ts';
import type { Seen } from './seen.ts';
import { stats } from './stats.ts';
import { visitorDays } from './visitor-days.ts';

export interface ApplyParts {
  database: DatabaseSync;
  strings: Dictionary;
  positions: Positions;
  seen: Seen;
  erased: Erased;
  documents: DocumentsFile;
  limits: { statsPathsMax: number; visitorDayEventsMax: number };
}

type Tally = Extract<Applied, { fenced: false }>;

/**
 * `apply` of the store's port: all of a batch in one transaction; see `docs/architecture.md`, "Counted once".
 */
export function applier(parts: ApplyParts): (batch: Batch) => Applied {
  const { database, strings, positions, seen, erased, documents, limits } = parts;
  const events = eventRows(database, strings);
  const days = visitorDays(database, strings, limits.visitorDayEventsMax);
  const views = stats(database, strings, limits.statsPathsMax);

  return (batch) =>
    transaction(database, 'IMMEDIATE', () => {
      const position = positions.move(batch.partition, batch.from, batch.to);
      return position ? write(batch, position) : { fenced: true };
    });

  function write(batch: Batch, position: Position): Applied {
    const { partition } = batch;
    const tally: Tally = { fenced: false, position, events: 0, duplicates: 0, conflicts: 0, erased: 0 };
    seen.refresh();
    erased.refresh(partition);
    events.start(partition, position.version);
    days.start();
    views.start();
    for (const entry of batch.entries) {
      const site = strings.idOf(entry.site);
      if (!follows(entry, documents)) {
        tally.duplicates += entry.events.length;
        continue;
      }
      for (const event of entry.events) take(entry, site, event, tally);
      countRefused(entry, site, seen, documents);
    }
    days.write(partition, position.version);
    views.write();
    noteTroubles(batch, documents);
    return tally;
  }

  function take(entry: LogEntry, site: number, event: Event, tally: Tally): void {
    const id = idBytes(event.id);
    const found = seen.add(site, id, contentOf(event));
    if (found !== 'new') {
      tally.duplicates += 1;
      if (found === 'other') tally.conflicts += 1;
    } else if (erased.names(entry, event)) {
      // Its id is known from now on, so that it stays out when the tombstone is gone.
      tally.erased += 1;
    } else {
      tally.events += 1;
      events.write(site, id, entry, event);
      if (event.name === PAGEVIEW) views.add(site, event.day, event.path);
      if (event.visitor !== undefined) days.add(site, event, event.visitor, event.context ?? entry.context);
    }
  }
}

/** Whether an entry is no part of an imported file, or the next part of it; then the file's document moves. */
function follows({ site, file }: LogEntry, documents: DocumentsFile): boolean {
  if (!file) return true;
  const id = importId(site, file.file);
  const next = advance(documents.get(IMPORT_KIND, id), file);
  if (next) documents.put(IMPORT_KIND, id, next);
  return next !== undefined;
}

/** Counted once by the entry's own id, for a log that is read again from its start brings it again. */
function countRefused(entry: LogEntry, site: number, seen: Seen, documents: DocumentsFile): void {
  if (!entry.refused || seen.add(site, idBytes(entry.id), 0) !== 'new') return;
  for (const { day, reason, count } of entry.refused) {
    const id = `${entry.site}|${day}|${reason}`;
    const known = documents.get('refused', id) as { count: number } | undefined;
    documents.put('refused', id, { site: entry.site, day, reason, count: (known?.count ?? 0) + count });
  }
}

function noteTroubles({ partition, to, quarantine, loss }: Batch, documents: DocumentsFile): void {
  const at = Date.now();
  for (const { offset, reason, body } of quarantine) {
    documents.put('quarantine', `${partition}|${to.incarnation}|${offset}`, { at, reason, body });
  }
  if (loss) documents.put('loss', `${partition}|${to.incarnation}|${to.offset}`, { at, partition, ...loss });
}
