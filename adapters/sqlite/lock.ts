import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Unusable } from '../../core/errors.ts';
import { isBusy, openDatabase, unusable } from './database.ts';

/**
 * Holds a data folder for this process, until `release` or the process's death, however it dies: the lock is the
 * operating system's own, through a transaction that stays open.
 *
 * @throws Unusable if another process holds it, with that process's id, or if the folder cannot be written
 * @example
 * const release = lockFolder('./data');
 */
export function lockFolder(folder: string): () => void {
  const note = join(folder, 'lock.pid');
  const database: DatabaseSync = openDatabase({
    file: join(folder, 'lock.db'),
    migrations: ['SELECT 1'],
    busyMs: 200,
    adviceDamaged: 'Remove it: nothing is in it.',
  });
  try {
    database.exec('BEGIN EXCLUSIVE');
    writeFileSync(note, String(process.pid));
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw unusable(folder, error);
    throw new Unusable(
      `Footfall is already running on ${folder} (process ${readNote(note)}). Stop it first, or name another folder by DATA.`,
      { cause: error },
    );
  }
  return () => {
    if (database.isOpen) database.close();
  };
}

function readNote(note: string): string {
  try {
    return readFileSync(note, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
