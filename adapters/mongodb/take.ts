import { contentOf } from '../../core/event.ts';
import type { LogEntry, Refused } from '../../core/event.ts';
import type { Brought } from './event-groups.ts';
import { idKey } from './ids.ts';
import type { SeenId, SiteId } from './ids.ts';
import type { Names } from './tombstones.ts';

/** What of a batch is new. */
export interface Taken {
  events: Brought[];
  /** Ids that are known from now on: of the events, also of those that an erasure keeps out, and of entries that count refusals. */
  ids: SeenId[];
  refused: (Refused & { site: string })[];
  duplicates: number;
  conflicts: number;
  erased: number;
}

/** The ids by which entries' events and refusals are told from known ones. */
export function idsOf(entries: LogEntry[]): SiteId[] {
  return entries.flatMap(({ site, id, events, refused }) => [
    ...(refused ? [{ site, id }] : []),
    ...events.map((event) => ({ site, id: event.id })),
  ]);
}

/**
 * Sorts out what is new, in the order of the log: the first of an id counts.
 *
 * @param known the content's number by `idKey`; what is new is put in
 */
export function take(entries: LogEntry[], known: Map<string, number>, isErased: Names): Taken {
  const taken: Taken = { events: [], ids: [], refused: [], duplicates: 0, conflicts: 0, erased: 0 };

  function isNew(site: string, id: string, content: number): boolean {
    const key = idKey(site, id);
    if (known.has(key)) return false;
    known.set(key, content);
    taken.ids.push({ site, id, content });
    return true;
  }

  for (const entry of entries) {
    const { site } = entry;
    for (const event of entry.events) {
      const content = contentOf(event);
      if (!isNew(site, event.id, content)) {
        taken.duplicates += 1;
        if (known.get(idKey(site, event.id)) !== content) taken.conflicts += 1;
      } else if (isErased(entry, event)) {
        // Its id is known from now on, so that it stays out when the tombstone is gone.
        taken.erased += 1;
      } else {
        taken.events.push({ entry, event });
      }
    }
    if (entry.refused && isNew(site, entry.id, 0))
      taken.refused.push(...entry.refused.map((one) => ({ ...one, site })));
  }
  return taken;
}
