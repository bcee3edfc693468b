import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Unusable } from '../../core/errors.ts';
import { expectConsistent } from '../../core/store-contents.contract.ts';
import { withMongod } from './databases.contract.ts';
import { applyLog, batchAfter, logOf } from './log.contract.ts';
import { mongodbStore } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'footfall-key-'));
const keyFile = join(folder, 'key');
writeFileSync(keyFile, 'footfall'.repeat(4), { mode: 0o400 });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const databases = withMongod(['--keyFile', keyFile]);
const PASSWORD = 'ge/heim@1';

beforeAll(async () => {
  const root = { createUser: 'root', pwd: PASSWORD, roles: ['root'] };
  // Whoever comes from the same machine may make the first user, and that one others.
  await databases.client().db('admin').command(root);
  const client = await new MongoClient(urlOf('admin', 'root')).connect();
  const roles = [{ role: 'readWrite', db: 'mine' }];
  await client.db('admin').command({ createUser: 'footfall', pwd: PASSWORD, roles });
  await client.close();
});

function urlOf(database: string, user: string, password = PASSWORD): string {
  const url = databases.mongod().url(database);
  return `${url.replace('//', `//${user}:${encodeURIComponent(password)}@`)}&authSource=admin`;
}

describe('a user who may read and write one database', () => {
  test('can do all, and end the transactions that a store of the same user left open', async () => {
    const url = urlOf('mine', 'footfall');
    const store = await mongodbStore({ url, limits: { storeOwnerMsMax: 300 } });
    const log = logOf(3, 5);
    await store.apply(batchAfter(log, await store.position(0)));

    const client = await new MongoClient(url).connect();
    const db = client.db('mine');
    const session = client.startSession();
    session.startTransaction();
    await db.collection('positions').updateOne({ partition: 0 }, { $set: { offset: '99' } }, { session });
    await db.collection('owners').updateOne({ partition: 0 }, { $push: { sessions: { lsid: session.id } } as object });
    const began = Date.now();
    await applyLog(store, log);
    expect(Date.now() - began).toBeLessThan(5000);
    await expect(session.commitTransaction()).rejects.toThrow(/transaction/i);
    await session.endSession();
    await client.close();
    await expectConsistent(store);
    await store.close();
  });

  test('can open it again', async () => {
    for (let time = 0; time < 2; time++) {
      const store = await mongodbStore({ url: urlOf('mine', 'footfall') });
      expect(await store.documents.get('site', 'none')).toBeUndefined();
      await store.close();
    }
  });

  test('with a wrong password is told so, without it', async () => {
    const url = urlOf('mine', 'footfall', 'gehheim');
    const fault = await mongodbStore({ url }).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(Unusable);
    expect(inspect(fault, { depth: 9 })).not.toContain('gehheim');
  });
});
