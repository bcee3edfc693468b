import type { DatabaseSync } from 'node:sqlite';
import type { CreateOptions } from '../../core/ports.ts';

/** The store's small documents, synchronously; each call is one statement and so a transaction of its own, or part of one. */
export interface DocumentsFile {
  get(kind: string, id: string): unknown;
  list(kind: string): { id: string; value: unknown }[];
  put(kind: string, id: string, value: unknown): void;
  delete(kind: string, id: string): void;
  create(kind: string, id: string, value: unknown, options?: CreateOptions): unknown;
}

export function documents(database: DatabaseSync): DocumentsFile {
  const get = database.prepare('SELECT value FROM documents WHERE kind = ? AND id = ?');
  const list = database.prepare('SELECT id, value FROM documents WHERE kind = ? ORDER BY id');
  const put = database.prepare(
    'INSERT INTO documents (kind, id, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  );
  const create = database.prepare(
    `INSERT INTO documents (kind, id, value, expires)
     SELECT ?1, ?2, ?3, ?4 WHERE ?5 IS NULL OR (SELECT count(*) FROM documents WHERE kind = ?1) < ?5
     ON CONFLICT DO NOTHING`,
  );
  const remove = database.prepare('DELETE FROM documents WHERE kind = ? AND id = ?');

  function read(kind: string, id: string): unknown {
    const row = get.get(kind, id);
    return row ? JSON.parse(String(row.value)) : undefined;
  }

  return {
    get: read,
    list: (kind) =>
      list.all(kind).map((row) => ({ id: String(row.id), value: JSON.parse(String(row.value)) as unknown })),
    put: (kind, id, value) => void put.run(kind, id, JSON.stringify(value)),
    delete(kind, id) {
      // It may be a salt, which must not be left in the file's free space.
      database.exec('PRAGMA secure_delete = ON');
      remove.run(kind, id);
      database.exec('PRAGMA secure_delete = OFF');
    },
    create(kind, id, value, { expires, countMax } = {}) {
      create.run(kind, id, JSON.stringify(value), expires ?? null, countMax ?? null);
      return read(kind, id);
    },
  };
}
