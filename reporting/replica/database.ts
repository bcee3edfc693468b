import type * as duckdb from '@duckdb/node-api';
import { existsSync, rmSync } from 'node:fs';
import type { DuckDBConnection, DuckDBInstance, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { Limits } from '../../core/limits.ts';
import { exportFolderOf } from './export-folder.ts';
import { failureOf } from './failure.ts';

/** A value for a parameter. Numbers are whole ones. */
export type Bound = string | number | boolean | string[] | number[];
/** A row's values; whole numbers of 64 bits and more must be cast to DOUBLE in the statement. */
export type Row = (string | number | boolean | null)[];

/** A column's name and type. */
export type Column = [name: string, type: string];
/** A value to append. */
export type Value = string | number | boolean | string[] | null;

/** A connection to the replica's file. One statement at a time. */
export interface Connection {
  run(sql: string, values?: Bound[]): Promise<void>;
  rows(sql: string, values?: Bound[]): Promise<Row[]>;
  /** Puts rows into a table, given by column. */
  append(table: string, columns: Column[], values: Value[][]): Promise<void>;
  /** Ends the statement that runs, which rejects. */
  interrupt(): void;
  close(): void;
}

export interface Database {
  /** Version of the library, by which files are told apart. */
  engine: string;
  connect(): Promise<Connection>;
  close(): void;
}

export type DatabaseLimits = Pick<Limits, 'replicaMemoryBytesMax' | 'replicaTempBytesMax' | 'replicaThreadsMax'>;

type Library = typeof duckdb;

/**
 * Opens a DuckDB file, or makes it. The database can reach nothing but that file and the folder of exports beside it,
 * loads no extension, and its settings are locked.
 *
 * @throws Locked if another process has it, Broken if it is damaged or of another format
 * @example
 * const database = await openDatabase('./data/replica.duckdb', limits);
 * const connection = await database.connect();
 */
export async function openDatabase(file: string, limits: DatabaseLimits): Promise<Database> {
  const library = await import('@duckdb/node-api');
  const instance = await guard(() =>
    library.DuckDBInstance.create(file, {
      threads: String(Math.max(1, limits.replicaThreadsMax)),
      memory_limit: bytes(limits.replicaMemoryBytesMax),
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    }),
  );
  try {
    await guard(() => lockDown(instance, exportFolderOf(file), limits));
  } catch (error) {
    instance.closeSync();
    throw error;
  }
  return {
    engine: library.version(),
    connect: () => guard(async () => connectionOf(await instance.connect(), library)),
    close: () => instance.closeSync(),
  };
}

/** With DuckDB's errors in the replica's terms. */
async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failureOf(error);
  }
}

/** Groups by up to 2 to the power of this many words are counted in an array instead of a hash table. */
const DENSE_BITS = 16;

async function lockDown(instance: DuckDBInstance, exports: string, limits: DatabaseLimits): Promise<void> {
  const connection = await instance.connect();
  await connection.run(`SET max_temp_directory_size = '${bytes(limits.replicaTempBytesMax)}'`);
  await connection.run(`SET perfect_ht_threshold = ${DENSE_BITS}`);
  await connection.run('SET allow_community_extensions = false');
  await connection.run(`SET allowed_directories = [${literal(exports)}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
  connection.closeSync();
}

/** A text as a statement has it where none can be bound. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function bytes(count: number): string {
  return `${Math.max(1, Math.floor(count / 1024))}KiB`;
}

function connectionOf(connection: DuckDBConnection, library: Library): Connection {
  return {
    run: (sql, values = []) =>
      guard(async () => {
        await connection.run(sql, ...bind(values, library));
      }),
    rows: (sql, values = []) =>
      guard(async () => {
        const reader = await connection.runAndReadAll(sql, ...bind(values, library));
        return reader.getRows() as Row[];
      }),
    append: (table, columns, values) => guard(() => append(connection, library, table, columns, values)),
    interrupt: () => connection.interrupt(),
    close: () => connection.closeSync(),
  };
}

function bind(values: Bound[], library: Library): [DuckDBValue[], DuckDBType[]] {
  const { BIGINT, BOOLEAN, LIST, VARCHAR, listValue } = library;
  const types = values.map((value): DuckDBType => {
    if (Array.isArray(value)) return LIST(typeof value[0] === 'number' ? BIGINT : VARCHAR);
    return typeof value === 'number' ? BIGINT : typeof value === 'boolean' ? BOOLEAN : VARCHAR;
  });
  const plain = (value: string | number | boolean): DuckDBValue => (typeof value === 'number' ? BigInt(value) : value);
  return [values.map((value) => (Array.isArray(value) ? listValue(value.map(plain)) : plain(value))), types];
}

/** Rows that a chunk of DuckDB holds. */
const CHUNK_ROWS = 2048;

async function append(
  connection: DuckDBConnection,
  library: Library,
  table: string,
  columns: Column[],
  values: Value[][],
): Promise<void> {
  const count = values[0]?.length ?? 0;
  if (count === 0) return;
  const types = columns.map(([, type]) => typeOf(type, library));
  const appender = await connection.createAppender(table, 'main', 'temp');
  try {
    for (let from = 0; from < count; from += CHUNK_ROWS) {
      const chunk = library.DuckDBDataChunk.create(types);
      chunk.setColumns(
        columns.map(([, type], at) =>
          (values[at] ?? []).slice(from, from + CHUNK_ROWS).map((value) => duckValue(value, type, library)),
        ),
      );
      appender.appendDataChunk(chunk);
    }
  } finally {
    appender.closeSync();
  }
}

function typeOf(name: string, { BIGINT, BOOLEAN, DOUBLE, INTEGER, LIST, VARCHAR }: Library): DuckDBType {
  const type = { BIGINT, BOOLEAN, DOUBLE, INTEGER, VARCHAR, 'VARCHAR[]': LIST(VARCHAR) }[name];
  if (!type) throw new Error(`no values of type ${name} are appended`);
  return type;
}

function duckValue(value: Value, type: string, { listValue }: Library): DuckDBValue {
  if (Array.isArray(value)) return listValue(value);
  return type === 'BIGINT' && typeof value === 'number' ? BigInt(value) : value;
}

/** Removes a database's file and what lies beside it. */
export function removeDatabase(file: string): void {
  for (const path of [file, `${file}.wal`, `${file}.tmp`]) rmSync(path, { recursive: true, force: true });
}

/** Whether a database's file is there. */
export function databaseExists(file: string): boolean {
  return existsSync(file);
}
