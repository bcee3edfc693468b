import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { limits } from '../../core/limits.ts';
import { literal, openDatabase } from './database.ts';
import type { Database } from './database.ts';
import { exportFolderOf } from './export-folder.ts';
import { BadPattern, Broken, Busy, DatabaseError, Interrupted, Locked, TooHeavy } from './failure.ts';
import { questions } from './questions.ts';

let folder: string;
let database: Database;

/** Longer than any test waits. */
const ENDLESS = 'SELECT max(hash(range)) FROM range(10000000000000)';
const small = { ...limits, replicaMemoryBytesMax: 64 * 1024 * 1024, replicaTempBytesMax: 0 };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'footfall-questions-'));
  database = await openDatabase(join(folder, 'a.duckdb'), small);
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

describe('questions', () => {
  test('are answered, and values keep their types', async () => {
    const asked = questions(database, limits);
    const rows = await asked.ask((connection) =>
      connection.rows('SELECT $1, $2::DOUBLE, $3, $4, $5', ["a' \0 ü", 7, true, ['x', 'y'], [1, 2]]),
    );
    expect(rows[0]?.slice(0, 3)).toEqual(["a' \0 ü", 7, true]);
    await asked.close();
  });

  test('of one see the same from first to last', async () => {
    const writer = await database.connect();
    await writer.run('CREATE TABLE t AS SELECT 1 AS x');
    const asked = questions(database, limits);
    const counts = await asked.ask(async (connection) => {
      const before = await connection.rows('SELECT count(*)::DOUBLE FROM t');
      await writer.run('INSERT INTO t VALUES (2)');
      return [before, await connection.rows('SELECT count(*)::DOUBLE FROM t')];
    });
    expect(counts).toEqual([[[1]], [[1]]]);
    expect(await asked.ask((connection) => connection.rows('SELECT count(*)::DOUBLE FROM t'))).toEqual([[2]]);
    await asked.close();
    writer.close();
  });

  test('cannot write', async () => {
    const asked = questions(database, limits);
    const writing = asked.ask((connection) => connection.rows('CREATE TABLE t (x INTEGER)'));
    await expect(writing).rejects.toThrow(/read-only/i);
    await asked.close();
  });

  test('that take too long are ended, and the next one is answered', async () => {
    const asked = questions(database, { ...limits, questionMsMax: 50, questionsAtOnceMax: 1 });
    await expect(asked.ask((connection) => connection.rows(ENDLESS))).rejects.toThrow(Interrupted);
    expect(await asked.ask((connection) => connection.rows('SELECT 1'))).toEqual([[1]]);
    await asked.close();
  });

  test('of which time passes between statements are ended as well', async () => {
    const asked = questions(database, { ...limits, questionMsMax: 20 });
    const slow = asked.ask(async (connection) => {
      for (;;) await connection.rows('SELECT 1');
    });
    await expect(slow).rejects.toThrow('its time is over');
    await asked.close();
  });

  test('nobody waits for any more are ended, whether they run or wait', async () => {
    const asked = questions(database, { ...limits, questionsAtOnceMax: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const running = asked.ask((connection) => connection.rows(ENDLESS), first.signal);
    const waiting = asked.ask((connection) => connection.rows('SELECT 1'), second.signal);
    second.abort();
    await expect(waiting).rejects.toThrow(Interrupted);
    first.abort();
    await expect(running).rejects.toThrow(Interrupted);
    const late = AbortSignal.abort();
    await expect(asked.ask((connection) => connection.rows(ENDLESS), late)).rejects.toThrow(Interrupted);
    expect(await asked.ask((connection) => connection.rows('SELECT 1'))).toEqual([[1]]);
    await asked.close();
  });

  test('wait for one another, and too many are turned away', async () => {
    const asked = questions(database, { ...limits, questionsAtOnceMax: 1, questionsWaitingMax: 1 });
    const abort = new AbortController();
    const first = asked.ask((connection) => connection.rows(ENDLESS), abort.signal);
    const second = asked.ask((connection) => connection.rows('SELECT 2'));
    await expect(asked.ask((connection) => connection.rows('SELECT 3'))).rejects.toThrow(Busy);
    abort.abort();
    await expect(first).rejects.toThrow(Interrupted);
    expect(await second).toEqual([[2]]);
    await asked.close();
  });

  test('that wait too long are told so', async () => {
    const asked = questions(database, { ...limits, questionsAtOnceMax: 1, questionMsMax: 100 });
    const first = asked.ask((connection) => connection.rows(ENDLESS));
    const second = asked.ask((connection) => connection.rows('SELECT 2'));
    const outcomes = await Promise.allSettled([first, second]);
    expect(outcomes[0]).toMatchObject({ status: 'rejected', reason: expect.any(Interrupted) });
    // Both times are over at the same moment: its turn may just have come.
    const late = outcomes[1];
    const isRight = late?.status === 'rejected' ? late.reason instanceof Busy : late?.value[0]?.[0] === 2;
    expect(isRight).toBe(true);
    await asked.close();
  });

  test('that need too much memory are refused, and the database goes on', async () => {
    const asked = questions(database, limits);
    const heavy = asked.ask((connection) =>
      connection.rows('SELECT count(DISTINCT hash(range)) FROM range(50000000) GROUP BY range % 1000003'),
    );
    await expect(heavy).rejects.toThrow(TooHeavy);
    expect(await asked.ask((connection) => connection.rows('SELECT 1'))).toEqual([[1]]);
    await asked.close();
  });

  test('are ended when it is closed', async () => {
    const asked = questions(database, limits);
    const running = asked.ask((connection) => connection.rows(ENDLESS));
    const closed = asked.close();
    await expect(running).rejects.toThrow(Interrupted);
    await closed;
    await expect(asked.ask((connection) => connection.rows('SELECT 1'))).rejects.toThrow(Interrupted);
  });
});

describe('the database', () => {
  test.each([
    ['reads no file', "SELECT * FROM read_csv('/etc/passwd')"],
    ['reads no text', "SELECT content FROM read_text('/etc/passwd')"],
    ['writes no file', "COPY (SELECT 1) TO '/tmp/footfall-out.csv'"],
    ['opens no other one', "ATTACH '/tmp/footfall-other.duckdb'"],
    ['installs nothing', 'INSTALL httpfs'],
    ['loads nothing', 'LOAD httpfs'],
    ['changes no setting', 'SET threads = 8'],
    ['gives nothing back', 'SET enable_external_access = true'],
    ['lists no folder', "SELECT * FROM glob('/*')"],
  ])('%s', async (_, sql) => {
    const connection = await database.connect();
    await expect(connection.run(sql)).rejects.toThrow(/Permission Error|configuration has been locked|disabled/);
    connection.close();
  });

  test('writes into the folder of exports, but not beyond it', async () => {
    const exports = exportFolderOf(join(folder, 'a.duckdb'));
    mkdirSync(join(exports, 'within'), { recursive: true });
    symlinkSync(folder, join(exports, 'link'));
    writeFileSync(join(folder, 'other.txt'), 'not to be read');
    const connection = await database.connect();
    const write = (path: string) => connection.run(`COPY (SELECT 1 AS x) TO ${literal(path)} (FORMAT csv)`);
    await write(join(exports, "it's.csv"));
    expect(readFileSync(join(exports, "it's.csv"), 'utf8')).toBe('x\n1\n');
    for (const path of [
      join(folder, 'x.csv'),
      `${exports}/../x.csv`,
      `${exports}/within/../../x.csv`,
      `${exports}/link/x.csv`,
      `${exports}x.csv`,
      `${exports}-2/x.csv`,
      'export/x.csv',
      'x.csv',
      exports,
    ]) {
      await expect(write(path)).rejects.toThrow(/Permission Error/);
    }
    for (const path of [`${folder}/other.txt`, `${exports}/../other.txt`, `${exports}/link/other.txt`]) {
      const read = connection.run(`SELECT content FROM read_text(${literal(path)})`);
      await expect(read).rejects.toThrow(/Permission Error/);
    }
    await expect(connection.run(`EXPORT DATABASE '${folder}'`)).rejects.toThrow(/Permission Error/);
    expect(readdirSync(folder).filter((name) => !name.startsWith('a.duckdb'))).toEqual(['export', 'other.txt']);
    connection.close();
  });

  test.each([
    ['(', BadPattern],
    ['a{1000}{1000}', BadPattern],
    ['\\p{Nothing}', BadPattern],
    ['(?<!x)y', BadPattern],
  ])('the pattern %s is told from other errors', async (pattern, kind) => {
    const connection = await database.connect();
    await expect(connection.rows(`SELECT regexp_matches('', $1)`, [pattern])).rejects.toThrow(kind);
    connection.close();
  });

  test('a pattern that would blow up elsewhere takes its time in proportion', async () => {
    const asked = questions(database, { ...limits, questionMsMax: 10_000 });
    const rows = await asked.ask((connection) =>
      connection.rows(`SELECT regexp_matches(repeat('a', 100000) || '!', $1)`, ['^(a+)+$']),
    );
    expect(rows).toEqual([[false]]);
    await asked.close();
  });

  test('appending more than there is memory for is told from other errors', async () => {
    const tight = await openDatabase(join(folder, 'b.duckdb'), { ...small, replicaMemoryBytesMax: 12 * 1024 * 1024 });
    const connection = await tight.connect();
    await connection.run('CREATE TEMP TABLE texts (word VARCHAR)');
    const words = Array.from({ length: 40_000 }, (_, n) => `${'x'.repeat(500)}${n}`);
    await expect(connection.append('texts', [['word', 'VARCHAR']], [words])).rejects.toThrow(TooHeavy);
    connection.close();
    tight.close();
  });

  test('a file of another kind is broken', async () => {
    const file = join(folder, 'b.duckdb');
    writeFileSync(file, 'this is no database, however long it may be: '.repeat(1000));
    await expect(openDatabase(file, limits)).rejects.toThrow(Broken);
  });

  test('a wrong statement is none of these', async () => {
    const connection = await database.connect();
    const error = await connection.rows('SELECT nothing').catch((one: unknown) => one);
    expect(error).toBeInstanceOf(DatabaseError);
    for (const kind of [Broken, Locked, Interrupted, TooHeavy]) expect(error).not.toBeInstanceOf(kind);
    connection.close();
  });
});
