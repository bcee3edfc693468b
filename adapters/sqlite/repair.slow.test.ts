import { randomUUID } from 'node:crypto';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Unusable } from '../../core/errors.ts';
import { NO_POSITION } from '../../core/ports.ts';
import type { Position } from '../../core/ports.ts';
import { randomOf } from '../../core/sample.contract.ts';
import { folders } from './folders.contract.ts';
import { markOf, readMark } from './mark.ts';
import { openQueueFile, QUEUE_FILE, REPAIRED_FOLDER } from './queue-file.ts';
import { repairQueue } from './repair.ts';

const newFolder = folders();
const PAGE_BYTES = 4096;
/** The first page, and then those of the tables of a log of three partitions. */
const ROOTS = 6;
const never = async (): Promise<Position> => NO_POSITION;

interface Made {
  folder: string;
  file: string;
  incarnation: string;
  /** Per partition: the bodies, of which the one at n has the offset n + 1. */
  bodies: string[][];
}

/** A log of two used partitions; `open`: as it lies when its process is killed, else as it was closed. */
function logOf(count: number, { open = false, trimmed = 0, partitions = 3 } = {}): Made {
  const folder = newFolder();
  const log = openQueueFile({ folder, partitions });
  const bodies: string[][] = [[], []];
  for (let n = 0; n < count; n++) {
    const partition = n % 2;
    const body = `${n} ${'x'.repeat(n % 700)}`;
    log.append([{ partition, body }]);
    bodies[partition]?.push(body);
  }
  const { incarnation } = log.read(0, NO_POSITION, 1, 1);
  if (trimmed > 0) log.trim(0, { incarnation, offset: String(trimmed), version: 1 });
  const data = join(newFolder(), 'data');
  if (open) cpSync(folder, data, { recursive: true });
  log.close();
  if (!open) cpSync(folder, data, { recursive: true });
  return { folder: data, file: join(data, QUEUE_FILE), incarnation, bodies };
}

function bodiesIn(folder: string): string[][] {
  const log = openQueueFile({ folder });
  const all = Array.from({ length: log.partitions }, (_, partition) =>
    log.read(partition, NO_POSITION, 1e6, 1e12).entries.map(({ body }) => body),
  );
  log.close();
  return all;
}

/** Only what was there is there, in its order and once, and all of it but what is told as lost. */
function expectKept(made: Made, lost: { partition: number; entries: number }[]): void {
  const found = bodiesIn(made.folder);
  for (const [partition, bodies] of made.bodies.entries()) {
    const kept = new Set(found[partition]);
    expect(found[partition]).toEqual(bodies.filter((body) => kept.has(body)));
    const told = lost.find((one) => one.partition === partition)?.entries ?? 0;
    expect(bodies.length - kept.size).toBe(told);
  }
}

function overwrite(file: string, at: number, bytes: Buffer): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, bytes.length, at);
  closeSync(handle);
}

