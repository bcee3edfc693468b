import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, inject } from 'vitest';
import { newId } from '../../core/id.ts';
import { startMongod } from './mongod.contract.ts';
import type { Mongod } from './mongod.contract.ts';

/** A real mongod for the tests of one file, and in it databases of their own. */
export interface Databases {
  /** The URL of a new database. */
  fresh(): string;
  mongod(): Mongod;
  /** A client of the test's own. */
  client(): MongoClient;
}

/**
 * Starts one before a file's tests, and ends it after them.
 *
 * @example
 * const databases = withMongod();
 * test('…', async () => { const store = await mongodbStore({ url: databases.fresh() }); });
 */
export function withMongod(args: string[] = []): Databases {
  let mongod: Mongod | undefined;
  let client: MongoClient | undefined;

  beforeAll(async () => {
    const { program, missing } = inject('mongodb');
    if (program === undefined)
      throw new Error(missing ?? 'These tests start a mongod of their own: they need the program.');
    mongod = await startMongod(program, ['--setParameter', 'diagnosticDataCollectionEnabled=false', ...args]);
    client = await new MongoClient(mongod.url('admin')).connect();
  });
  afterAll(async () => {
    await client?.close();
    await mongod?.stop();
  });

  const there = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new Error('the mongod has not been started');
    return thing;
  };
  return {
    fresh: () => there(mongod).url(`test-${newId()}`),
    mongod: () => there(mongod),
    client: () => there(client),
  };
}
