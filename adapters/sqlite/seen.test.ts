import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { sampleId } from '../../core/sample.contract.ts';
import { idBytes } from './codec.ts';
import { openDatabase } from './database.ts';
import { folders } from './folders.contract.ts';
import { seen } from './seen.ts';
import type { Seen } from './seen.ts';
import { storeMigrations } from './store-schema.ts';

const newFolder = folders();
const DAY_MS = 24 * 60 * 60 * 1000;
const AGE_MS = 8 * DAY_MS;
const START = Date.UTC(2026, 10, 22);

function withSeen(work: (ids: Seen, database: DatabaseSync, another: () => Seen) => void): void {
  const file = join(newFolder(), 'store.db');
  const open = () => openDatabase({ file, migrations: storeMigrations });
  const first = open();
  const second = open();
  try {
    work(seen(first), first, () => seen(second));
  } finally {
    first.close();
    second.close();
  }
}

const id = (n: number) => idBytes(sampleId(n));
const count = (database: DatabaseSync): number =>
  Number(database.prepare('SELECT (SELECT count(*) FROM seen_0) + (SELECT count(*) FROM seen_1) AS n').get()?.n);

describe('add', () => {
  test('tells new ids, known ones, and known ones with other content', () => {
    withSeen((ids) => {
      ids.refresh();
      expect(ids.add(1, id(1), 11)).toBe('new');
      expect(ids.add(1, id(1), 11)).toBe('same');
      expect(ids.add(1, id(1), 12)).toBe('other');
      expect(ids.add(1, id(1), 11)).toBe('same');
      expect(ids.add(1, id(2), 12)).toBe('new');
    });
  });

  test('keeps sites apart', () => {
    withSeen((ids) => {
      ids.refresh();
      expect(ids.add(1, id(1), 11)).toBe('new');
      expect(ids.add(2, id(1), 11)).toBe('new');
      expect(ids.add(2, id(1), 11)).toBe('same');
    });
  });
});

describe('generations', () => {
  test('an id is known for its age at least, and for twice that at most', () => {
    for (const afterMs of [0, 1, AGE_MS / 2, AGE_MS - 1]) {
      withSeen((ids, database) => {
        ids.rotate(START, AGE_MS);
        // Looks come once an hour, as the housekeeping's do.
        let now = START;
        const until = (moment: number): void => {
          for (; now <= moment; now += DAY_MS / 24) ids.rotate(now, AGE_MS);
        };
        until(START + afterMs);
        expect(ids.add(1, id(7), 1)).toBe('new');
        until(START + afterMs + AGE_MS);
        expect(ids.add(1, id(7), 1)).toBe('same');
        expect(count(database)).toBe(1);
        until(START + afterMs + 2 * AGE_MS + DAY_MS);
        expect(count(database)).toBe(0);
        expect(ids.add(1, id(7), 1)).toBe('new');
      });
    }
  });

  test('the older generation is asked for the content, too, and its ids do not move', () => {
    withSeen((ids, database) => {
      ids.rotate(START, AGE_MS);
      ids.add(1, id(1), 11);
      ids.rotate(START + AGE_MS, AGE_MS);
      expect(ids.add(1, id(1), 11)).toBe('same');
      expect(ids.add(1, id(1), 12)).toBe('other');
      expect(ids.add(1, id(2), 12)).toBe('new');
      expect(count(database)).toBe(2);
      ids.rotate(START + 2 * AGE_MS, AGE_MS);
      expect(count(database)).toBe(1);
      expect(ids.add(1, id(1), 11)).toBe('new');
      expect(ids.add(1, id(2), 12)).toBe('same');
    });
  });

  test('nothing changes before it is time, nor by a clock that goes back', () => {
    withSeen((ids, database) => {
      ids.rotate(START, AGE_MS);
      ids.add(1, id(1), 11);
      for (const now of [START, START + AGE_MS - 1, START - AGE_MS, START - 5 * AGE_MS]) ids.rotate(now, AGE_MS);
      expect(database.prepare('SELECT current, since FROM generation').get()).toEqual({ current: 0, since: START });
      expect(ids.add(1, id(1), 11)).toBe('same');
    });
  });

  test('another connection learns of a change by refresh', () => {
    withSeen((ids, _database, another) => {
      ids.rotate(START, AGE_MS);
      ids.add(1, id(1), 11);
      const other = another();
      other.refresh();
      ids.rotate(START + AGE_MS, AGE_MS);
      ids.add(1, id(2), 11);
      other.refresh();
      expect(other.add(1, id(1), 11)).toBe('same');
      expect(other.add(1, id(2), 11)).toBe('same');
      expect(other.add(1, id(3), 11)).toBe('new');
      ids.refresh();
      expect(ids.add(1, id(3), 11)).toBe('same');
    });
  });
});
