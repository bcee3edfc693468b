import type { DatabaseSync } from 'node:sqlite';
import type { Context, Event } from '../../core/event.ts';
import { emptyDay, merge } from '../../core/visits.ts';
import type { VisitEvent } from '../../core/visits.ts';
import { decodeDay, encodeDay } from './codec.ts';
import type { Dictionary } from './dictionary.ts';

/** What a batch adds to one visitor's day. */
interface Addition {
  site: number;
  day: number;
  visitor: string;
  events: VisitEvent[];
}

/** The visits, a row a visitor's day. */
export interface VisitorDays {
  /** Forgets what a failed transaction had added. */
  start(): void;
  /** Adds an event of a visitor; `write` merges what was added into the rows. */
  add(site: number, event: Event, visitor: string, context: Context): void;
  write(partition: number, version: number): void;
}

export function visitorDays(database: DatabaseSync, strings: Dictionary, eventsMax: number): VisitorDays {
  const select = database.prepare('SELECT rowid, state FROM visits WHERE site = ? AND day = ? AND visitor = ?');
  const insert = database.prepare(
    'INSERT INTO visits (site, day, visitor, partition, version, first_seen, state) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const update = database.prepare('UPDATE visits SET version = ?, first_seen = ?, state = ? WHERE rowid = ?');
  let additions = new Map<string, Addition>();

  function writeDay({ site, day, visitor, events }: Addition, partition: number, version: number): void {
    const row = select.get(site, day, visitor);
    const before = row ? decodeDay(String(row.state), strings) : emptyDay();
    const merged = merge(before, events, { eventsMax });
    const firstSeen = merged.visits[0]?.start ?? null;
    const state = encodeDay(merged, strings);
    if (row) update.run(version, firstSeen, state, Number(row.rowid));
    else insert.run(site, day, visitor, partition, version, firstSeen, state);
  }

  return {
    start() {
      additions = new Map();
    },
    add(site, event, visitor, context) {
      const key = `${site}|${event.day}|${visitor}`;
      const addition = additions.get(key);
      if (addition) addition.events.push({ event, context });
      else additions.set(key, { site, day: event.day, visitor, events: [{ event, context }] });
    },
    write(partition, version) {
      for (const addition of additions.values()) writeDay(addition, partition, version);
    },
  };
}
