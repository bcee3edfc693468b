import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { Unavailable, Unusable } from '../../core/errors.ts';
import { openDatabase, transaction, translated } from './database.ts';
import type { Migration } from './database.ts';
import { folders } from './folders.contract.ts';

const newFolder = folders();
const newFile = () => join(newFolder(), 'deep', 'a.db');

/** A schema's history of three steps, of which two were released. */
const steps: Migration[] = [
  'CREATE TABLE salts (id TEXT, expires INTEGER); CREATE TABLE visits (id INTEGER PRIMARY KEY, day TEXT)',
  'ALTER TABLE visits ADD COLUMN views INTEGER NOT NULL DEFAULT 0',
  (database) => {
    database.exec('CREATE TABLE days (day TEXT PRIMARY KEY, views INTEGER NOT NULL)');
    database.exec('INSERT INTO days SELECT day, sum(views) FROM visits GROUP BY day');
  },
];
const cleanCopy = 'DELETE FROM salts WHERE expires IS NOT NULL; VACUUM';
const SECRET = 'salt-that-must-die-with-its-day';

const version = (database: DatabaseSync) => database.prepare('PRAGMA user_version').get()?.user_version;
const tables = (database: DatabaseSync) =>
  database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all()
    .map(({ name }) => name);

/** A file of version 2 with something in it. */
function oldFile(): string {
  const file = newFile();
  const database = openDatabase({ file, migrations: steps.slice(0, 2) });
  database.exec(`INSERT INTO visits (day, views) VALUES ('mon', 2), ('mon', 3), ('tue', 4)`);
  database.prepare('INSERT INTO salts VALUES (?, 1), (?, NULL)').run(SECRET, 'for-ever');
  database.close();
  return file;
}

