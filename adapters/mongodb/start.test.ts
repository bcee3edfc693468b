import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { MongoClient } from 'mongodb';
import { describe, expect, inject, test } from 'vitest';
import { Unavailable, Unusable } from '../../core/errors.ts';
import { databaseOf } from './client.ts';
import { withMongod } from './databases.contract.ts';
import { freePort } from '../free-port.contract.ts';
import { mongodbStore } from './store.ts';

const databases = withMongod();
const limits = { storeConnectMsMax: 700 };

/** What opening a store throws. */
function faultOf(url: string): Promise<unknown> {
  return mongodbStore({ url, limits }).then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Runs something with a mongod that is in no replica set that works. */
async function withBareMongod(args: string[], run: (host: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-mongod-'));
  const port = String(await freePort());
  const place = ['--dbpath', folder, '--port', port, '--bind_ip', '127.0.0.1', '--quiet'];
  const child = spawn(inject('mongodb').program ?? '', [...place, ...args], { stdio: 'ignore' });
  try {
    while (!(await answers(`mongodb://127.0.0.1:${port}/?directConnection=true`))) await pause(50);
    await run(`127.0.0.1:${port}`);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 500 });
  try {
    await client.db('admin').command({ ping: 1 });
    return true;
  } catch {
    return false;
  } finally {
    await client.close();
  }
}

describe('a MongoDB without transactions is Unusable, with the way out', () => {
  test.each([
    ['in no replica set', []],
    ['in a replica set that was not initiated', ['--replSet', 'rs0']],
  ])('%s, whether the URL names one or not', async (_, args) => {
    await withBareMongod(args, async (host) => {
      const faults = await Promise.all(['', '?replicaSet=rs0'].map((query) => faultOf(`mongodb://${host}/x${query}`)));
      for (const fault of faults) {
        expect(fault).toBeInstanceOf(Unusable);
        expect(String(fault)).toMatch(/--replSet rs0.*rs\.initiate\(\)/);
      }
    });
  });
});

describe('a URL', () => {
  test.each([
    '',
    'nonsense',
    'http://user:geheim@host/',
    'mongodb://user:geheim@host/x?nope=1',
    'mongodb://user:geheim@',
  ])('%j is Unusable', async (url) => {
    const fault = await faultOf(url);
    expect(fault).toBeInstanceOf(Unusable);
    expect(inspect(fault, { depth: 9 })).not.toContain('geheim');
  });

  test('that leads nowhere is Unavailable, and its password stays out of the message', async () => {
    const fault = await faultOf(`mongodb://user:geheim@127.0.0.1:${await freePort()}/footfall?replicaSet=rs0`);
    expect(fault).toBeInstanceOf(Unavailable);
    expect(String(fault)).toContain('127.0.0.1');
    expect(inspect(fault, { depth: 9 })).not.toContain('geheim');
  });

  test.each([
    ['mongodb://localhost', 'footfall'],
    ['mongodb://localhost/', 'footfall'],
    ['mongodb://localhost/?replicaSet=rs0', 'footfall'],
    ['mongodb://user:p%2Fw@a:1,b:2/stats?replicaSet=rs0', 'stats'],
    ['mongodb+srv://cluster.example/my%20data', 'my data'],
  ])('%s names the database %s', (url, name) => {
    expect(databaseOf(url)).toBe(name);
  });
});

describe('the database', () => {
  test('of another system is left alone', async () => {
    const url = databases.fresh();
    const db = databases.client().db(databaseOf(url));
    await db.collection('stats').insertOne({ site_id: 'a', paths: {} });
    const fault = await faultOf(url);
    expect(fault).toBeInstanceOf(Unusable);
    expect(String(fault)).toContain('stats');
    expect(await db.listCollections().toArray()).toHaveLength(1);
  });

  test('may have its collections before the first start, empty, as one makes them who shards them', async () => {
    const url = databases.fresh();
    const db = databases.client().db(databaseOf(url));
    for (const name of ['positions', 'visits', 'documents']) {
      await db.collection(name).createIndex({ partition: 1, _id: 1 });
    }
    const store = await mongodbStore({ url });
    await store.documents.put('site', 'a', { id: 'a' });
    await store.close();
    const again = await mongodbStore({ url });
    expect(await again.documents.get('site', 'a')).toEqual({ id: 'a' });
    await again.close();
  });

  test('of a newer Footfall is left alone', async () => {
    const url = databases.fresh();
    await (await mongodbStore({ url })).close();
    const db = databases.client().db(databaseOf(url));
    await db.collection('footfall').updateOne({}, { $set: { version: 99 } });
    expect(String(await faultOf(url))).toMatch(/schema version 99/);
  });

  test('is made by several at once', async () => {
    const url = databases.fresh();
    const stores = await Promise.all(Array.from({ length: 6 }, () => mongodbStore({ url })));
    expect(await Promise.all(stores.map((store) => store.position(0)))).toHaveLength(6);
    await Promise.all(stores.map((store) => store.close()));
  });
});

test('without its driver it says how to install it', () => {
  const store = fileURLToPath(new URL('store.ts', import.meta.url));
  const code = `
    import { registerHooks } from 'node:module';
    const missing = Object.assign(new Error('none'), { code: 'ERR_MODULE_NOT_FOUND' });
    registerHooks({ resolve(name, context, next) { if (name === 'mongodb') throw missing; return next(name, context); } });
    const { mongodbStore } = await import(process.argv[1]);
    await mongodbStore({ url: 'mongodb://localhost/' }).catch((error) => console.log(error.name, error.message));
  `;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code, store], { encoding: 'utf8' });
  expect(stdout).toMatch(/^Unusable .*npm install mongodb/);
});
