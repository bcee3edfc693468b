import type { ClientSession } from 'mongodb';
import type { LogEntry } from '../../core/event.ts';
import { newId } from '../../core/id.ts';
import { advance, IMPORT_KIND, importId } from '../../core/import.ts';
import type { Limits } from '../../core/limits.ts';
import type { Applied, Batch, Quarantined } from '../../core/ports.ts';
import { writeAnalyticsEvents } from './analytics-events.ts';
import { batchDocuments } from './batch-documents.ts';
import type { BatchDocuments } from './batch-documents.ts';
import type { Collections } from './collections.ts';
import { writeEvents } from './event-groups.ts';
import { addIds, knownIds } from './ids.ts';
import type { Positions } from './positions.ts';
import { writeStats } from './stats.ts';
import { idsOf, take } from './take.ts';
import type { Taken } from './take.ts';
import { tombstones } from './tombstones.ts';
import { TooSlow } from './transactions.ts';
import type { Transactions } from './transactions.ts';
import { writeVisits } from './visitor-days.ts';

export interface ApplyParts {
  collections: Collections;
  positions: Positions;
  transactions: Transactions;
  limits: Pick<Limits, 'statsPathsMax' | 'visitorDayEventsMax' | 'visitorDayBytesMax'>;
}

type Tally = Extract<Applied, { fenced: false }>;

/**
 * `apply` of the store's port: all of a batch in one transaction; see `docs/architecture.md`, "Counted once".
 */
export function applier(parts: ApplyParts): (batch: Batch) => Promise<Applied> {
  const { collections, positions, transactions } = parts;

  return async (batch) => {
    if (batch.from.version === 0) await positions.begin(batch.partition);
    try {
      return await applyOnce(batch);
    } catch (error) {
      // Where a smaller batch would come through, to try the same again is not right.
      if (error instanceof TooSlow && batch.entries.length > 1) throw new Error(error.message, { cause: error });
      throw error;
    }
  };

  function applyOnce(batch: Batch): Promise<Applied> {
    const by = newId();
    let done: Applied | undefined;
    return transactions.run<Applied>(batch.partition, async (session) => {
      const moved = await positions.move(batch, by, session);
      // The commit of an attempt before was not answered, and came through.
      if (moved === 'done' && done) return { commit: true, value: done };
      if (moved !== 'moved') return { commit: false, value: { fenced: true } };
      done = await write(batch, session);
      return { commit: true, value: done };
    });
  }

  async function write(batch: Batch, session: ClientSession): Promise<Tally> {
    const { partition, from, to } = batch;
    const version = from.version + 1;
    const small = batchDocuments(collections, partition, session);
    const entries = await following(batch.entries, small);
    const known = await knownIds(collections, partition, idsOf(entries), session);
    const isErased = await tombstones(collections, partition, session);
    const taken = take(entries, known, isErased);

    await writeEvents(collections, partition, version, taken.events, session);
    await writeAnalyticsEvents(collections, partition, taken.events, session);
    await addIds(collections, partition, taken.ids, session);
    await writeVisits(collections, parts.limits, partition, version, taken.events, session);
    await writeStats(collections, parts.limits.statsPathsMax, partition, taken.events, session);
    await countRefused(taken.refused, small);
    await noteTroubles(batch, small);

    const left = eventsIn(batch.entries) - eventsIn(entries);
    const { events, duplicates, conflicts, erased } = taken;
    const position = { ...to, version };
    return { fenced: false, position, events: events.length, duplicates: duplicates + left, conflicts, erased };
  }
}

function eventsIn(entries: LogEntry[]): number {
  return entries.reduce((sum, { events }) => sum + events.length, 0);
}

/** The entries that are no part of an imported file, or the next part of it; then the file's document moves. */
async function following(entries: LogEntry[], small: BatchDocuments): Promise<LogEntry[]> {
  const files = new Set(entries.flatMap(({ site, file }) => (file ? [importId(site, file.file)] : [])));
  if (files.size === 0) return entries;
  const known = await small.find(IMPORT_KIND, [...files]);
  const moved = new Map<string, unknown>();
  const next = entries.filter(({ site, file }) => {
    if (!file) return true;
    const id = importId(site, file.file);
    const imported = advance(known.get(id), file);
    if (!imported) return false;
    known.set(id, imported);
    moved.set(id, imported);
    return true;
  });
  await small.put(IMPORT_KIND, moved);
  return next;
}

async function countRefused(refused: Taken['refused'], small: BatchDocuments): Promise<void> {
  if (refused.length === 0) return;
  const idOf = ({ site, day, reason }: Taken['refused'][number]): string => `${site}|${day}|${reason}`;
  const counts = (await small.find('refused', [...new Set(refused.map(idOf))])) as Map<string, { count: number }>;
  for (const one of refused) {
    const { site, day, reason, count } = one;
    counts.set(idOf(one), { site, day, reason, count: (counts.get(idOf(one))?.count ?? 0) + count } as {
      count: number;
    });
  }
  await small.put('refused', counts);
}

/** Characters of an entry that are kept. In JSON each may take 6 bytes, and a document has at most 16 MB. */
const KEPT_CHARS_MAX = 2 * 1024 * 1024;

function kept({ reason, body }: Quarantined): Omit<Quarantined, 'offset'> {
  if (body.length <= KEPT_CHARS_MAX) return { reason, body };
  const cut = `of ${body.length} characters the first ${KEPT_CHARS_MAX} are kept`;
  return { reason: `${reason} (${cut})`, body: body.slice(0, KEPT_CHARS_MAX) };
}

async function noteTroubles({ partition, to, quarantine, loss }: Batch, small: BatchDocuments): Promise<void> {
  const at = Date.now();
  const idOf = (offset: string): string => `${partition}|${to.incarnation}|${offset}`;
  await small.put('quarantine', new Map(quarantine.map((one) => [idOf(one.offset), { at, ...kept(one) }])));
  if (loss) await small.put('loss', new Map([[idOf(to.offset), { at, partition, ...loss }]]));
}
