import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { Unusable } from '../../core/errors.ts';
import { NO_POSITION } from '../../core/ports.ts';
import { folders } from './folders.contract.ts';
import { keptWalOf } from './kept-wal.ts';
import { openQueueFile, QUEUE_FILE, REPAIRED_FOLDER } from './queue-file.ts';

const newFolder = folders();

/** A folder whose log holds some entries, as if its process had been killed. */
function killedFolder(bodies: string[]): string {
  const folder = newFolder();
  const log = openQueueFile({ folder });
  for (const body of bodies) log.append([{ partition: 0, body }]);
  const copy = join(newFolder(), 'data');
  cpSync(folder, copy, { recursive: true });
  log.close();
  return copy;
}

const bodiesIn = (folder: string): string[] => {
  const log = openQueueFile({ folder });
  const { entries } = log.read(0, NO_POSITION, 999, 1e9);
  log.close();
  return entries.map(({ body }) => body);
};

describe('every entry is checked at the opening', () => {
  test('bodies of any kind are whole', () => {
    const odd = ['', '\0', 'a\0b', 'é漢😀', '\ud800 alone', '\udfff', '\ufeff', 'x'.repeat(100_000), '123', "' ; --"];
    const folder = killedFolder(odd);
    expect(bodiesIn(folder)).toEqual(odd.map((body) => body.toWellFormed()));
    expect(bodiesIn(folder)).toHaveLength(odd.length);
  });

  test('one that is not as it was written is named, with the way out', () => {
    const folder = killedFolder(['a', 'b', 'c']);
    const database = new DatabaseSync(join(folder, QUEUE_FILE));
    database.exec("UPDATE log_0 SET body = 'B' WHERE offset = 2");
    database.close();
    expect(() => openQueueFile({ folder })).toThrow(Unusable);
    expect(() => openQueueFile({ folder })).toThrow(
      /queue\.db is damaged \(entry 2 of partition 0 is not as it was written\)\. .*footfall repair/,
    );
  });
});

describe('the write-ahead log', () => {
  test('is kept under a second name until nothing is missing', () => {
    const folder = killedFolder(['a', 'b', 'c']);
    const file = join(folder, QUEUE_FILE);
    const wal = readFileSync(`${file}-wal`);
    // The end of the last frame: SQLite leaves it out, and would delete all of it when it closes the file.
    writeFileSync(`${file}-wal`, wal.subarray(0, wal.length - 100));
    for (let time = 0; time < 2; time++) {
      expect(() => openQueueFile({ folder })).toThrow('1 are missing');
      expect(readFileSync(keptWalOf(file)).equals(wal.subarray(0, wal.length - 100))).toBe(true);
    }
    // A reader that comes by leaves it alone, too.
    expect(() => openQueueFile({ folder, role: 'reader' })).toThrow('1 are missing');
    expect(existsSync(keptWalOf(file))).toBe(true);
  });

  test('is let go of when all of it was taken in', () => {
    const folder = killedFolder(['a', 'b', 'c']);
    expect(bodiesIn(folder)).toEqual(['a', 'b', 'c']);
    expect(readdirSync(folder).sort()).toEqual([QUEUE_FILE, `${QUEUE_FILE}.mark`]);
  });
});

describe('refuses to open', () => {
  test('a log whose file is gone while its mark is there', () => {
    const folder = killedFolder(['a', 'b']);
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, QUEUE_FILE + suffix));
    expect(() => openQueueFile({ folder })).toThrow('ends at entry 0 of partition 0, but 2 were acknowledged');
    expect(() => openQueueFile({ folder })).toThrow('2 are missing');
  });

  test('a log under a repair that was interrupted', () => {
    const folder = killedFolder(['a']);
    mkdirSync(join(folder, REPAIRED_FOLDER));
    expect(() => openQueueFile({ folder })).toThrow('the repair was interrupted. Run `footfall repair` to end it.');
  });
});

describe('two openings of one log', () => {
  test('a reader sees what the writer appends, and trims it', () => {
    const folder = newFolder();
    const writer = openQueueFile({ folder });
    const reader = openQueueFile({ folder, role: 'reader' });
    writer.append([{ partition: 3, body: 'a' }]);
    const { incarnation, to, entries } = reader.read(3, NO_POSITION, 9, 9);
    expect(entries).toEqual([{ offset: '1', body: 'a' }]);
    reader.trim(3, { incarnation, offset: to, version: 1 });
    expect(writer.depth()).toEqual({ entries: 0, oldest: undefined });
    writer.append([{ partition: 3, body: 'b' }]);
    expect(reader.read(3, { incarnation, offset: to, version: 1 }, 9, 9).entries).toEqual([{ offset: '2', body: 'b' }]);
    reader.close();
    writer.close();
    // The reader was opened and closed while the mark moved on: it is the writer's alone.
    expect(() => openQueueFile({ folder }).close()).not.toThrow();
  });
});