describe('what can be read is kept', () => {
  test('all of a whole log, in order, as another incarnation with a mark of its own', async () => {
    for (const open of [false, true]) {
      const made = logOf(300, { open });
      const { kept, lost, aside } = await repairQueue(made.folder, never);
      expect({ kept, lost }).toEqual({ kept: 300, lost: [] });
      expectKept(made, lost);
      const mark = readMark(markOf(made.file));
      expect(mark?.heads).toEqual([150, 150, 0]);
      expect(mark?.incarnation).not.toBe(made.incarnation);
      expect(existsSync(aside)).toBe(true);
      expect(readdirSync(made.folder).filter((name) => name.includes('repaired'))).toEqual([]);
    }
  });

  test('around any one damaged page', async () => {
    const pages = statSync(logOf(300).file).size / PAGE_BYTES;
    for (let page = 0; page < pages; page++) {
      const made = logOf(300);
      overwrite(made.file, page * PAGE_BYTES, Buffer.alloc(PAGE_BYTES, 0xa5));
      const { kept, lost } = await repairQueue(made.folder, never);
      expect(kept + lost.reduce((sum, { entries }) => sum + entries, 0)).toBe(300);
      expectKept(made, lost);
      // A leaf is a page of entries at most, a root all of a partition's.
      const isRoot = page > 0 && page < ROOTS;
      expect(kept).toBeGreaterThanOrEqual(isRoot ? 150 : 200);
    }
  });

  test('between two damaged pages', async () => {
    const made = logOf(600);
    const { size } = statSync(made.file);
    for (const part of [0.3, 0.7]) {
      overwrite(made.file, Math.floor((size * part) / PAGE_BYTES) * PAGE_BYTES, Buffer.alloc(PAGE_BYTES, 0xa5));
    }
    const { kept, lost } = await repairQueue(made.folder, never);
    expect(kept).toBeGreaterThan(500);
    expect(kept).toBeLessThan(600);
    expectKept(made, lost);
  });

  test('of a log that is cut off anywhere', async () => {
    const random = randomOf(5);
    const { size } = statSync(logOf(300).file);
    for (let run = 0; run < 12; run++) {
      const made = logOf(300);
      truncateSync(made.file, random.below(size));
      const { lost } = await repairQueue(made.folder, never);
      expectKept(made, lost);
    }
  });

  test('of a write-ahead log that is cut off or damaged anywhere', async () => {
    const random = randomOf(6);
    for (let run = 0; run < 16; run++) {
      const made = logOf(200, { open: true });
      const wal = `${made.file}-wal`;
      const at = random.below(statSync(wal).size);
      if (run % 2 === 0) truncateSync(wal, at);
      else overwrite(wal, at, Buffer.alloc(50, 0xa5));
      // The start that failed comes first, as it does in life.
      expect(() => openQueueFile({ folder: made.folder })).toThrow(Unusable);
      const { kept, lost } = await repairQueue(made.folder, never);
      expectKept(made, lost);
      expect(kept).toBeGreaterThan(run % 2 === 1 ? 190 : -1);
    }
  });

  test('but no entry that is not as it was written', async () => {
    const made = logOf(100);
    const bytes = readFileSync(made.file);
    const at = bytes.indexOf('\x0099 xxx'.slice(1));
    expect(at).toBeGreaterThan(0);
    overwrite(made.file, at + 10, Buffer.from('y'));
    const { kept, lost } = await repairQueue(made.folder, never);
    expect({ kept, lost }).toEqual({ kept: 99, lost: [{ partition: 1, entries: 1 }] });
    expectKept(made, lost);
  });
});

describe('what is told as lost', () => {
  const positionOf = (incarnation: string, offset: number) => async (): Promise<Position> => ({
    incarnation,
    offset: String(offset),
    version: 9,
  });

  test('is nothing that was counted already', async () => {
    const made = logOf(300, { trimmed: 100 });
    rmSync(made.file);
    expect(await repairQueue(made.folder, positionOf(made.incarnation, 120))).toMatchObject({
      kept: 0,
      lost: [
        { partition: 0, entries: 30 },
        { partition: 1, entries: 30 },
      ],
    });
  });

  test('is nothing where all was counted', async () => {
    const made = logOf(300);
    rmSync(made.file);
    const position = async (partition: number): Promise<Position> => {
      const offset = partition < 2 ? 150 : 0;
      return { incarnation: made.incarnation, offset: String(offset), version: 9 };
    };
    expect(await repairQueue(made.folder, position)).toMatchObject({ kept: 0, lost: [] });
  });

  test('is all where the position is of another log', async () => {
    const made = logOf(300);
    rmSync(made.file);
    const { lost } = await repairQueue(made.folder, positionOf(randomUUID(), 120));
    expect(lost.map(({ entries }) => entries)).toEqual([150, 150]);
  });

  test('what was counted is not kept either', async () => {
    const made = logOf(300, { trimmed: 50 });
    const { kept, lost } = await repairQueue(made.folder, positionOf(made.incarnation, 120));
    expect({ kept, lost }).toEqual({ kept: 60, lost: [] });
    expect(bodiesIn(made.folder)[0]).toEqual(made.bodies[0]?.slice(120));
  });

  test('the end is known by the log’s own count where the mark is gone', async () => {
    const made = logOf(300);
    rmSync(markOf(made.file));
    overwrite(made.file, statSync(made.file).size - PAGE_BYTES, Buffer.alloc(PAGE_BYTES, 0xa5));
    const { lost } = await repairQueue(made.folder, never);
    expect(lost).toHaveLength(1);
    expectKept(made, lost);
  });
});

