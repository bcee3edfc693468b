import type { DatabaseSync } from 'node:sqlite';

const CACHED_MAX = 100_000;

/** Repeated strings, kept once and named by a number. */
export interface Dictionary {
  /** The number of a string, which is put in if it is new: only within a transaction that writes. */
  idOf(value: string): number;
  /** The number of a string that is there. */
  find(value: string): number | undefined;
  /** @throws Error if there is no string of that number */
  valueOf(id: number): string;
  /** Forgets what a transaction that was rolled back had put in. */
  reset(): void;
}

export function dictionary(database: DatabaseSync): Dictionary {
  const select = database.prepare('SELECT id FROM strings WHERE value = ?');
  const insert = database.prepare('INSERT INTO strings (value) VALUES (?)');
  const selectValue = database.prepare('SELECT value FROM strings WHERE id = ?');
  const ids = new Map<string, number>();
  const values = new Map<number, string>();

  function find(value: string): number | undefined {
    const cached = ids.get(value);
    if (cached !== undefined) return cached;
    const row = select.get(value);
    return row ? remember(Number(row.id), value) : undefined;
  }

  function remember(id: number, value: string): number {
    // Emptied whole when it is full: the strings in use are back within moments.
    if (ids.size >= CACHED_MAX) ids.clear();
    if (values.size >= CACHED_MAX) values.clear();
    ids.set(value, id);
    values.set(id, value);
    return id;
  }

  return {
    find,
    idOf: (value) => find(value) ?? remember(Number(insert.run(value).lastInsertRowid), value),
    valueOf(id) {
      const cached = values.get(id);
      if (cached !== undefined) return cached;
      const row = selectValue.get(id);
      if (!row) throw new Error(`no string ${id} in the dictionary: the store is damaged`);
      remember(id, String(row.value));
      return String(row.value);
    },
    reset() {
      ids.clear();
      values.clear();
    },
  };
}
