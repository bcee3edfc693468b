import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Unusable } from '../../core/errors.ts';
import { limits, PARTITIONS_DEFAULT } from '../../core/limits.ts';
import type { Position } from '../../core/ports.ts';
import { markOf, readMark } from './mark.ts';
import type { MarkContent } from './mark.ts';
import { openQueueFile, QUEUE_FILE, REPAIRED_FOLDER } from './queue-file.ts';
import { salvage } from './salvage.ts';
import type { Salvage } from './salvage.ts';

export interface Repaired {
  /** Entries that were not counted yet and are in the new log. */
  kept: number;
  /** Per partition: entries that were acknowledged, not yet counted, and cannot be read. */
  lost: { partition: number; entries: number }[];
  /** Where the damaged file is now. */
  aside: string;
}

const REPORT_FILE = 'report.json';

/**
 * Makes a new log of all that can still be read of a damaged one, and puts the damaged one aside as it is. The new log is
 * another incarnation, read from its start; what was counted already is known by its ids. One that is interrupted goes
 * on when it is called again.
 *
 * @param positionOf how far the store has applied a partition, to tell what is lost from what was counted
 * @throws Unusable if there is no log
 * @example
 * const { kept, lost } = await repairQueue('./data', (partition) => store.position(partition));
 */
export async function repairQueue(
  folder: string,
  positionOf: (partition: number) => Promise<Position>,
): Promise<Repaired> {
  const file = join(folder, QUEUE_FILE);
  const ready = join(folder, REPAIRED_FOLDER);
  if (existsSync(ready)) return swap(file, ready);
  const mark = readMark(markOf(file));
  if (!existsSync(file) && !mark) throw new Unusable(`${folder} has no ${QUEUE_FILE}: there is nothing to repair.`);

  const work = `${ready}.unfinished`;
  rmSync(work, { recursive: true, force: true });
  const made = join(work, 'made');
  mkdirSync(made, { recursive: true, mode: 0o700 });
  const firstPage = firstPageOf(join(work, 'fresh'), mark?.heads.length);
  const damaged = salvage({ file, folder: join(work, 'copies'), firstPage });
  try {
    const report = await remake(made, damaged, mark, positionOf);
    writeFileSync(join(made, REPORT_FILE), JSON.stringify({ ...report, aside: `${file}.damaged-${Date.now()}` }));
  } finally {
    damaged.close();
  }
  // From here on the new log is whole.
  renameSync(made, ready);
  rmSync(work, { recursive: true });
  return swap(file, ready);
}

/** The first page of a new log. */
function firstPageOf(folder: string, partitions: number | undefined): Buffer {
  openQueueFile({ folder, partitions }).close();
  const file = readFileSync(join(folder, QUEUE_FILE));
  return file.subarray(0, file.readUInt16BE(16));
}

/** Writes the new log. */
async function remake(
  folder: string,
  damaged: Salvage,
  mark: MarkContent | undefined,
  positionOf: (partition: number) => Promise<Position>,
): Promise<Omit<Repaired, 'aside'>> {
  const partitions = damaged.partitions ?? mark?.heads.length ?? PARTITIONS_DEFAULT;
  // A mark that is of another log than the file: SQLite has made an empty one where the beginning was missing.
  const incarnation = mark?.incarnation ?? damaged.incarnation;
  const log = openQueueFile({ folder, partitions, limits: { queueEntriesMax: Infinity, queueBytesMax: Infinity } });
  const lost: Repaired['lost'] = [];
  let kept = 0;
  for (let partition = 0; partition < partitions; partition++) {
    const position = await positionOf(partition);
    const counted = position.incarnation === incarnation ? Number(position.offset) : 0;
    const end = Math.max(damaged.endOf(partition), mark?.heads[partition] ?? 0);
    let there = 0;
    for (let from = counted + 1; from <= end; from += limits.readEntriesMax) {
      const some = damaged.read(partition, from, Math.min(end, from + limits.readEntriesMax - 1));
      log.append([...some.values()].map((body) => ({ partition, body })));
      there += some.size;
    }
    kept += there;
    if (end - counted > there) lost.push({ partition, entries: end - counted - there });
  }
  log.close();
  return { kept, lost };
}

/** Puts the new log into the place of the damaged one; each step may have been done before. */
function swap(file: string, ready: string): Repaired {
  const report = JSON.parse(readFileSync(join(ready, REPORT_FILE), 'utf8')) as Repaired;
  // First, for it must never lie beside a file that it is not of.
  for (const suffix of ['-wal.kept', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, report.aside + suffix);
  }
  for (const suffix of ['', '.mark']) {
    const made = join(ready, QUEUE_FILE + suffix);
    if (!existsSync(made)) continue;
    if (existsSync(file + suffix)) renameSync(file + suffix, report.aside + suffix);
    renameSync(made, file + suffix);
  }
  rmSync(ready, { recursive: true });
  return report;
}
