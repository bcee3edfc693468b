import type { DatabaseSync } from 'node:sqlite';
import type { Event, LogEntry } from '../../core/event.ts';
import type { Erasure } from '../../core/ports.ts';
import { visitorOfUser } from '../../core/visitor.ts';
import { PAGEVIEW } from '../../sdk/src/wire.ts';
import { decodeDay } from './codec.ts';
import { overwriting, transaction } from './database.ts';
import type { Dictionary } from './dictionary.ts';
import { eventOfRow } from './event-rows.ts';
import type { Positions } from './positions.ts';
import { siteEraser } from './erase-site.ts';
import { OTHER_PATHS } from './stats.ts';

/** What erasures keep out. */
export interface Erased {
  /** Reads the tombstones of a partition. */
  refresh(partition: number): void;
  /**
   * Whether an erasure names the event: it happened before the person's erasure, or was received before the site's. What
   * comes later counts again.
   */
  names(entry: Pick<LogEntry, 'site' | 'received'>, event: Event): boolean;
}

/** In place of a visitor's key, which is never empty: everybody, the whole site. */
export const EVERYBODY = '';
/** No visitor's key begins with it, so that no key is taken for a `user_id`. */
const USER = '=';

export function erased(database: DatabaseSync, strings: Dictionary): Erased {
  const select = database.prepare('SELECT site, visitor, user_id, at FROM erasures WHERE partition = ?');
  let tombstones = new Map<string, number>();
  return {
    refresh(partition) {
      tombstones = new Map();
      for (const row of select.all(partition)) {
        const site = strings.valueOf(Number(row.site));
        tombstones.set(`${site}|${String(row.visitor)}`, Number(row.at));
        if (row.visitor !== EVERYBODY) tombstones.set(`${site}|${USER}${String(row.user_id)}`, Number(row.at));
      }
    },
    names({ site, received }, { visitor, user_id, time }) {
      if (tombstones.size === 0) return false;
      if (received <= (tombstones.get(`${site}|${EVERYBODY}`) ?? 0)) return true;
      const byVisitor = visitor === undefined ? undefined : tombstones.get(`${site}|${visitor}`);
      const byUser = user_id === undefined ? undefined : tombstones.get(`${site}|${USER}${user_id}`);
      return time <= Math.max(byVisitor ?? 0, byUser ?? 0);
    },
  };
}

/** `erase` of the store's port. */
export function eraser(database: DatabaseSync, strings: Dictionary, positions: Positions) {
  const deleteDays = database.prepare('DELETE FROM visits WHERE site = ? AND visitor = ?');
  const events = database.prepare('SELECT * FROM events WHERE partition = ? AND site = ?');
  const deleteEvent = database.prepare('DELETE FROM events WHERE partition = ? AND version = ? AND n = ?');
  const lowerPath = database.prepare('UPDATE stats SET views = views - 1 WHERE site = ? AND day = ? AND path = ?');
  const lowerDay = database.prepare('UPDATE stats_days SET total_views = total_views - 1 WHERE site = ? AND day = ?');
  const deleteSite = siteEraser(database);
  const visitorsOf = visitorFinder(database, strings);
  const bury = database.prepare('INSERT INTO erasures VALUES (?, ?, ?, ?, ?, ?, ?)');

  return function erase(partition: number, { site: siteId, user_id }: Erasure, until: number): number {
    try {
      return overwriting(database, () =>
        transaction(database, 'IMMEDIATE', () => {
          // What is queued may be the first of its site.
          const site = strings.idOf(siteId);
          return user_id === undefined
            ? eraseSite(partition, siteId, site, until)
            : erasePerson(partition, site, user_id, until);
        }),
      );
    } finally {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    }
  };

  function eraseSite(partition: number, siteId: string, site: number, until: number): number {
    const version = positions.touch(partition);
    bury.run(partition, version, site, EVERYBODY, '', Date.now(), until);
    return deleteSite(partition, siteId, site);
  }

  function erasePerson(partition: number, site: number, userId: string, until: number): number {
    const visitors = visitorsOf(partition, site, userId);
    const version = positions.touch(partition);
    const rows = rowsOf(partition, site, userId, visitors);
    for (const row of rows) {
      deleteEvent.run(partition, row.version, row.n);
      if (row.pageview) lower(site, row.day, row.path);
    }
    const at = Date.now();
    for (const visitor of visitors) {
      deleteDays.run(site, visitor);
      bury.run(partition, version, site, visitor, userId, at, until);
    }
    return rows.length;
  }

  function rowsOf(partition: number, site: number, userId: string, visitors: Set<string>) {
    const found: { version: number; n: number; day: number; path: number; pageview: boolean }[] = [];
    for (const row of events.iterate(partition, site)) {
      const event = eventOfRow(row, strings);
      if (event.user_id !== userId && !(event.visitor !== undefined && visitors.has(event.visitor))) continue;
      const { version, n, path } = row;
      const pageview = event.name === PAGEVIEW;
      found.push({ version: Number(version), n: Number(n), day: event.day, path: Number(path), pageview });
    }
    return found;
  }

  /** A path beyond the day's limit was counted under another name. */
  function lower(site: number, day: number, path: number): void {
    if (lowerPath.run(site, day, path).changes === 0) lowerPath.run(site, day, strings.idOf(OTHER_PATHS));
    lowerDay.run(site, day);
  }
}

/** The person's own key, and the keys of the browsers that carried the `user_id`. */
function visitorFinder(database: DatabaseSync, strings: Dictionary) {
  const events = database.prepare('SELECT * FROM events WHERE partition = ? AND site = ?');
  const days = database.prepare('SELECT visitor, state FROM visits WHERE site = ?');

  return function visitorsOf(partition: number, site: number, userId: string): Set<string> {
    const visitors = new Set([visitorOfUser(userId)]);
    // A visit keeps its last user_id only, its events keep theirs.
    for (const row of events.iterate(partition, site)) {
      const { user_id, visitor } = eventOfRow(row, strings);
      if (user_id === userId && visitor !== undefined) visitors.add(visitor);
    }
    for (const row of days.iterate(site)) {
      const { visits } = decodeDay(String(row.state), strings);
      if (visits.some((visit) => visit.user?.user_id === userId)) visitors.add(String(row.visitor));
    }
    return visitors;
  };
}
