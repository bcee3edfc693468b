import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { databaseExists, openDatabase, removeDatabase } from './database.ts';
import type { Connection, Database, DatabaseLimits } from './database.ts';
import { Broken, DatabaseError, Locked } from './failure.ts';
import { createSchema, REPLICA_VERSION } from './schema.ts';

/** An open replica's file. */
export interface Opened {
  database: Database;
  connection: Connection;
  /** Whether the file is still the one that was opened. */
  isInPlace(): boolean;
  close(): void;
}

/** An opening that never came to its end may have brought the process down. So often it is tried. */
const OPENINGS_MAX = 2;

/**
 * Opens the replica of a store, or makes it. What does not open, was made by another version, or is of another store is
 * removed first: nothing in a replica is worth keeping.
 *
 * @param store the store's own id
 * @param onRemoved told why a file was removed
 * @throws Locked while another process has the file
 */
export async function openReplica(
  file: string,
  store: string,
  limits: DatabaseLimits,
  onRemoved: (why: string) => void,
): Promise<Opened> {
  const openings = begin(file);
  if (openings > OPENINGS_MAX) remove(file, `opening it failed ${OPENINGS_MAX} times without a word`, onRemoved);
  try {
    return await open(file, store, limits);
  } catch (error) {
    if (error instanceof Locked || !(error instanceof DatabaseError)) throw error;
    remove(file, error.message, onRemoved);
    return await open(file, store, limits);
  } finally {
    rmSync(markOf(file), { force: true });
  }
}

function remove(file: string, why: string, onRemoved: (why: string) => void): void {
  if (databaseExists(file)) onRemoved(why);
  removeDatabase(file);
}

function markOf(file: string): string {
  return `${file}.opening`;
}

/** Counts the openings that have not come to their end, this one included. */
function begin(file: string): number {
  const mark = markOf(file);
  const before = existsSync(mark) ? Number(readFileSync(mark, 'utf8')) || 0 : 0;
  writeFileSync(mark, String(before + 1), { mode: 0o600 });
  return before + 1;
}

async function open(file: string, store: string, limits: DatabaseLimits): Promise<Opened> {
  const isNew = !databaseExists(file);
  const database = await openDatabase(file, limits);
  try {
    const connection = await database.connect();
    if (isNew) await transaction(connection, () => createSchema(connection, store, database.engine));
    else await check(connection, store, database.engine);
    const { ino } = statSync(file);
    return {
      database,
      connection,
      isInPlace: () => statSync(file, { throwIfNoEntry: false })?.ino === ino,
      close() {
        connection.close();
        database.close();
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

async function check(connection: Connection, store: string, engine: string): Promise<void> {
  const [row] = await connection.rows('SELECT version, store, engine FROM replica');
  const [version, ofStore, ofEngine] = row ?? [];
  if (version !== REPLICA_VERSION) throw new Broken(`it has version ${String(version)}, not ${REPLICA_VERSION}`);
  if (ofEngine !== engine) throw new Broken(`it was made by DuckDB ${String(ofEngine)}, and this is ${engine}`);
  if (ofStore !== store) throw new Broken('it is of another store');
}

/** Runs `work` in a transaction; on any error nothing of it remains. */
export async function transaction<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  await connection.run('BEGIN TRANSACTION');
  try {
    const result = await work();
    await connection.run('COMMIT');
    return result;
  } catch (error) {
    // A broken database refuses this, too; the first error says more.
    await connection.run('ROLLBACK').catch(() => {});
    throw error;
  }
}
