import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { QueueFull, Unusable } from '../../core/errors.ts';
import { limits as defaults, PARTITIONS_DEFAULT } from '../../core/limits.ts';
import type { Position, QueueDepth, QueueEntry, Slice } from '../../core/ports.ts';
import { openDatabase, transaction, translated, unusable } from './database.ts';
import { keepWal } from './kept-wal.ts';
import { checkMark, markOf, openMark, readMark } from './mark.ts';
import { depthOf, endOf, partitionStatements, sliceOf } from './queue-partition.ts';

export interface QueueFileOptions {
  folder: string;
  /** Fixed when the file is made. Default 8. */
  partitions?: number | undefined;
  limits?: { queueEntriesMax?: number; queueBytesMax?: number } | undefined;
  /** `writer` appends and checks the file when it opens it; one a folder. `reader` reads and trims. */
  role?: 'writer' | 'reader' | undefined;
}

/** The embedded log: a table a partition, so that its primary key is the offset. Everything here is synchronous. */
export interface QueueFile {
  partitions: number;
  append(entries: QueueEntry[]): void;
  read(partition: number, after: Position, entriesMax: number, bytesMax: number): Slice;
  trim(partition: number, upTo: Position): void;
  depth(): QueueDepth;
  close(): void;
}

/**
 * AUTOINCREMENT, for plain row ids restart when a table is trimmed empty, and a position must never go back. `sum` is the
 * CRC-32 of the body: SQLite itself notices damage to its own structures only.
 */
const table = (partition: number): string =>
  `CREATE TABLE log_${partition} (
     offset INTEGER PRIMARY KEY AUTOINCREMENT,
     at INTEGER NOT NULL,
     sum INTEGER NOT NULL,
     body TEXT NOT NULL
   )`;

export const QUEUE_FILE = 'queue.db';
/** Where a repair has its new log until that is in its place. */
export const REPAIRED_FOLDER = 'queue.db.repaired';

const ADVICE_DAMAGED = 'Restore it from a backup, or run `footfall repair`: it keeps all that can be read.';

/** How many partitions the data in a folder was made with; the file is made if it is missing. */
function openQueueDatabase(options: QueueFileOptions): { database: DatabaseSync; partitions: number } {
  const { folder, partitions, role = 'writer' } = options;
  const file = join(folder, QUEUE_FILE);
  if (role === 'writer' && existsSync(join(folder, REPAIRED_FOLDER))) {
    throw new Unusable(`${file} is under repair, and the repair was interrupted. Run \`footfall repair\` to end it.`);
  }
  const make = (database: DatabaseSync): void => {
    // Where the beginning of a log is missing SQLite has an empty file. What is left must not be written over.
    checkMark(readMark(markOf(file)), file, '', []);
    database.exec('CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID');
    const set = database.prepare('INSERT INTO meta VALUES (?, ?)');
    set.run('incarnation', randomUUID());
    set.run('partitions', String(partitions ?? PARTITIONS_DEFAULT));
    for (let i = 0; i < (partitions ?? PARTITIONS_DEFAULT); i++) database.exec(table(i));
  };
  // What is trimmed need not survive a power cut, what is appended must.
  const synchronous = role === 'writer' ? 'full' : 'normal';
  const cacheKiB = 4096;
  const database = openDatabase({ file, migrations: [make], synchronous, cacheKiB, adviceDamaged: ADVICE_DAMAGED });
  const found = partitionsIn(database, file);
  if (partitions !== undefined && partitions !== found) {
    database.close();
    throw new Unusable(
      `${file} has ${found} partitions, and ${partitions} are asked for. The number is fixed when the data is made: set PARTITIONS=${found}, or start with a new folder.`,
    );
  }
  return { database, partitions: found };
}

function partitionsIn(database: DatabaseSync, file: string): number {
  try {
    return Number(readMeta(database, 'partitions'));
  } catch (error) {
    database.close();
    throw unusable(file, error, ADVICE_DAMAGED);
  }
}

function readMeta(database: DatabaseSync, key: string): string {
  return String(database.prepare('SELECT value FROM meta WHERE key = ?').get(key)?.value);
}