describe('partitions', () => {
  test('are as many as the log had, also where only the mark knows', async () => {
    const made = logOf(20, { partitions: 5 });
    rmSync(made.file);
    await repairQueue(made.folder, never);
    expect(bodiesIn(made.folder)).toHaveLength(5);
  });
});

describe('a repair that is interrupted', () => {
  test('before the new log is whole, begins again', async () => {
    const made = logOf(50);
    mkdirSync(join(made.folder, `${REPAIRED_FOLDER}.unfinished`, 'made'), { recursive: true });
    writeFileSync(join(made.folder, `${REPAIRED_FOLDER}.unfinished`, 'made', QUEUE_FILE), 'half');
    expect(await repairQueue(made.folder, never)).toMatchObject({ kept: 50, lost: [] });
    expectKept(made, []);
  });

  test('at any step after that, goes on', async () => {
    // The damaged log's files, in the order in which they make room for the new log's.
    const steps = ['-wal', '-shm', '', '.mark'];
    for (let done = 0; done <= steps.length * 2; done++) {
      const made = logOf(50, { open: true });
      const { ready, aside } = await readyFolder(made);
      for (const suffix of steps.slice(0, Math.ceil(done / 2))) {
        const isLast = suffix === steps[Math.ceil(done / 2) - 1];
        renameSync(made.file + suffix, aside + suffix);
        const next = join(ready, QUEUE_FILE + suffix);
        if (existsSync(next) && !(isLast && done % 2 === 1)) renameSync(next, made.file + suffix);
      }
      expect(() => openQueueFile({ folder: made.folder })).toThrow('footfall repair');
      expect(await repairQueue(made.folder, never)).toEqual({ kept: 50, lost: [], aside });
      expectKept(made, []);
      expect(readdirSync(made.folder).some((name) => name.startsWith(REPAIRED_FOLDER))).toBe(false);
    }
  });

  /** Brings a folder into the state in which the new log is whole and nothing was swapped. */
  async function readyFolder(made: Made): Promise<{ ready: string; aside: string }> {
    const other = join(newFolder(), 'data');
    cpSync(made.folder, other, { recursive: true });
    await repairQueue(other, never);
    const ready = join(made.folder, REPAIRED_FOLDER);
    mkdirSync(ready);
    for (const name of [QUEUE_FILE, markOf(QUEUE_FILE)]) cpSync(join(other, name), join(ready, name));
    const aside = `${made.file}.damaged-1`;
    writeFileSync(join(ready, 'report.json'), JSON.stringify({ kept: 50, lost: [], aside }));
    return { ready, aside };
  }
});

test('the damaged log stays as it was, aside', async () => {
  const made = logOf(100, { open: true });
  truncateSync(`${made.file}-wal`, statSync(`${made.file}-wal`).size - 1000);
  const before = ['', '-wal', '.mark'].map((suffix) => readFileSync(made.file + suffix));
  const { aside } = await repairQueue(made.folder, never);
  expect(['', '-wal', '.mark'].map((suffix) => readFileSync(aside + suffix))).toEqual(before);
});

test('without a log there is nothing to repair, and nothing is made', async () => {
  const folder = newFolder();
  await expect(repairQueue(folder, never)).rejects.toThrow(Unusable);
  expect(readdirSync(folder)).toEqual([]);
});
