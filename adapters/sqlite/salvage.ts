import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SQLOutputValue } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { putFirstPage, fitFile, takeFrames } from './frames.ts';
import { keptWalOf } from './kept-wal.ts';

/** What can be read of a damaged log. */
export interface Salvage {
  /** Undefined if that cannot be read. */
  incarnation: string | undefined;
  partitions: number | undefined;
  /** The highest offset of a partition that was given, as far as can be told; 0 if nothing can. */
  endOf(partition: number): number;
  /** The bodies between two offsets, both included, that can be read. */
  read(partition: number, from: number, to: number): Map<number, string>;
  close(): void;
}

export interface SalvageOptions {
  /** The damaged log. */
  file: string;
  /** For the copies; removing it is the caller's. */
  folder: string;
  /** The first page of a log of as many partitions, whose tables begin at the same pages. */
  firstPage: Buffer;
}

/**
 * Opens a damaged log by copies, so that it stays as it is: one as SQLite recovers it, and one with all frames of its
 * write-ahead log. What cannot be read of the one may be read of the other.
 */
export function salvage({ file, folder, firstPage }: SalvageOptions): Salvage {
  const wal = existsSync(keptWalOf(file)) ? keptWalOf(file) : `${file}-wal`;
  const copies = ['recovered', 'all-frames'].map((name) => copy(file, join(folder, name)));
  const [recovered = '', allFrames = ''] = copies;
  if (existsSync(wal)) {
    copyFileSync(wal, `${recovered}-wal`);
    takeFrames(allFrames, wal);
  }
  for (const one of copies) fitFile(one);
  const databases = copies.flatMap((one) => opened(one, firstPage));

  function meta(key: string): string | undefined {
    const sql = 'SELECT value FROM meta WHERE key = ?';
    return firstOf(databases, (database) => database.prepare(sql).get(key)?.value?.toString());
  }

  const partitions = Number(meta('partitions')) || undefined;
  return {
    incarnation: meta('incarnation'),
    partitions,
    endOf: (partition) => Math.max(0, ...databases.map((database) => endIn(database, partition))),
    read(partition, from, to) {
      const found = new Map<number, string>();
      for (const database of databases) {
        if (found.size < to - from + 1) readInto(found, database, partition, from, to);
      }
      return new Map([...found].sort(([a], [b]) => a - b));
    },
    close() {
      for (const database of databases) database.close();
    },
  };
}

function copy(file: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const to = join(folder, 'queue.db');
  if (existsSync(file)) copyFileSync(file, to);
  else writeFileSync(to, '');
  return to;
}

/** A copy in which SQLite finds the tables, if need be with another first page; nothing if it finds none. */
function opened(file: string, firstPage: Buffer): DatabaseSync[] {
  for (const mend of [false, true]) {
    if (mend) putFirstPage(file, firstPage);
    const database = new DatabaseSync(file);
    const tables = firstOf([database], () => database.prepare('SELECT name FROM sqlite_schema').all());
    if (tables?.some(({ name }) => name === 'log_0')) return [database];
    database.close();
  }
  return [];
}

/** As much of a range as can be read: at once, or, across damage, one by one. */
function readInto(
  found: Map<number, string>,
  database: DatabaseSync,
  partition: number,
  from: number,
  to: number,
): void {
  const select = `SELECT offset, sum, body FROM log_${partition} WHERE offset`;
  try {
    for (const row of database.prepare(`${select} BETWEEN ? AND ?`).all(from, to)) take(found, row);
  } catch {
    for (let offset = from; offset <= to; offset++) {
      const row = firstOf([database], () => database.prepare(`${select} = ?`).get(offset));
      if (row) take(found, row);
    }
  }
}

/** Only what is as it was written. */
function take(found: Map<number, string>, { offset, sum, body }: Record<string, SQLOutputValue>): void {
  if (!found.has(Number(offset)) && crc32(String(body)) === sum) found.set(Number(offset), String(body));
}

function endIn(database: DatabaseSync, partition: number): number {
  const table = `log_${partition}`;
  const sequence = firstOf([database], () =>
    Number(database.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').get(table)?.seq),
  );
  const last = firstOf([database], () =>
    Number(database.prepare(`SELECT max(offset) AS last FROM ${table}`).get()?.last),
  );
  return Math.max(sequence || 0, last || 0);
}

/** The first answer that can be had. */
function firstOf<T>(databases: DatabaseSync[], ask: (database: DatabaseSync) => T): T | undefined {
  for (const database of databases) {
    try {
      const answer = ask(database);
      if (answer !== undefined) return answer;
    } catch {
      // Damaged there.
    }
  }
  return undefined;
}
