import type { DatabaseSync } from 'node:sqlite';
import type { Old } from '../../core/ports.ts';
import { overwriting, transaction } from './database.ts';
import type { Dictionary } from './dictionary.ts';

/** Events that one step looks at, and visitors' days that it deletes: so long do others wait. */
const PORTION = 2000;

/** What a step has done. */
export interface Forgotten {
  /** Events and visitors' days that it deleted. */
  gone: number;
  /** The version after which the next step begins; undefined: all is done. */
  after: number | undefined;
}

/** `forget` of the store's port, a step a call. The first begins after version 0. */
export function forgetter(database: DatabaseSync, strings: Dictionary) {
  const beyond = database.prepare(
    'SELECT version FROM events WHERE partition = ? AND version > ? ORDER BY version LIMIT 1 OFFSET ?',
  );
  const deleteEvents = database.prepare(
    'DELETE FROM events WHERE partition = ? AND version > ? AND version <= ? AND site = ? AND day < ?',
  );
  const deleteDays = database.prepare(
    'DELETE FROM visits WHERE rowid IN (SELECT rowid FROM visits WHERE site = ? AND day < ? LIMIT ?)',
  );
  const deleteNumbers = [
    database.prepare('DELETE FROM stats WHERE site = ? AND day < ?'),
    database.prepare('DELETE FROM stats_days WHERE site = ? AND day < ?'),
  ];

  return function forget(partition: number, old: Old, after: number): Forgotten {
    const site = strings.find(old.site);
    if (site === undefined) return { gone: 0, after: undefined };
    return overwriting(database, () => transaction(database, 'IMMEDIATE', () => step(partition, site, old, after)));
  };

  function step(partition: number, site: number, { eventsBefore, visitsBefore }: Old, after: number): Forgotten {
    const row = beyond.get(partition, after, PORTION);
    const upTo = row ? Number(row.version) : Number.MAX_SAFE_INTEGER;
    const events = Number(deleteEvents.run(partition, after, upTo, site, eventsBefore).changes);
    const days = Number(deleteDays.run(site, visitsBefore, PORTION).changes);
    if (row) return { gone: events + days, after: upTo };
    if (days === PORTION) return { gone: events + days, after };
    for (const statement of deleteNumbers) statement.run(site, visitsBefore);
    return { gone: events + days, after: undefined };
  }
}
