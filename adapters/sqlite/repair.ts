import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { limits, PARTITIONS_DEFAULT } from '../../core/limits.ts';
import type { Position } from '../../core/ports.ts';
import { openMark } from './mark.ts';
import { openQueueFile, QUEUE_FILE } from './queue-file.ts';

export interface Repaired {
  /** Entries that could be read and are in the new log. */
  kept: number;
  /** Per partition: entries that were acknowledged, not yet counted, and cannot be read. */
  lost: { partition: number; entries: number }[];
  /** Where the damaged file is now. */
  aside: string;
}

interface Salvaged {
  entries: { offset: number; body: string }[];
  /** The highest offset that is known to have been given. */
  end: number;
}

/**
 * Makes a new log of all that can still be read of a damaged one, and puts the damaged one aside. The new log is
 * another incarnation, read from its start; what was counted already is known by its ids.
 *
 * @param positionOf how far the store has applied a partition, to tell what is lost from what was counted
 * @example
 * const { kept, lost } = repairQueue('./data', (partition) => store.position(partition));
 */
export async function repairQueue(
  folder: string,
  positionOf: (partition: number) => Promise<Position>,
): Promise<Repaired> {
  const file = join(folder, QUEUE_FILE);
  const aside = `${file}.damaged-${Date.now()}`;
  const salvaged = salvage(file);
  for (const [partition, end] of acknowledged(`${file}.mark`, salvaged.partitions.length).entries()) {
    const one = salvaged.partitions[partition];
    if (one) one.end = Math.max(one.end, end);
  }
  for (const suffix of ['', '-wal', '-shm', '.mark']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  }
  rmSync(`${file}-shm`, { force: true });
  const lost = await lostOf(salvaged.partitions, salvaged.incarnation, positionOf);
  const log = openQueueFile({ folder, partitions: salvaged.partitions.length });
  let kept = 0;
  for (const [partition, { entries }] of salvaged.partitions.entries()) {
    for (let i = 0; i < entries.length; i += limits.readEntriesMax) {
      const some = entries.slice(i, i + limits.readEntriesMax);
      log.append(some.map(({ body }) => ({ partition, body })));
      kept += some.length;
    }
  }
  log.close();
  return { kept, lost, aside };
}

function salvage(file: string): { incarnation: string; partitions: Salvaged[] } {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    const meta = new Map(
      database
        .prepare('SELECT key, value FROM meta')
        .all()
        .map((row) => [String(row.key), String(row.value)]),
    );
    const count = Number(meta.get('partitions') ?? PARTITIONS_DEFAULT);
    const partitions: Salvaged[] = [];
    for (let partition = 0; partition < count; partition++) partitions.push(salvagePartition(database, partition));
    return { incarnation: meta.get('incarnation') ?? '', partitions };
  } catch {
    return { incarnation: '', partitions: Array.from({ length: PARTITIONS_DEFAULT }, () => ({ entries: [], end: 0 })) };
  } finally {
    database?.close();
  }
}

/** Reads from both ends towards the damage. */
function salvagePartition(database: DatabaseSync, partition: number): Salvaged {
  const found = new Map<number, string>();
  for (const order of ['ASC', 'DESC']) {
    try {
      const rows = database.prepare(`SELECT offset, body FROM log_${partition} ORDER BY offset ${order}`);
      for (const row of rows.iterate()) {
        if (found.has(Number(row.offset)) && order === 'DESC') break;
        found.set(Number(row.offset), String(row.body));
      }
    } catch {
      // As far as it could be read; what is missing is told by the offsets.
    }
  }
  const entries = [...found].map(([offset, body]) => ({ offset, body })).sort((a, b) => a.offset - b.offset);
  return { entries, end: Math.max(entries.at(-1)?.offset ?? 0, sequenceOf(database, partition)) };
}

function sequenceOf(database: DatabaseSync, partition: number): number {
  try {
    return Number(database.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').get(`log_${partition}`)?.seq ?? 0);
  } catch {
    return 0;
  }
}

function acknowledged(file: string, partitions: number): number[] {
  const mark = openMark(file, partitions);
  const heads = mark.read();
  mark.close();
  return heads;
}

async function lostOf(
  partitions: Salvaged[],
  incarnation: string,
  positionOf: (partition: number) => Promise<Position>,
): Promise<Repaired['lost']> {
  const lost: Repaired['lost'] = [];
  for (const [partition, { entries, end }] of partitions.entries()) {
    const position = await positionOf(partition);
    const counted = position.incarnation === incarnation ? Number(position.offset) : 0;
    const there = entries.filter(({ offset }) => offset > counted).length;
    if (end - counted > there) lost.push({ partition, entries: end - counted - there });
  }
  return lost;
}
