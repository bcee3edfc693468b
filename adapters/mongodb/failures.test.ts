import { describe, expect, test } from 'vitest';
import { Unavailable } from '../../core/errors.ts';
import { expectExactly } from '../../core/store-contents.contract.ts';
import { distinct, view } from '../../core/store-scene.contract.ts';
import { withMongod } from './databases.contract.ts';
import { applyLog, batchAfter, logOf } from './log.contract.ts';
import { mongodbStore } from './store.ts';

const databases = withMongod(['--setParameter', 'enableTestCommands=1']);

/** Lets the next commands of a name fail, as the server's own fail points do. */
async function failNext(command: string, how: object, times = 1): Promise<void> {
  const data = { failCommands: [command], appName: 'footfall', ...how };
  await databases.client().db('admin').command({ configureFailPoint: 'failCommand', mode: { times }, data });
}

const TRANSIENT = { errorCode: 112, errorLabels: ['TransientTransactionError'] };

describe('a commit whose end is not known', () => {
  test.each([
    ['its connection breaks before it', { closeConnection: true }, 2],
    ['it is done, and not known to be on the majority', { writeConcernError: { code: 64, errmsg: 'timed out' } }, 1],
    ['the primary steps down at it', { errorCode: 189 }, 2],
    ['it is refused as a conflict', TRANSIENT, 1],
  ])('%s: the batch is applied once, and the answer says so', async (_, how, times) => {
    const store = await mongodbStore({ url: databases.fresh() });
    const log = logOf(2, 5);
    await failNext('commitTransaction', how, times);
    const applied = await store.apply(batchAfter(log, await store.position(0)));
    expect(applied).toMatchObject({ fenced: false, events: 5, duplicates: 1 });
    expect(await store.position(0)).toEqual(applied.fenced || applied.position);
    await applyLog(store, log);
    await expectExactly(store, distinct(log.batches.flat()));
    await store.close();
  });

  test('an erasure answers what it erased, and leaves one word of it', async () => {
    const store = await mongodbStore({ url: databases.fresh() });
    const log = logOf(1, 5);
    log.batches[0]?.[0]?.events.push(view(99, { visitor: 'uanna', user_id: 'anna' }));
    await applyLog(store, log);
    await failNext('commitTransaction', { writeConcernError: { code: 64, errmsg: 'timed out' } });
    expect(await store.erase(0, { site: 'example.com', user_id: 'anna' }, Date.now() + 3_600_000)).toBe(1);
    expect((await store.changes(0, 1, 100)).erasures).toHaveLength(1);
    await store.close();
  });
});

describe('a command within the transaction fails', () => {
  test.each([
    ['update', TRANSIENT],
    ['insert', TRANSIENT],
    ['find', TRANSIENT],
    ['insert', { errorCode: 91 }],
  ])('%s: by %j, and all is tried again', async (command, how) => {
    const store = await mongodbStore({ url: databases.fresh() });
    const log = logOf(3, 5);
    await store.apply(batchAfter(log, await store.position(0)));
    const position = await store.position(0);
    await failNext(command, how, 2);
    expect(await store.apply(batchAfter(log, position))).toMatchObject({ fenced: false, events: 5 });
    await applyLog(store, log);
    await expectExactly(store, distinct(log.batches.flat()));
    await store.close();
  });

  test.each([
    ['the connection breaks', { closeConnection: true }],
    ['the disk is full', { errorCode: 14031 }],
    ['an error that nobody thought of', { errorCode: 987654 }],
  ])('%s: Unavailable, and nothing is applied', async (_, how) => {
    const store = await mongodbStore({ url: databases.fresh() });
    const log = logOf(2, 5);
    await store.apply(batchAfter(log, await store.position(0)));
    const position = await store.position(0);
    await failNext('insert', how, 5);
    await expect(store.apply(batchAfter(log, position))).rejects.toThrow(Unavailable);
    await failNext('insert', how, 0);
    expect(await store.position(0)).toEqual(position);
    await applyLog(store, log);
    await expectExactly(store, distinct(log.batches.flat()));
    await store.close();
  });
});

describe('more than a transaction has time for', () => {
  const slowly = { blockConnection: true, blockTimeMS: 300, ...TRANSIENT };

  test.each([
    ['of several entries is not Unavailable, so that the worker tries fewer', 2, false],
    ['of one entry is Unavailable', 1, true],
  ])('%s', async (_, count, isUnavailable) => {
    const store = await mongodbStore({ url: databases.fresh(), limits: { storeTransactionMsMax: 200 } });
    const log = logOf(2, 5);
    const batch = { ...batchAfter(log, await store.position(0)), entries: log.batches.flat().slice(0, count) };
    await failNext('insert', slowly);
    const fault = await store.apply(batch).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(Error);
    expect(fault instanceof Unavailable).toBe(isUnavailable);
    await applyLog(store, log);
    await expectExactly(store, distinct(log.batches.flat()));
    await store.close();
  });
});

describe("an entry's own fault is not the store's", () => {
  test.each([257, 388])('a transaction that the server finds too large (%i)', async (errorCode) => {
    const store = await mongodbStore({ url: databases.fresh() });
    const log = logOf(1, 5);
    await failNext('insert', { errorCode });
    const fault = await store.apply(batchAfter(log, await store.position(0))).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(Error);
    expect(fault).not.toBeInstanceOf(Unavailable);
    await applyLog(store, log);
    await expectExactly(store, distinct(log.batches.flat()));
    await store.close();
  });

  const huge = 'x'.repeat(17 * 1024 * 1024);
  test.each([
    ['an event larger than a document', view(100, { title: huge, visitor: undefined })],
    ['a day that is none', view(100, { day: 1e12 })],
    ['a time that is none', view(100, { time: 1e17 })],
  ])('%s', async (_, event) => {
    const store = await mongodbStore({ url: databases.fresh() });
    const log = logOf(1, 5);
    log.batches[0]?.[0]?.events.push(event);
    const fault = await store.apply(batchAfter(log, await store.position(0))).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(Error);
    expect(fault).not.toBeInstanceOf(Unavailable);
    expect((await store.position(0)).version).toBe(0);
    await store.close();
  });
});
