import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { QUEUE_FILE } from '../adapters/sqlite/queue-file.ts';
import { STORE_FILE } from '../adapters/sqlite/store-schema.ts';

/** What is in the files of a folder whose server has stopped. */
export interface Counted {
  /** Entries that were ever appended to the queue. */
  appended: number;
  /** Entries that the store has not applied yet. */
  waiting: number;
  /** Events in the store. */
  stored: number;
}

/**
 * Counts by the files' own tables, past all of Footfall's code.
 *
 * @example
 * counted('./data').appended;
 */
export function counted(folder: string): Counted {
  const queue = new DatabaseSync(join(folder, QUEUE_FILE), { readOnly: true });
  const store = new DatabaseSync(join(folder, STORE_FILE), { readOnly: true });
  let appended = 0;
  let waiting = 0;
  for (const { name, seq } of queue.prepare(`SELECT name, seq FROM sqlite_sequence WHERE name LIKE 'log_%'`).all()) {
    const partition = Number(String(name).slice('log_'.length));
    const position = store.prepare('SELECT offset FROM positions WHERE partition = ?').get(partition);
    const after = Number(position?.offset ?? 0);
    const left = queue.prepare(`SELECT count(*) AS n FROM log_${partition} WHERE offset > ?`).get(after);
    appended += Number(seq);
    waiting += Number(left?.n);
  }
  const stored = Number(store.prepare('SELECT count(*) AS n FROM events').get()?.n);
  queue.close();
  store.close();
  return { appended, waiting, stored };
}

/** Bytes of a database file, with its write-ahead log. */
export function bytesOf(file: string): number {
  return [file, `${file}-wal`].reduce((sum, one) => sum + (existsSync(one) ? statSync(one).size : 0), 0);
}