/** What opening throws. */
function refusal(open: () => DatabaseSync): Error {
  try {
    open().close();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it opened');
}

describe('a new file', () => {
  test('gets the whole schema, and no copy is made', () => {
    const file = newFile();
    const database = openDatabase({ file, migrations: steps });
    expect(version(database)).toBe(3);
    expect(tables(database)).toEqual(['days', 'salts', 'visits']);
    expect(database.prepare('PRAGMA journal_mode').get()?.journal_mode).toBe('wal');
    expect(database.prepare('PRAGMA synchronous').get()?.synchronous).toBe(2);
    database.close();
    expect(readdirSync(join(file, '..'))).toEqual(['a.db']);
    const again = openDatabase({ file, migrations: steps });
    expect(version(again)).toBe(3);
    again.close();
  });

  test('whose schema fails stays empty, and can be tried again', () => {
    const file = newFile();
    const bad = [...steps.slice(0, 1), 'CREATE TABLE nonsense ('];
    const error = refusal(() => openDatabase({ file, migrations: bad }));
    expect(error).toBeInstanceOf(Unusable);
    expect(error.message).toContain(file);
    const database = openDatabase({ file, migrations: steps });
    expect(tables(database)).toEqual(['days', 'salts', 'visits']);
    database.close();
  });
});

describe('an older file', () => {
  test('is brought up to date after a copy beside it', () => {
    const file = oldFile();
    const database = openDatabase({ file, migrations: steps, cleanCopy });
    expect(version(database)).toBe(3);
    expect(database.prepare('SELECT * FROM days ORDER BY day').all()).toEqual([
      { day: 'mon', views: 5 },
      { day: 'tue', views: 4 },
    ]);
    expect(database.prepare('SELECT count(*) AS n FROM salts').get()).toEqual({ n: 2 });
    database.close();

    const copy = new DatabaseSync(`${file}.before-version-3`);
    expect(version(copy)).toBe(2);
    expect(tables(copy)).toEqual(['salts', 'visits']);
    expect(copy.prepare('SELECT count(*) AS n FROM visits').get()).toEqual({ n: 3 });
    copy.close();
  });

  test('has what expires taken out of its copy, also out of free space', () => {
    const file = oldFile();
    expect(readFileSync(file).includes(SECRET)).toBe(true);
    openDatabase({ file, migrations: steps, cleanCopy }).close();
    expect(readFileSync(file).includes(SECRET)).toBe(true);
    const copies = readdirSync(join(file, '..')).filter((name) => name !== 'a.db');
    expect(copies).toEqual(['a.db.before-version-3']);
    for (const name of copies) {
      const bytes = readFileSync(join(file, '..', name));
      expect(bytes.includes(SECRET)).toBe(false);
      expect(bytes.includes('for-ever')).toBe(true);
    }
  });

  test.each([
    { name: 'a statement', last: 'CREATE TABLE days (day TEXT); INSERT INTO nowhere VALUES (1)' },
    {
      name: 'a function',
      last: (database: DatabaseSync) => {
        database.exec('CREATE TABLE days (day TEXT); DELETE FROM visits');
        throw new Error('on purpose');
      },
    },
  ])('stays as it was when a step fails half-way, $name', ({ last }) => {
    const file = oldFile();
    const added = 'ALTER TABLE visits ADD COLUMN more TEXT';
    const error = refusal(() => openDatabase({ file, migrations: [...steps.slice(0, 2), added, last], cleanCopy }));
    expect(error).toBeInstanceOf(Unusable);
    expect(error.message).toContain(`${file} cannot be used`);
    const database = new DatabaseSync(file);
    expect(version(database)).toBe(2);
    expect(tables(database)).toEqual(['salts', 'visits']);
    expect(database.prepare('SELECT * FROM visits WHERE id = 1').get()).toEqual({ id: 1, day: 'mon', views: 2 });
    database.close();
    // The Footfall that made it still can use it, and so can one whose step works.
    openDatabase({ file, migrations: steps.slice(0, 2) }).close();
    openDatabase({ file, migrations: steps, cleanCopy }).close();
  });

  test('is copied anew where an earlier copy was not finished', () => {
    const file = oldFile();
    writeFileSync(`${file}.before-version-3.unfinished`, 'cut off');
    openDatabase({ file, migrations: steps, cleanCopy }).close();
    expect(existsSync(`${file}.before-version-3.unfinished`)).toBe(false);
    const copy = new DatabaseSync(`${file}.before-version-3`);
    expect(version(copy)).toBe(2);
    copy.close();
  });
});

describe('a file that cannot be used says why and what to do', () => {
  test('a newer one', () => {
    const file = newFile();
    openDatabase({ file, migrations: steps }).close();
    const before = readFileSync(file);
    const error = refusal(() => openDatabase({ file, migrations: steps.slice(0, 2) }));
    expect(error).toBeInstanceOf(Unusable);
    expect(error.message).toBe(
      `${file} has schema version 3, and this Footfall knows up to 2. Start the newer Footfall that made it, or restore the copy that was made before the upgrade.`,
    );
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('one that is no database', () => {
    const file = join(newFolder(), 'a.db');
    writeFileSync(file, 'no database at all, but some text that is long enough to be looked at'.repeat(99));
    const error = refusal(() => openDatabase({ file, migrations: steps, adviceDamaged: 'Do this.' }));
    expect(error).toBeInstanceOf(Unusable);
    expect(error.message).toBe(`${file} cannot be used: file is not a database. The file is damaged. Do this.`);
  });

  test('a folder in its place, or a file in its folder’s', () => {
    const file = join(newFolder(), 'a.db');
    mkdirSync(file);
    expect(refusal(() => openDatabase({ file, migrations: steps })).message).toContain('may write to it');
    const other = join(newFolder(), 'b');
    writeFileSync(other, '');
    const error = refusal(() => openDatabase({ file: join(other, 'a.db'), migrations: steps }));
    expect(error).toBeInstanceOf(Unusable);
    expect(error.message).toContain(join(other, 'a.db'));
  });

  test('one that another process holds', () => {
    const file = oldFile();
    const holder = new DatabaseSync(file);
    holder.exec('BEGIN EXCLUSIVE');
    const error = refusal(() => openDatabase({ file, migrations: steps, busyMs: 1 }));
    holder.close();
    expect(error).toBeInstanceOf(Unusable);
    expect(error.message).toContain('Another process is at work on it');
  });
});

describe('transaction', () => {
  test('leaves nothing of what fails, and can be followed by another', () => {
    const database = openDatabase({ file: newFile(), migrations: ['CREATE TABLE a (b UNIQUE)'] });
    const insert = database.prepare('INSERT INTO a VALUES (?)');
    const work = () => {
      insert.run(1);
      throw new RangeError('on purpose');
    };
    expect(() => transaction(database, 'IMMEDIATE', work)).toThrow(RangeError);
    expect(database.isTransaction).toBe(false);
    expect(transaction(database, 'IMMEDIATE', () => insert.run(1).changes)).toBe(1);
    expect(database.prepare('SELECT count(*) AS n FROM a').get()).toEqual({ n: 1 });
    database.close();
  });

  test('is Unavailable while another connection writes', () => {
    const file = newFile();
    const [first, second] = [1, 2].map(() => openDatabase({ file, migrations: ['CREATE TABLE a (b)'], busyMs: 1 }));
    if (!first || !second) throw new Error('two were opened');
    first.exec('BEGIN IMMEDIATE');
    expect(() => transaction(second, 'IMMEDIATE', () => {})).toThrow(Unavailable);
    first.exec('COMMIT');
    expect(transaction(second, 'IMMEDIATE', () => 7)).toBe(7);
    first.close();
    second.close();
  });
});

test('translated knows what passes, and leaves the rest as it is', () => {
  const passing = (fields: object) => Object.assign(new Error('x'), fields);
  for (const errcode of [5, 6, 10, 13, 14, 10 | (4 << 8)])
    expect(translated(passing({ errcode }))).toBeInstanceOf(Unavailable);
  for (const code of ['ENOSPC', 'EIO', 'EROFS']) expect(translated(passing({ code }))).toBeInstanceOf(Unavailable);
  for (const errcode of [11, 26]) expect(String(translated(passing({ errcode })))).toContain('damaged file');
  for (const error of [
    passing({ errcode: 1 }),
    passing({ errcode: 19 }),
    passing({ code: 'EPERM' }),
    new RangeError('y'),
    'z',
  ]) {
    expect(translated(error)).toBe(error);
  }
});
