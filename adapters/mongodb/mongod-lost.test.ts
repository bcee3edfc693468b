import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Unavailable } from '../../core/errors.ts';
import { expectExactly } from '../../core/store-contents.contract.ts';
import { distinct } from '../../core/store-scene.contract.ts';
import { withMongod } from './databases.contract.ts';
import { applyLog, batchAfter, logOf } from './log.contract.ts';
import { mongodbStore } from './store.ts';

const databases = withMongod();

describe('mongod is killed and started again', () => {
  test('in a commit, just before it and just after it: nothing is lost, nothing is double', async () => {
    const mongod = databases.mongod();
    const log = logOf(9, 200);
    let commits = 0;
    let restarts: Promise<void> = Promise.resolve();
    const killAfter = async (ms: number): Promise<void> => {
      await pause(ms);
      await mongod.kill();
      await mongod.start();
    };
    const store = await mongodbStore({
      url: databases.fresh(),
      onCommand(name) {
        if (name !== 'commitTransaction') return;
        commits += 1;
        if (commits % 4 === 0) restarts = restarts.then(() => killAfter(commits / 4));
      },
    });
    const { unavailable, fenced } = await applyLog(store, log);
    await restarts;
    expect(commits).toBeGreaterThanOrEqual(9);
    expect(unavailable).toBeLessThan(20);
    expect(fenced).toBeLessThan(9);
    await expectExactly(store, distinct(log.batches.flat()));
    await store.close();
  });
});

describe('mongod does not answer', () => {
  const limits = { storeConnectMsMax: 800, storeCommandMsMax: 800 };
  const UNAVAILABLE_MS_MAX = 5000;

  test.each([
    ['from before a batch on', 'update'],
    ['from its commit on', 'commitTransaction'],
  ])('%s: Unavailable in time, and it goes on where it was', async (_, command) => {
    const pid = databases.mongod().pid();
    const log = logOf(3, 20);
    let isArmed = false;
    const url = databases.fresh();
    // Makes the indexes, which takes longer than those limits on a busy machine.
    await (await mongodbStore({ url })).close();
    const store = await mongodbStore({
      url,
      limits,
      onCommand(name) {
        if (isArmed && name === command) process.kill(pid, 'SIGSTOP');
      },
    });
    await store.apply(batchAfter(log, await store.position(0)));
    const position = await store.position(0);
    isArmed = true;
    const began = Date.now();
    try {
      await expect(store.apply(batchAfter(log, position))).rejects.toThrow(Unavailable);
      await expect(store.position(0)).rejects.toThrow(Unavailable);
      expect(Date.now() - began).toBeLessThan(2 * UNAVAILABLE_MS_MAX);
    } finally {
      isArmed = false;
      process.kill(pid, 'SIGCONT');
    }
    await applyLog(store, log);
    await expectExactly(store, distinct(log.batches.flat()));
    await store.close();
  });
});
