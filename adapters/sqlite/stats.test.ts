import * as fc from 'fast-check';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { openDatabase, transaction } from './database.ts';
import { dictionary } from './dictionary.ts';
import type { Dictionary } from './dictionary.ts';
import { folders } from './folders.contract.ts';
import { OTHER_PATHS, readStats, stats } from './stats.ts';
import { storeMigrations } from './store-schema.ts';

const newFolder = folders();
const SITE = 'example.com';
const DAY = 20_779;

function withDatabase(work: (database: DatabaseSync, strings: Dictionary) => void): void {
  const database = openDatabase({ file: join(newFolder(), 'store.db'), migrations: storeMigrations });
  try {
    work(database, dictionary(database));
  } finally {
    database.close();
  }
}

/** Adds page views, a transaction a batch, and answers the day. */
function count(database: DatabaseSync, strings: Dictionary, pathsMax: number, batches: string[][]) {
  const views = stats(database, strings, pathsMax);
  for (const batch of batches) {
    transaction(database, 'IMMEDIATE', () => {
      views.start();
      const site = strings.idOf(SITE);
      for (const path of batch) views.add(site, DAY, path);
      views.write();
    });
  }
  return readStats(database, strings)(SITE, DAY, 1000);
}

describe('the limit of distinct paths', () => {
  test('what comes after it counts under (other); what was there goes on', () => {
    withDatabase((database, strings) => {
      const { total_views, paths } = count(database, strings, 2, [
        ['/a', '/b', '/c'],
        ['/c', '/d', '/a'],
        ['/b'],
        ['/e'],
      ]);
      expect(total_views).toBe(8);
      expect(paths).toEqual([
        { path: OTHER_PATHS, views: 4 },
        { path: '/a', views: 2 },
        { path: '/b', views: 2 },
      ]);
    });
  });

  test('is each day’s and each site’s own', () => {
    withDatabase((database, strings) => {
      const views = stats(database, strings, 1);
      transaction(database, 'IMMEDIATE', () => {
        views.start();
        for (const site of ['a', 'b']) {
          for (const day of [1, 2]) for (const path of ['/x', '/y']) views.add(strings.idOf(site), day, path);
        }
        views.write();
      });
      for (const site of ['a', 'b']) {
        for (const day of [1, 2]) {
          expect(readStats(database, strings)(site, day, 9)).toEqual({
            total_views: 2,
            unique_users: 0,
            paths: [
              { path: OTHER_PATHS, views: 1 },
              { path: '/x', views: 1 },
            ],
          });
        }
      }
    });
  });

  test('totals are exact, and no path has more than its views, whatever comes in whatever batches', () => {
    const path = fc.integer({ min: 0, max: 12 }).map((n) => `/${n}`);
    const batches = fc.array(fc.array(path, { maxLength: 20 }), { maxLength: 8 });
    fc.assert(
      fc.property(batches, fc.integer({ min: 1, max: 14 }), (all, pathsMax) => {
        withDatabase((database, strings) => {
          const { total_views, paths } = count(database, strings, pathsMax, all);
          const truth = new Map<string, number>();
          for (const one of all.flat()) truth.set(one, (truth.get(one) ?? 0) + 1);
          expect(total_views).toBe(all.flat().length);
          expect(paths.reduce((sum, { views }) => sum + views, 0)).toBe(total_views);
          const named = paths.filter((one) => one.path !== OTHER_PATHS);
          expect(named.length).toBe(Math.min(pathsMax, truth.size));
          for (const one of named) expect(one.views).toBe(truth.get(one.path));
        });
      }),
      { numRuns: 60 },
    );
  });

  test('a page with the name of the rest shares its count', () => {
    withDatabase((database, strings) => {
      const { total_views, paths } = count(database, strings, 1, [[OTHER_PATHS], ['/a', '/b', OTHER_PATHS]]);
      expect(total_views).toBe(4);
      expect(paths).toEqual([{ path: OTHER_PATHS, views: 4 }]);
    });
  });
});

describe('reading', () => {
  test('gives the most viewed first, then by path, at most as many as asked for', () => {
    withDatabase((database, strings) => {
      count(database, strings, 99, [['/b', '/a', '/c', '/c', '/d', '/d', '/d']]);
      const read = readStats(database, strings);
      expect(read(SITE, DAY, 3).paths).toEqual([
        { path: '/d', views: 3 },
        { path: '/c', views: 2 },
        { path: '/a', views: 1 },
      ]);
    });
  });

  test('is all zero for a day and a site without events', () => {
    withDatabase((database, strings) => {
      const zero = { total_views: 0, unique_users: 0, paths: [] };
      count(database, strings, 9, [['/a']]);
      expect(readStats(database, strings)(SITE, DAY + 1, 9)).toEqual(zero);
      expect(readStats(database, strings)('elsewhere.example', DAY, 9)).toEqual(zero);
    });
  });
});

test('what a failed transaction had added is not there, and not counted later', () => {
  withDatabase((database, strings) => {
    const views = stats(database, strings, 9);
    expect(() =>
      transaction(database, 'IMMEDIATE', () => {
        views.start();
        views.add(strings.idOf(SITE), DAY, '/lost');
        views.write();
        throw new Error('on purpose');
      }),
    ).toThrow('on purpose');
    strings.reset();
    expect(count(database, strings, 9, [['/a']])).toMatchObject({ total_views: 1, paths: [{ path: '/a', views: 1 }] });
  });
});
