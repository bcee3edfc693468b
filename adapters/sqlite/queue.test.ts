import { describe, expect, test } from 'vitest';
import { opened } from '../../core/contract.ts';
import { QueueFull } from '../../core/errors.ts';
import { NO_POSITION } from '../../core/ports.ts';
import { queueContract } from '../../core/queue.contract.ts';
import type { QueuePlace } from '../../core/queue.contract.ts';
import { folders } from './folders.contract.ts';
import { openQueueFile } from './queue-file.ts';
import { sqliteQueue } from './queue.ts';
import type { SqliteQueueOptions } from './queue.ts';

const newFolder = folders();

function newPlace(options: Omit<SqliteQueueOptions, 'folder'>): QueuePlace & { folder: string } {
  const folder = newFolder();
  const open = () => sqliteQueue({ folder, ...options });
  return { folder, open, trims: true, offsetAfter: (offset) => String(Number(offset) + 1_000_000) };
}

describe.each([{ thread: false }, { thread: true }])('the contract, thread: $thread', ({ thread }) => {
  test.each(queueContract)('$name', async ({ run }) => {
    await expect(run(newPlace({ thread }))).resolves.toBeUndefined();
  });
});

describe.each([{ thread: false }, { thread: true }])('many appends at a time, thread: $thread', ({ thread }) => {
  const entry = (body: string, partition = 0) => ({ partition, body });

  test('what would wait beyond appendPendingMax is refused, and the rest is stored', async () => {
    await opened(newPlace({ thread, limits: { appendPendingMax: 5 } }), async (queue) => {
      const results = await Promise.allSettled([
        queue.append([entry('a'), entry('b')]),
        queue.append([entry('c'), entry('d')]),
        queue.append([entry('e'), entry('f')]),
        queue.append([entry('g')]),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
      const [, , refused] = results;
      expect(refused).toMatchObject({ reason: expect.any(QueueFull) });
      expect((await queue.depth()).entries).toBe(5);
      // What was waiting is not waiting any more.
      await queue.append(Array.from({ length: 5 }, () => entry('h')));
      await expect(queue.append(Array.from({ length: 6 }, () => entry('i')))).rejects.toBeInstanceOf(QueueFull);
    });
  });

  test('a group that fails is refused to each of its callers, and the next is stored', async () => {
    await opened(newPlace({ thread, limits: { queueEntriesMax: 4 } }), async (queue) => {
      await queue.append([entry('a')]);
      // What is asked for in one turn of the event loop makes one group.
      const results = await Promise.allSettled([
        queue.append([entry('b'), entry('c')]),
        queue.append([entry('d'), entry('e')]),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      for (const result of results) expect(result).toMatchObject({ reason: expect.any(QueueFull) });
      await queue.append([entry('f'), entry('g'), entry('h')]);
      const { entries } = await queue.read(0, NO_POSITION, { entriesMax: 99, bytesMax: 9999, waitMs: 0 });
      expect(entries.map(({ body }) => body)).toEqual(['a', 'f', 'g', 'h']);
    });
  });

  test('what is in the file is full by its bytes, too, and empty again when it is trimmed', async () => {
    const place = newPlace({ thread, limits: { queueBytesMax: 200_000 } });
    await opened(place, (queue) => queue.append([entry('x'.repeat(300_000))]));
    const trimmed = await opened(place, async (queue) => {
      await expect(queue.append([entry('y')])).rejects.toBeInstanceOf(QueueFull);
      const { incarnation, to } = await queue.read(0, NO_POSITION, { entriesMax: 9, bytesMax: 9, waitMs: 0 });
      await queue.trim(0, { incarnation, offset: to, version: 1 });
      return (await queue.depth()).entries;
    });
    expect(trimmed).toBe(0);
    await opened(place, (queue) => queue.append([entry('y')]));
  });
});

test('partitions are fixed when the file is made', async () => {
  const folder = newFolder();
  await opened({ open: () => sqliteQueue({ folder, partitions: 3, thread: false }) }, async (queue) => {
    expect(queue.partitions).toBe(3);
  });
  for (const thread of [false, true]) {
    await expect(sqliteQueue({ folder, partitions: 4, thread })).rejects.toThrow(/set PARTITIONS=3/);
  }
  await opened({ open: () => sqliteQueue({ folder, thread: false }) }, async (queue) => {
    expect(queue.partitions).toBe(3);
  });
});

test('a reader with a backlog leaves the event loop its turns', async () => {
  const folder = newFolder();
  const log = openQueueFile({ folder });
  log.append(Array.from({ length: 500 }, (_, n) => ({ partition: 0, body: String(n) })));
  log.close();
  await opened({ open: () => sqliteQueue({ folder, role: 'reader', thread: false }) }, async (queue) => {
    const timer = AbortSignal.timeout(1);
    let position = NO_POSITION;
    let read = 0;
    while (!timer.aborted) {
      const slice = await queue.read(0, position, { entriesMax: 1, bytesMax: 1, waitMs: 0 });
      position = { incarnation: slice.incarnation, offset: slice.to, version: 1 };
      read += slice.entries.length;
      if (slice.entries.length === 0) break;
    }
    expect(timer.aborted).toBe(true);
    expect(read).toBeLessThan(500);
  });
});
