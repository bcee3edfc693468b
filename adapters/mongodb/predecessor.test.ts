import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Batch } from '../../core/ports.ts';
import { expectExactly } from '../../core/store-contents.contract.ts';
import { distinct } from '../../core/store-scene.contract.ts';
import { withMongod } from './databases.contract.ts';
import { applyLog, batchAfter, logOf } from './log.contract.ts';
import { mongodbStore } from './store.ts';

const databases = withMongod();
const limits = { storeOwnerMsMax: 300 };

/** Applies a batch, and gets the signal just before its commit: the transaction is open then. Prints the answer. */
const WORKER = `
  const [store, url, signal, batch] = process.argv.slice(1);
  const { mongodbStore } = await import(store);
  const onCommand = (name) => name === 'commitTransaction' && process.kill(process.pid, signal);
  const opened = await mongodbStore({ url, onCommand });
  console.log(JSON.stringify(await opened.apply(JSON.parse(batch))));
  await opened.close();
`;

function predecessor(url: string, signal: NodeJS.Signals, batch: Batch) {
  const store = fileURLToPath(new URL('store.ts', import.meta.url));
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', WORKER];
  return spawn(process.execPath, [...args, store, url, signal, JSON.stringify(batch)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function untilStopped(child: ChildProcess): Promise<void> {
  while (!/\) T /.test(readFileSync(`/proc/${child.pid}/stat`, 'utf8'))) await pause(20);
}

describe('a worker ends within its transaction', () => {
  test('killed: its successor ends what it left open, and goes on', async () => {
    const url = databases.fresh();
    const log = logOf(2, 50);
    const store = await mongodbStore({ url, limits });
    const batch = batchAfter(log, await store.position(0));
    await once(predecessor(url, 'SIGKILL', batch), 'exit');
    const began = Date.now();
    expect(await store.apply(batch)).toMatchObject({ fenced: false, events: 50 });
    expect(Date.now() - began).toBeLessThan(5000);
    await applyLog(store, log);
    await expectExactly(store, distinct(log.batches.flat()));
    await store.close();
  });

  test('stopped: its successor goes on; when it wakes up it is fenced', async () => {
    const url = databases.fresh();
    const log = logOf(3, 50);
    const store = await mongodbStore({ url, limits });
    await store.apply(batchAfter(log, await store.position(0)));
    const batch = batchAfter(log, await store.position(0));
    const zombie = predecessor(url, 'SIGSTOP', batch);
    try {
      const answer = text(zombie.stdout);
      await untilStopped(zombie);
      const began = Date.now();
      expect(await store.apply(batch)).toMatchObject({ fenced: false, events: 50 });
      expect(Date.now() - began).toBeLessThan(5000);
      zombie.kill('SIGCONT');
      expect(JSON.parse(await answer)).toEqual({ fenced: true });
    } finally {
      zombie.kill('SIGKILL');
    }
    await applyLog(store, log);
    await expectExactly(store, distinct(log.batches.flat()));
    await store.close();
  });
});

describe('two stores of one partition', () => {
  test.each([
    ['as they come', {}],
    ['so impatient that each ends the transactions of the other', { storeOwnerMsMax: 1 }],
  ])('%s: both come through, and everything counts once', async (_, impatient) => {
    const url = databases.fresh();
    const log = logOf(15, 400);
    const stores = await Promise.all([0, 1].map(() => mongodbStore({ url, limits: impatient })));
    const counts = await Promise.all(stores.map((store) => applyLog(store, log)));
    expect(counts.reduce((sum, { fenced }) => sum + fenced, 0)).toBeGreaterThan(0);
    const [store] = stores;
    if (store) await expectExactly(store, distinct(log.batches.flat()));
    await Promise.all(stores.map((one) => one.close()));
  });
});
