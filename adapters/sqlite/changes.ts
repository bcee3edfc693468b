import type { DatabaseSync } from 'node:sqlite';
import type { Changes, StoredVisitorDay } from '../../core/ports.ts';
import { decodeDay } from './codec.ts';
import type { Dictionary } from './dictionary.ts';
import { EVERYBODY } from './erase.ts';
import { eventOfRow } from './event-rows.ts';
import type { Positions } from './positions.ts';

/**
 * `changes` of the store's port. A version is given whole, however many rows it has; `rowsMax` says when no further one
 * is begun. A visitor's day that changes again meanwhile comes with its last version only, as it is then.
 */
export function changesReader(database: DatabaseSync, strings: Dictionary, positions: Positions) {
  const eventPast = database.prepare(
    'SELECT version FROM events WHERE partition = ? AND version > ? ORDER BY version, n LIMIT 1 OFFSET ?',
  );
  const visitPast = database.prepare(
    'SELECT version FROM visits WHERE partition = ? AND version > ? ORDER BY version LIMIT 1 OFFSET ?',
  );
  const events = database.prepare('SELECT * FROM events WHERE partition = ? AND version > ? AND version <= ?');
  const visits = database.prepare(
    'SELECT site, day, visitor, state FROM visits WHERE partition = ? AND version > ? AND version <= ?',
  );
  const erasures = database.prepare(
    'SELECT site, user_id, visitor FROM erasures WHERE partition = ? AND version > ? AND version <= ?',
  );

  return function changes(partition: number, after: number, rowsMax: number): Changes {
    database.exec('BEGIN');
    try {
      const upTo = reach(partition, after, rowsMax);
      return {
        version: upTo,
        events: events.all(partition, after, upTo).map((row) => eventOfRow(row, strings)),
        visitorDays: visits.all(partition, after, upTo).map(
          (row): StoredVisitorDay => ({
            site: strings.valueOf(Number(row.site)),
            day: Number(row.day),
            visitor: String(row.visitor),
            state: decodeDay(String(row.state), strings),
          }),
        ),
        erasures: erasures.all(partition, after, upTo).map((row) => ({
          site: strings.valueOf(Number(row.site)),
          ...(row.visitor === EVERYBODY ? {} : { user_id: String(row.user_id), visitor: String(row.visitor) }),
        })),
      };
    } finally {
      database.exec('COMMIT');
    }
  };

  /** The last version that can be told in about `rowsMax` rows. */
  function reach(partition: number, after: number, rowsMax: number): number {
    let upTo = positions.get(partition).version;
    for (const past of [eventPast, visitPast]) {
      const row = past.get(partition, after, rowsMax);
      if (row) upTo = Math.min(upTo, Math.max(after + 1, Number(row.version) - 1));
    }
    return upTo;
  }
}
