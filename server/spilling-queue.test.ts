import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sqliteQueue } from '../adapters/sqlite/queue.ts';
import { QueueFull, Unavailable, Unusable } from '../core/errors.ts';
import { NO_POSITION } from '../core/ports.ts';
import type { Queue, QueueEntry } from '../core/ports.ts';
import { randomOf } from '../core/sample.contract.ts';
import { spillingQueue } from './spilling-queue.ts';
import type { Appending } from './spilling-queue.ts';

/** A spill and a queue, which are real ones in files; the queue can be away. */

const limits = { spillRetryMs: 5, readEntriesMax: 7, readBytesMax: 1_000_000 };
let folder: string;
let queue: Queue;
let isAway: boolean;
let closers: (() => Promise<void>)[];
let told: string[];
let aside: QueueEntry[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'footfall-spill-'));
  queue = await sqliteQueue({ folder: join(folder, 'queue'), partitions: 2, thread: false });
  isAway = false;
  closers = [() => queue.close()];
  told = [];
  aside = [];
});

afterEach(async () => {
  for (const close of closers.reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

/** The queue as it is seen from afar; closing it does not close what is there. */
function far(append: Queue['append'] = (entries) => queue.append(entries)): Appending {
  const check = (): void => {
    if (isAway) throw new Unavailable('away');
  };
  return {
    partitions: queue.partitions,
    async append(entries) {
      check();
      await append(entries);
    },
    async depth() {
      check();
      return queue.depth();
    },
    close: async () => {},
  };
}

async function start(open: () => Promise<Appending> = openFar, partitions = 2): Promise<Appending> {
  const spill = await sqliteQueue({ folder: join(folder, 'spill'), partitions, thread: false });
  const setAside = async (entry: QueueEntry): Promise<void> => void aside.push(entry);
  const spilling = await spillingQueue({ open, spill, limits, setAside, log: (line) => told.push(line) });
  closers.push(() => spilling.close());
  return spilling;
}

async function openFar(): Promise<Appending> {
  if (isAway) throw new Unavailable('away');
  return far();
}

async function arrived(partition: number): Promise<string[]> {
  const options = { entriesMax: 10_000, bytesMax: 1e9, waitMs: 0 };
  return (await queue.read(partition, NO_POSITION, options)).entries.map(({ body }) => body);
}

async function untilArrived(partition: number, count: number): Promise<string[]> {
  await expect.poll(async () => (await arrived(partition)).length, { interval: 2 }).toBeGreaterThanOrEqual(count);
  return arrived(partition);
}

const entriesOf = (partition: number, ...bodies: (string | number)[]): QueueEntry[] =>
  bodies.map((body) => ({ partition, body: String(body) }));

describe('a queue with a spill', () => {
  test('is appended to as long as it is there, and the spill stays empty', async () => {
    const spilling = await start();
    await spilling.append(entriesOf(0, 'a', 'b'));
    expect(await arrived(0)).toEqual(['a', 'b']);
    expect(await spilling.depth()).toEqual(await queue.depth());
    expect(told).toEqual([]);
  });

  test('sets aside what the queue can never take, and goes on with what is behind it', async () => {
    isAway = true;
    const spilling = await start(async () => {
      if (isAway) throw new Unavailable('away');
      return far((entries) => {
        if (entries.some(({ body }) => body.length > 9)) return Promise.reject(new RangeError('too large'));
        return queue.append(entries);
      });
    });
    await spilling.append([...entriesOf(0, 'a', 'x'.repeat(10), 'b'), ...entriesOf(1, 'y'.repeat(11), 'c')]);
    await spilling.append(entriesOf(0, 'd'));
    isAway = false;
    await untilArrived(1, 1);
    await expect.poll(async () => (await spilling.depth()).entries, { interval: 2 }).toBe(4);
    expect([await arrived(0), await arrived(1)]).toEqual([['a', 'b', 'd'], ['c']]);
    expect(aside).toEqual([...entriesOf(0, 'x'.repeat(10)), ...entriesOf(1, 'y'.repeat(11))]);
    expect(told.filter((line) => line === 'an entry of the spill is set aside: too large')).toHaveLength(2);
    await spilling.append(entriesOf(0, 'e'));
    expect(await untilArrived(0, 4)).toEqual(['a', 'b', 'd', 'e']);
  });

  test('that is away is not waited for; what was spilled goes over in its order, and all later behind it', async () => {
    const spilling = await start();
    await spilling.append(entriesOf(0, 0));
    isAway = true;
    for (let n = 1; n <= 30; n++) await spilling.append(entriesOf(n % 2, n));
    expect(await arrived(0)).toEqual(['0']);
    expect((await spilling.depth()).entries).toBe(30);
    isAway = false;
    await spilling.append(entriesOf(0, 31, 32));
    expect(await untilArrived(0, 18)).toEqual([
      '0',
      ...Array.from({ length: 15 }, (_, n) => String(2 * n + 2)),
      '31',
      '32',
    ]);
    expect(await untilArrived(1, 15)).toEqual(Array.from({ length: 15 }, (_, n) => String(2 * n + 1)));
    await expect.poll(async () => (await spilling.depth()).entries, { interval: 2 }).toBe(33);
    await spilling.append(entriesOf(1, 'direct'));
    expect((await arrived(1)).at(-1)).toBe('direct');
  });

  test('that is away gets each entry with its key when it is back, and those of a spill without keys', async () => {
    const got: QueueEntry[] = [];
    const old = await sqliteQueue({ folder: join(folder, 'spill'), partitions: 2, thread: false });
    await old.append([{ partition: 1, body: '{"old":true}' }]);
    await old.close();
    isAway = true;
    const spilling = await start(async () => {
      if (isAway) throw new Unavailable('away');
      return far(async (entries) => void got.push(...entries));
    });
    await spilling.append([
      { partition: 0, body: '{"n":1}', key: 'a.example' },
      { partition: 0, body: '{"n":2}' },
    ]);
    isAway = false;
    await expect.poll(() => got).toHaveLength(3);
    expect(got.toSorted((a, b) => a.partition - b.partition)).toEqual([
      { partition: 0, body: '{"n":1}', key: 'a.example' },
      { partition: 0, body: '{"n":2}' },
      { partition: 1, body: '{"old":true}' },
    ]);
  });

  test('that is away at the start is opened when it comes, and a spill of before goes over first', async () => {
    isAway = true;
    const before = await start();
    await before.append(entriesOf(0, 'a', 'b'));
    await before.close();
    closers.pop();
    const spilling = await start();
    await spilling.append(entriesOf(0, 'c'));
    isAway = false;
    expect(await untilArrived(0, 3)).toEqual(['a', 'b', 'c']);
  });

  test('that is full says so, and nothing is spilled', async () => {
    const spilling = await start(async () => far(() => Promise.reject(new QueueFull('full'))));
    await expect(spilling.append(entriesOf(0, 'a'))).rejects.toThrow(QueueFull);
    expect((await spilling.depth()).entries).toBe(0);
  });

  test('rejects where the spill is full as well, and goes on afterwards', async () => {
    isAway = true;
    const spill = await sqliteQueue({
      folder: join(folder, 'spill'),
      partitions: 2,
      thread: false,
      limits: { queueEntriesMax: 2 },
    });
    const spilling = await spillingQueue({ open: openFar, spill, limits, log: () => {}, setAside: async () => {} });
    closers.push(() => spilling.close());
    await spilling.append(entriesOf(0, 'a', 'b'));
    await expect(spilling.append(entriesOf(0, 'c'))).rejects.toThrow(QueueFull);
    isAway = false;
    expect(await untilArrived(0, 2)).toEqual(['a', 'b']);
    await spilling.append(entriesOf(0, 'd'));
    expect(await untilArrived(0, 3)).toEqual(['a', 'b', 'd']);
  });

  test('with other partitions than the spill cannot be used', async () => {
    await expect(start(openFar, 3)).rejects.toThrow(Unusable);
  });

  test('loses nothing and keeps the order of each caller, however often it goes away, also in the middle', async () => {
    const random = randomOf(7);
    // Some appends fail after they have been written, as a connection that breaks off makes it.
    const spilling = await start(async () =>
      far(async (entries) => {
        await queue.append(entries);
        if (random.chance(0.2)) throw new Unavailable('broke off');
      }),
    );
    const flicker = setInterval(() => (isAway = random.chance(0.5)), 3);
    const callers = Array.from({ length: 6 }, async (_, caller) => {
      for (let n = 0; n < 40; n++) {
        await spilling.append(entriesOf(caller % 2, `${caller}:${n}`));
        await new Promise((resolve) => setTimeout(resolve, random.below(4)));
      }
    });
    await Promise.all(callers);
    clearInterval(flicker);
    isAway = false;
    await expect
      .poll(async () => new Set([...(await arrived(0)), ...(await arrived(1))]).size, { interval: 5, timeout: 10_000 })
      .toBe(240);
    for (let caller = 0; caller < 6; caller++) {
      const mine = (await arrived(caller % 2)).filter((body) => body.startsWith(`${caller}:`));
      // What came twice stands aside; the first of each is in order.
      expect([...new Set(mine)]).toEqual(Array.from({ length: 40 }, (_, n) => `${caller}:${n}`));
    }
  });
});