/**
 * Opens the embedded log of a folder.
 *
 * @throws Unusable if it cannot be written, is damaged, or ends before what was acknowledged
 * @example
 * const log = openQueueFile({ folder: './data' });
 * log.append([{ partition: 0, body: '{}' }]);
 */
export function openQueueFile(options: QueueFileOptions): QueueFile {
  const limits = { ...defaults, ...options.limits };
  const letGo = keepWal(join(options.folder, QUEUE_FILE));
  const { database, partitions } = openQueueDatabase(options);
  const { incarnation, each, heads, mark } = examine(database, partitions, options);
  letGo();
  let room = Number.POSITIVE_INFINITY;
  let measured = 0;

  /** Entries that still fit. Measured once a second, for it costs a look at every partition. */
  function measureRoom(): void {
    if (Date.now() - measured < 1000) return;
    measured = Date.now();
    const bytes = pragma(database, 'page_size') * (pragma(database, 'page_count') - pragma(database, 'freelist_count'));
    room = bytes >= limits.queueBytesMax ? 0 : limits.queueEntriesMax - depthOf(each).entries;
  }

  return {
    partitions,
    append(entries) {
      guarded(measureRoom);
      if (entries.length > room) {
        throw new QueueFull(
          `the queue holds its limit (queueEntriesMax ${limits.queueEntriesMax}, queueBytesMax ${limits.queueBytesMax})`,
        );
      }
      const now = Date.now();
      transaction(database, 'IMMEDIATE', () => {
        for (const { partition, body } of entries) each[partition]?.append.run(now, crc32(body), body);
      });
      room -= entries.length;
      for (const { partition } of entries) heads[partition] = (heads[partition] ?? 0) + 1;
      // What the mark does not tell of is not acknowledged: it is sent again, and known by its ids.
      guarded(() => mark?.write(heads));
    },
    read(partition, after, entriesMax, bytesMax) {
      const one = each[partition];
      if (!one) throw new RangeError(`partition ${partition} of ${partitions}`);
      return guarded(() => sliceOf(one, incarnation, after, entriesMax, bytesMax));
    },
    trim(partition, upTo) {
      if (upTo.incarnation === incarnation) guarded(() => each[partition]?.trim.run(Number(upTo.offset)));
    },
    depth: () => guarded(() => depthOf(each)),
    close() {
      mark?.close();
      database.close();
    },
  };
}

/** Reads what there is, and finds out whether all of it is. */
function examine(database: DatabaseSync, partitions: number, { folder, role }: QueueFileOptions) {
  const file = join(folder, QUEUE_FILE);
  const writer = role !== 'reader';
  // Before the log: a writer in another process goes on meanwhile.
  const acknowledged = readMark(markOf(file));
  try {
    const incarnation = readMeta(database, 'incarnation');
    const each = Array.from({ length: partitions }, (_, partition) => partitionStatements(database, partition));
    if (writer) check(database, partitions, file);
    const heads = each.map(endOf);
    checkMark(acknowledged, file, incarnation, heads);
    return { incarnation, each, heads, mark: writer ? openMark(file, incarnation, heads) : undefined };
  } catch (error) {
    database.close();
    throw error instanceof Unusable ? error : unusable(file, error, ADVICE_DAMAGED);
  }
}

/** SQLite's errors and those of the file system in the terms of the ports. */
function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translated(error);
  }
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function check(database: DatabaseSync, partitions: number, file: string): void {
  const found = database.prepare('PRAGMA quick_check(1)').get()?.quick_check;
  if (found !== 'ok') throw new Unusable(`${file} is damaged (${String(found)}). ${ADVICE_DAMAGED}`);
  database.function('crc32', { deterministic: true }, (body) => crc32(String(body)));
  for (let partition = 0; partition < partitions; partition++) {
    const row = database.prepare(`SELECT offset FROM log_${partition} WHERE sum <> crc32(body) LIMIT 1`).get();
    if (!row) continue;
    const entry = `entry ${String(row.offset)} of partition ${partition}`;
    throw new Unusable(`${file} is damaged (${entry} is not as it was written). ${ADVICE_DAMAGED}`);
  }
}
