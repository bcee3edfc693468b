import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { limits as defaults } from '../../core/limits.ts';
import type { Limits } from '../../core/limits.ts';
import type { Applied, Batch, Changes, DayStats, Erasure, Old, Position } from '../../core/ports.ts';
import { applier } from './apply.ts';
import { changesReader } from './changes.ts';
import { openDatabase, overwriting, transaction, translated } from './database.ts';
import { dictionary } from './dictionary.ts';
import type { Dictionary } from './dictionary.ts';
import { documents } from './documents.ts';
import type { DocumentsFile } from './documents.ts';
import { erased, eraser } from './erase.ts';
import { forgetter } from './forget.ts';
import type { Forgotten } from './forget.ts';
import { positions } from './positions.ts';
import { seen } from './seen.ts';
import type { Seen } from './seen.ts';
import { readStats } from './stats.ts';
import { STORE_CLEAN_COPY, STORE_FILE, storeMigrations } from './store-schema.ts';

export interface StoreFileOptions {
  folder: string;
  limits?: Partial<Pick<Limits, 'statsPathsMax' | 'visitorDayEventsMax' | 'idsDays'>> | undefined;
}

/** The embedded store, synchronously. The methods are those of the port; `document` takes the documents' method first. */
export interface StoreFile {
  position(partition: number): Position;
  apply(batch: Batch): Applied;
  changes(partition: number, after: number, rowsMax: number): Changes;
  stats(site: string, day: number, top: number): DayStats;
  document(method: keyof DocumentsFile, ...args: unknown[]): unknown;
  erase(partition: number, erasure: Erasure, until: number): number;
  /** One step, which begins after a version. */
  forget(partition: number, old: Old, after: number): Forgotten;
  sweep(now: number): void;
  close(): void;
}

/**
 * Opens the embedded store of a folder.
 *
 * @throws Unusable if the file cannot be used
 * @example
 * const file = openStoreFile({ folder: './data' });
 */
export function openStoreFile(options: StoreFileOptions): StoreFile {
  const limits = { ...defaults, ...options.limits };
  const file = join(options.folder, STORE_FILE);
  const database = openDatabase({
    file,
    migrations: storeMigrations,
    cleanCopy: STORE_CLEAN_COPY,
    adviceDamaged: ADVICE_DAMAGED,
  });
  const strings = dictionary(database);
  const places = positions(database);
  const ids = seen(database);
  const small = documents(database);
  const checkpoint = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)');
  const forget = forgetter(database, strings);
  return guarded(strings, {
    position: (partition) => places.get(partition),
    apply: applier({
      database,
      strings,
      positions: places,
      seen: ids,
      erased: erased(database, strings),
      documents: small,
      limits,
    }),
    changes: changesReader(database, strings, places),
    stats: readStats(database, strings),
    document(method, ...args) {
      const answer = (small[method] as (...args: unknown[]) => unknown)(...args);
      // What is deleted must be gone from the write-ahead log, too; a reader may hold that up until the next time.
      if (method === 'delete') checkpoint.get();
      return answer;
    },
    erase: eraser(database, strings, places),
    forget(partition, old, after) {
      const step = forget(partition, old, after);
      if (step.after === undefined) checkpoint.get();
      return step;
    },
    sweep: sweeper(database, ids, limits.idsDays),
    close: () => database.close(),
  });
}

const ADVICE_DAMAGED =
  'Restore it from a backup, or move it away to begin anew: what waits in the queue is counted then, what was counted before is gone with the file.';

const DAY_MS = 24 * 60 * 60 * 1000;

function sweeper(database: DatabaseSync, ids: Seen, idsDays: number): (now: number) => void {
  const expired = database.prepare('SELECT count(*) AS n FROM documents WHERE expires <= ?');
  const expire = database.prepare('DELETE FROM documents WHERE expires <= ?');
  const unbury = database.prepare('DELETE FROM erasures WHERE until <= ?');
  const checkpoint = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)');
  let clean = true;
  return (now) => {
    transaction(database, 'IMMEDIATE', () => {
      ids.rotate(now, idsDays * DAY_MS);
      unbury.run(now);
    });
    if (Number(expired.get(now)?.n) > 0) {
      // A salt must be gone from the file's free space and from the write-ahead log, too.
      clean = false;
      overwriting(database, () => expire.run(now));
    }
    // A reader may hold up the emptying of the log; then it is for the next time.
    if (!clean) clean = Number(checkpoint.get()?.busy) === 0;
  };
}

/** The same functions, with SQLite's errors in the terms of the ports, and no memory of what was rolled back. */
function guarded(strings: Dictionary, file: StoreFile): StoreFile {
  const guard =
    <A extends unknown[], R>(run: (...args: A) => R) =>
    (...args: A): R => {
      try {
        return run(...args);
      } catch (error) {
        strings.reset();
        throw translated(error);
      }
    };
  return {
    position: guard(file.position),
    apply: guard(file.apply),
    changes: guard(file.changes),
    stats: guard(file.stats),
    document: guard(file.document),
    erase: guard(file.erase),
    forget: guard(file.forget),
    sweep: guard(file.sweep),
    close: guard(file.close),
  };
}
