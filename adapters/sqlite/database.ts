import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf, Unavailable, Unusable } from '../../core/errors.ts';

/** One step of a schema: what turns version n into n + 1. Steps that were released never change. */
export type Migration = string | ((database: DatabaseSync) => void);

export interface OpenOptions {
  file: string;
  /** The schema's history; the file's version is how many of them it has seen. */
  migrations: Migration[];
  /** Waits this long for another connection's transaction. */
  busyMs?: number;
  /** `full`: a commit is on the disk when it returns. `normal`: a power cut may undo the last commits. */
  synchronous?: 'full' | 'normal';
  /** Memory for pages of the file, in KiB. */
  cacheKiB?: number;
  /** Statement that takes out of the copy what must not outlive its time. */
  cleanCopy?: string;
  /** What to do about a damaged file. */
  adviceDamaged?: string;
}

/** Primary result codes of SQLite (https://sqlite.org/rescode.html) after which trying again later is right. */
const PASSING = new Map([
  [5, 'busy'],
  [6, 'locked'],
  [7, 'out of memory'],
  [8, 'read-only'],
  [10, 'disk error'],
  [13, 'disk full'],
  [14, 'cannot open'],
]);
const CORRUPT = [11, 26];
const BUSY = 5;
const FULL = 13;

/** The file system's errors (files beside the database) after which trying again later is right. */
const PASSING_FILES = new Map([
  ['ENOSPC', 'disk full'],
  ['EDQUOT', 'disk quota used up'],
  ['EIO', 'disk error'],
  ['EROFS', 'read-only'],
]);

/** Pages after which the write-ahead log is taken into the file: fewer, larger rounds of random writing. */
const WAL_PAGES = 4000;

/**
 * Opens a database file with a write-ahead log and brings its schema up to date, in one transaction, after a copy of
 * the file beside it.
 *
 * @throws Unusable if the file cannot be opened, is damaged, or comes from a newer version
 * @example
 * const database = openDatabase({ file: 'data/store.db', migrations: ['CREATE TABLE a (b)'] });
 */
export function openDatabase(options: OpenOptions): DatabaseSync {
  const { file, migrations, busyMs = 5000, synchronous = 'full', cleanCopy, cacheKiB = 65536 } = options;
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    database = new DatabaseSync(file, { timeout: busyMs });
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA cache_size = -${cacheKiB}; PRAGMA wal_autocheckpoint = ${WAL_PAGES}`,
    );
    migrate(database, file, migrations, cleanCopy);
    return database;
  } catch (error) {
    database?.close();
    throw error instanceof Unusable ? error : unusable(file, error, options.adviceDamaged);
  }
}

/** That a file cannot be used, with what to do. */
export function unusable(file: string, error: unknown, adviceDamaged?: string): Unusable {
  const advice = adviceFor(error, adviceDamaged);
  return new Unusable(`${file} cannot be used: ${messageOf(error)}. ${advice}`, { cause: error });
}

/** Whether another connection holds what is asked for. */
export function isBusy(error: unknown): boolean {
  return codeOf(error) === BUSY;
}

function migrate(database: DatabaseSync, file: string, migrations: Migration[], cleanCopy: string | undefined): void {
  const version = versionOf(database);
  if (version === migrations.length) return;
  if (version > migrations.length) {
    throw new Unusable(
      `${file} has schema version ${version}, and this Footfall knows up to ${migrations.length}. Start the newer Footfall that made it, or restore the copy that was made before the upgrade.`,
    );
  }
  if (version > 0) copyBefore(database, `${file}.before-version-${migrations.length}`, cleanCopy);
  transaction(database, 'EXCLUSIVE', () => {
    // Another process may have been faster while this one waited for the lock.
    for (const step of migrations.slice(versionOf(database))) {
      if (typeof step === 'string') database.exec(step);
      else step(database);
    }
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

function copyBefore(database: DatabaseSync, copy: string, cleanCopy: string | undefined): void {
  if (existsSync(copy)) return;
  // Under another name until it is whole and clean: whatever interrupts this, a copy of the right name is a good one.
  const part = `${copy}.unfinished`;
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(part + suffix, { force: true });
  database.prepare('VACUUM INTO ?').run(part);
  if (cleanCopy) {
    const copied = new DatabaseSync(part);
    copied.exec(`PRAGMA secure_delete = ON; ${cleanCopy}`);
    copied.close();
  }
  renameSync(part, copy);
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version);
}

/**
 * Runs `work` inside a transaction; on any error nothing of it remains.
 *
 * @throws Unavailable for errors that pass (disk full, locked), else what `work` threw
 */
export function transaction<T>(database: DatabaseSync, kind: 'IMMEDIATE' | 'EXCLUSIVE', work: () => T): T {
  try {
    database.exec(`BEGIN ${kind}`);
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw translated(error);
  }
}

/** Runs `work` so that what it deletes is gone from the file's free space, too: other deletions are left there, for speed. */
export function overwriting<T>(database: DatabaseSync, work: () => T): T {
  database.exec('PRAGMA secure_delete = ON');
  try {
    return work();
  } finally {
    database.exec('PRAGMA secure_delete = OFF');
  }
}

/** An error of SQLite in the terms of the ports. */
export function translated(error: unknown): unknown {
  const code = codeOf(error);
  const passing = PASSING.get(code) ?? PASSING_FILES.get(fileCodeOf(error));
  if (passing) return new Unavailable(`${passing}: ${messageOf(error)}`, { cause: error });
  if (CORRUPT.includes(code)) return new Unavailable(`damaged file: ${messageOf(error)}`, { cause: error });
  return error;
}

/** SQLite's primary result code, also of an error that `translated` has made of it; 0 for others. */
function codeOf(error: unknown): number {
  if (!(error instanceof Error)) return 0;
  return 'errcode' in error ? Number(error.errcode) & 0xff : codeOf(error.cause);
}

/** `ENOSPC` and the like; '' for an error that is none of the file system. */
function fileCodeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function adviceFor(error: unknown, adviceDamaged = 'Restore it from a backup.'): string {
  const code = codeOf(error);
  if (CORRUPT.includes(code)) return `The file is damaged. ${adviceDamaged}`;
  if (code === FULL || fileCodeOf(error) === 'ENOSPC') return 'The disk is full: make room.';
  if (code === BUSY) return 'Another process is at work on it: stop that first.';
  return 'Check that the folder exists and that this user may write to it.';
}
