import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { QueueFull, Unavailable, Unusable } from '../../core/errors.ts';
import { NO_POSITION } from '../../core/ports.ts';
import { folders } from './folders.contract.ts';
import { QUEUE_FILE } from './queue-file.ts';
import { STORE_FILE } from './store-schema.ts';
import { pack } from './packed.ts';
import { openThread } from './thread.ts';

const newFolder = folders();

/** What a promise was rejected with. */
async function reasonOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('errors come over with their class and message', () => {
  test('from opening: Unusable, and nothing is left running', async () => {
    for (const [kind, file] of [
      ['queue', QUEUE_FILE],
      ['store', STORE_FILE],
    ] as const) {
      const folder = newFolder();
      mkdirSync(join(folder, file));
      const error = await reasonOf(openThread(kind, { folder }));
      expect(error).toBeInstanceOf(Unusable);
      expect(String(error)).toContain(join(folder, file));
    }
  });

  test('from a call: QueueFull, Unavailable, and whatever else', async () => {
    const folder = newFolder();
    const queue = await openThread('queue', { folder, limits: { queueEntriesMax: 1 } });
    const entries = ['a', 'b'].map((body) => ({ partition: 0, body }));
    const full = await reasonOf(queue.call('append', pack(entries)));
    expect(full).toBeInstanceOf(QueueFull);
    expect(String(full)).toContain('queueEntriesMax 1');
    const wrong = await reasonOf(queue.call('read', 99, NO_POSITION, 1, 1));
    expect(String(wrong)).toBe('Error: partition 99 of 8');
    expect(wrong).not.toBeInstanceOf(Unavailable);
    expect(String(await reasonOf(queue.call('frobnicate')))).toContain('no frobnicate');
    await queue.call('append', pack([{ partition: 0, body: 'c' }]));
    await queue.close();

    // A store of which only the first page, with the table of tables, is whole.
    await (await openThread('store', { folder })).close();
    const file = join(folder, STORE_FILE);
    const pages = readFileSync(file);
    writeFileSync(file, pages.fill(7, pages.readUInt16BE(16)));
    const store = await openThread('store', { folder });
    const damaged = await reasonOf(store.call('stats', 'a', 1, 1));
    expect(damaged).toBeInstanceOf(Unavailable);
    expect(damaged).not.toBeInstanceOf(QueueFull);
    expect(String(damaged)).toContain('damaged file');
    await store.close();
  });
});

describe('a thread that ends', () => {
  /** A thread whose calls wait behind a long one, and what it runs in. */
  async function busyThread() {
    const created = new Promise<Worker>((resolve) => process.once('worker', resolve));
    const thread = await openThread('queue', { folder: newFolder() });
    const entries = Array.from({ length: 200_000 }, () => ({ partition: 0, body: 'x' }));
    const waiting = [thread.call('append', pack(entries)), thread.call('depth'), thread.call('depth')].map(reasonOf);
    return { thread, worker: await created, waiting };
  }

  test('when it is closed, first does what it was called for', async () => {
    const { thread, waiting } = await busyThread();
    await thread.close();
    expect(await Promise.all(waiting)).toEqual([undefined, undefined, undefined]);
    const late = await reasonOf(thread.call('depth'));
    expect(late).toBeInstanceOf(Unavailable);
    expect(String(late)).toContain('the queue is closed');
    await thread.close();
  });

  test('when it dies, rejects what waits and whatever comes', async () => {
    const { thread, worker, waiting } = await busyThread();
    await worker.terminate();
    for (const reason of [...(await Promise.all(waiting)), await reasonOf(thread.call('depth'))]) {
      expect(reason).toBeInstanceOf(Unavailable);
    }
    await thread.close();
  });

  test('when an error ends it, says which', async () => {
    const { thread, worker, waiting } = await busyThread();
    expect(await Promise.all(waiting)).toEqual([undefined, undefined, undefined]);
    const exited = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage(null);
    await exited;
    const late = await reasonOf(thread.call('depth'));
    expect(late).toBeInstanceOf(Unavailable);
    expect(String(late)).toMatch(/the queue's thread died: .*null/);
  });
});
