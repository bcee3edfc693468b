import type { DatabaseSync } from 'node:sqlite';
import type { DayStats } from '../../core/ports.ts';
import type { Dictionary } from './dictionary.ts';

/** Where the views of further paths go once a site's day holds its limit of distinct ones. */
export const OTHER_PATHS = '(other)';

interface DayViews {
  site: number;
  day: number;
  paths: Map<string, number>;
}

/** The first seed's numbers: page views by site, day and path. */
export interface Stats {
  /** Forgets what a failed transaction had added. */
  start(): void;
  /** Adds one page view; `write` puts what was added into the file. */
  add(site: number, day: number, path: string): void;
  write(): void;
}

export function stats(database: DatabaseSync, strings: Dictionary, pathsMax: number): Stats {
  const known = database.prepare('SELECT paths FROM stats_days WHERE site = ? AND day = ?');
  const addDay = database.prepare(
    `INSERT INTO stats_days VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT DO UPDATE SET total_views = total_views + ?3, paths = paths + ?4`,
  );
  const raise = database.prepare('UPDATE stats SET views = views + ? WHERE site = ? AND day = ? AND path = ?');
  const insert = database.prepare('INSERT INTO stats VALUES (?, ?, ?, ?)');
  let days = new Map<string, DayViews>();

  function writePath(day: DayViews, path: string, views: number, full: boolean): boolean {
    const id = full ? strings.find(path) : strings.idOf(path);
    if (id !== undefined && raise.run(views, day.site, day.day, id).changes === 1) return false;
    if (full && path !== OTHER_PATHS) return writePath(day, OTHER_PATHS, views, true);
    insert.run(day.site, day.day, strings.idOf(path), views);
    return true;
  }

  function writeDay(day: DayViews): void {
    const before = Number(known.get(day.site, day.day)?.paths ?? 0);
    let added = 0;
    let total = 0;
    for (const [path, views] of day.paths) {
      if (writePath(day, path, views, before + added >= pathsMax)) added += 1;
      total += views;
    }
    addDay.run(day.site, day.day, total, added);
  }

  return {
    start() {
      days = new Map();
    },
    add(site, day, path) {
      const key = `${site}|${day}`;
      let views = days.get(key);
      if (!views) {
        views = { site, day, paths: new Map() };
        days.set(key, views);
      }
      views.paths.set(path, (views.paths.get(path) ?? 0) + 1);
    },
    write() {
      for (const day of days.values()) writeDay(day);
    },
  };
}

/** Reads `DayStats`; a day without events is all zero. */
export function readStats(database: DatabaseSync, strings: Dictionary) {
  const total = database.prepare('SELECT total_views FROM stats_days WHERE site = ? AND day = ?');
  const unique = database.prepare(
    'SELECT count(*) AS users FROM visits WHERE site = ? AND day = ? AND first_seen IS NOT NULL',
  );
  const paths = database.prepare(
    `SELECT value AS path, views FROM stats JOIN strings ON strings.id = path WHERE site = ? AND day = ? AND views > 0
     ORDER BY views DESC, value LIMIT ?`,
  );
  return (siteId: string, day: number, top: number): DayStats => {
    const site = strings.find(siteId);
    if (site === undefined) return { total_views: 0, unique_users: 0, paths: [] };
    return {
      total_views: Number(total.get(site, day)?.total_views ?? 0),
      unique_users: Number(unique.get(site, day)?.users ?? 0),
      paths: paths.all(site, day, top).map((row) => ({ path: String(row.path), views: Number(row.views) })),
    };
  };
}
