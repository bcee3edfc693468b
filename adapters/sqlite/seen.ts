import type { DatabaseSync } from 'node:sqlite';

/**
 * The second barrier's memory: which ids of which site were applied, and with what content. Two generations: new ids go
 * into the current one, both are asked. When the current one has reached the age for which ids are kept, the older one
 * is emptied and takes over. So ids are kept for once to twice that age, without an index by time.
 */
export interface Seen {
  /** `new`: the id was not known and is from now on; `same` and `other`: it was, with this or another content. */
  add(site: number, id: Uint8Array, content: number): 'new' | 'same' | 'other';
  /** Changes generations when it is time. Within a transaction that writes. */
  rotate(now: number, ageMs: number): void;
  /** Looks again which generation is the current one; another process may have changed it. */
  refresh(): void;
}

export function seen(database: DatabaseSync): Seen {
  const generation = database.prepare('SELECT current, since FROM generation');
  const tables = [0, 1].map((n) => ({
    add: database.prepare(`INSERT INTO seen_${n} VALUES (?, ?, ?) ON CONFLICT DO NOTHING`),
    find: database.prepare(`SELECT content FROM seen_${n} WHERE site = ? AND id = ?`),
    any: database.prepare(`SELECT 1 FROM seen_${n} LIMIT 1`),
  }));
  let current = 0;
  let olderHasAny = false;

  function refresh(): void {
    current = Number(generation.get()?.current);
    olderHasAny = tables[1 - current]?.any.get() !== undefined;
  }

  return {
    refresh,
    add(site, id, content) {
      const newer = tables[current];
      const older = tables[1 - current];
      const known = olderHasAny ? older?.find.get(site, id) : undefined;
      if (!known && newer?.add.run(site, id, content).changes === 1) return 'new';
      const row = known ?? newer?.find.get(site, id);
      return Number(row?.content) === content ? 'same' : 'other';
    },
    rotate(now, ageMs) {
      const since = Number(generation.get()?.since);
      if (since === 0) {
        database.prepare('UPDATE generation SET since = ?').run(now);
      } else if (now - since >= ageMs) {
        database.exec(`DELETE FROM seen_${1 - current}`);
        database.prepare('UPDATE generation SET current = 1 - current, since = ?').run(now);
      }
      refresh();
    },
  };
}
