import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { limits } from '../../core/limits.ts';
import type { Connection, Database } from '../replica/database.ts';
import { openDatabase } from '../replica/database.ts';
import { createSchema } from '../replica/schema.ts';
import { wholeDaysOf } from './whole-days.ts';
import { DAY_MS, HOUR_MS } from './zone.ts';

const SITE = 1;
const FIRST = 20_000;
const LAST = 20_003;
/** The site's clock is ahead of UTC by so much. */
const AHEAD_MS = 2 * HOUR_MS;

let folder: string;
let database: Database;
let connection: Connection;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'footfall-days-'));
  database = await openDatabase(join(folder, 'replica.duckdb'), limits);
  connection = await database.connect();
  await createSchema(connection, 'store', database.engine);
});

beforeEach(() => connection.run('DELETE FROM events_recent'));

afterAll(() => {
  connection.close();
  database.close();
  rmSync(folder, { recursive: true });
});

const startOf = (day: number): number => day * DAY_MS - AHEAD_MS;
const range = { from: startOf(FIRST), to: startOf(LAST + 1), kind: 'days' as const };

async function add(day: number, ...times: number[]): Promise<void> {
  for (const time of times) {
    await connection.run('INSERT INTO events_recent (site, day, time) VALUES ($1, $2, $3)', [SITE, day, time]);
  }
}

/** Events in the first and the last ms of each day, as the site's clock has it. */
async function addAll(from: number, to: number): Promise<void> {
  for (let day = from; day <= to; day++) await add(day, startOf(day), startOf(day + 1) - 1);
}

test('the days of a range of days', async () => {
  await addAll(FIRST - 3, LAST + 3);
  expect(await wholeDaysOf(connection, SITE, range)).toEqual([FIRST, LAST]);
});

test('one day', async () => {
  await addAll(FIRST - 3, FIRST + 3);
  const day = { from: startOf(FIRST), to: startOf(FIRST + 1), kind: 'days' as const };
  expect(await wholeDaysOf(connection, SITE, day)).toEqual([FIRST, FIRST]);
});

test('a day of which the range cuts an event off is not whole', async () => {
  await addAll(FIRST - 3, LAST + 3);
  expect(await wholeDaysOf(connection, SITE, { ...range, from: range.from + 1 })).toEqual([FIRST + 1, LAST]);
  expect(await wholeDaysOf(connection, SITE, { ...range, to: range.to - 1 })).toEqual([FIRST, LAST - 1]);
});

test('events that were filed by another zone are not taken for the range’s', async () => {
  await addAll(FIRST, LAST);
  await add(FIRST, range.from - HOUR_MS);
  await add(LAST, range.to + HOUR_MS);
  expect(await wholeDaysOf(connection, SITE, range)).toEqual([FIRST + 1, LAST - 1]);
});

test('there is none where the range lies within a day', async () => {
  await addAll(FIRST, FIRST);
  const hour = { from: startOf(FIRST) + HOUR_MS, to: startOf(FIRST) + 2 * HOUR_MS, kind: 'span' as const };
  expect(await wholeDaysOf(connection, SITE, hour)).toBeUndefined();
});
