import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { aborted } from '../../core/queue-scene.contract.ts';
import { redisQueue } from './queue.ts';
import { claimants } from '../claimants.contract.ts';
import type { Claimant } from '../claimants.contract.ts';
import { redisOfFile } from './redis-server.contract.ts';

/** Which process reads which partition. Processes are queues here; one that dies is one whose connection is closed. */

const redis = redisOfFile();
const LEASE_MS = 600;
const PARTITIONS = 8;

const { add, counts, all } = claimants();
let prefix = '';
beforeEach(() => {
  prefix = randomUUID();
});

async function newProcess({ endMs = 0, queueCommandMsMax = 300, leaseMs = LEASE_MS } = {}): Promise<Claimant> {
  const limits = { leaseMs, queueCommandMsMax, retryMsMax: 100 };
  const queue = await redisQueue({ url: redis().url, prefix, partitions: PARTITIONS, limits });
  return add(queue, endMs);
}

const everyOne = Array.from({ length: PARTITIONS }, (_, partition) => partition);

test('shares are even, disjoint and whole as processes come, and as they end in order', async () => {
  const first = await newProcess();
  await expect.poll(counts).toEqual([8]);
  const second = await newProcess();
  await expect.poll(counts, { timeout: 2 * LEASE_MS }).toEqual([4, 4]);
  expect(all()).toEqual(everyOne);
  await newProcess();
  await expect.poll(counts, { timeout: 2 * LEASE_MS }).toEqual([3, 3, 2]);
  expect(all()).toEqual(everyOne);
  first.stop.abort();
  await first.claimed;
  expect(first.running.size).toBe(0);
  // Given back at once: nobody waits for the end of a lease.
  await expect.poll(counts, { timeout: LEASE_MS / 2 }).toEqual([4, 4, 0]);
  second.stop.abort();
  await expect.poll(counts, { timeout: LEASE_MS / 2 }).toEqual([8, 0, 0]);
});

test('there may be more processes than partitions', async () => {
  for (let n = 0; n < PARTITIONS + 2; n++) await newProcess();
  await expect.poll(counts, { timeout: 3 * LEASE_MS }).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
  expect(all()).toEqual(everyOne);
});

describe('of a process that dies', () => {
  test('the partitions go to the others when its leases have run out, after it was told', async () => {
    const dying = await newProcess();
    const other = await newProcess();
    await expect.poll(counts, { timeout: 2 * LEASE_MS }).toEqual([4, 4]);
    await dying.queue.close();
    const died = performance.now();
    let told = 0;
    await expect
      .poll(
        () => {
          if (dying.running.size === 0) told ||= performance.now();
          // Never two at a time.
          expect(new Set(all()).size).toBe(all().length);
          return other.running.size;
        },
        { timeout: 3 * LEASE_MS, interval: 5 },
      )
      .toBe(PARTITIONS);
    // With the default of 10 s that is less than 15 s.
    expect(performance.now() - died).toBeLessThan(LEASE_MS * 1.4);
    expect(told).toBeGreaterThan(died);
  });
});

test('a handler that ends slowly is not run beside itself', async () => {
  const slow = await newProcess({ endMs: LEASE_MS });
  await expect.poll(counts).toEqual([8]);
  const other = await newProcess();
  await expect.poll(() => other.running.size, { timeout: 2 * LEASE_MS }).toBe(4);
  other.stop.abort();
  await other.claimed;
  // What it gave up it has again, while the handlers of before still end: the `expect` in them would tell.
  await expect.poll(slow.starts, { timeout: 3 * LEASE_MS }).toBe(PARTITIONS + 4);
  expect(slow.running.size).toBe(PARTITIONS);
});

test('when Redis is away for long the handlers end, and run again when it is back', async () => {
  await newProcess();
  await newProcess();
  await expect.poll(counts, { timeout: 2 * LEASE_MS }).toEqual([4, 4]);
  await redis().kill();
  await expect.poll(counts, { timeout: 2 * LEASE_MS }).toEqual([0, 0]);
  await redis().start();
  await expect.poll(counts, { timeout: 4 * LEASE_MS }).toEqual([4, 4]);
  expect(all()).toEqual(everyOne);
});

test('leases that Redis gives so late that they may have run out again start nothing', async () => {
  const { running, starts } = await newProcess({ queueCommandMsMax: 10 * LEASE_MS });
  await expect.poll(() => running.size).toBe(PARTITIONS);
  process.kill(redis().pid(), 'SIGSTOP');
  await pause(2 * LEASE_MS);
  expect(running.size).toBe(0);
  process.kill(redis().pid(), 'SIGCONT');
  await expect.poll(() => running.size, { timeout: 2 * LEASE_MS }).toBe(PARTITIONS);
  expect(starts()).toBe(2 * PARTITIONS);
});

test('when Redis is away for a moment they stay', async () => {
  // A start of Redis takes much less, on a busy machine, too.
  const leaseMs = 4 * LEASE_MS;
  const { running } = await newProcess({ leaseMs });
  await expect.poll(counts).toEqual([8]);
  await redis().kill();
  await redis().start();
  for (let n = 0; n < 10; n++) {
    await pause(leaseMs / 8);
    expect(running.size).toBe(8);
  }
});

test('a claim ends while Redis hangs or is away', async () => {
  const [hanging, away] = [await newProcess(), await newProcess()];
  await expect.poll(counts, { timeout: 2 * LEASE_MS }).toEqual([4, 4]);
  process.kill(redis().pid(), 'SIGSTOP');
  hanging.stop.abort();
  await hanging.claimed;
  process.kill(redis().pid(), 'SIGCONT');
  await redis().kill();
  away.stop.abort();
  await away.claimed;
  expect(counts()).toEqual([0, 0]);
  await redis().start();
});

test('a handler that fails ends the claim, and says why', async () => {
  const { queue, stop } = await newProcess();
  stop.abort();
  const others: number[] = [];
  const claimed = queue.claim(async (partition, signal) => {
    if (partition === 3) throw new Error('no');
    await aborted(signal);
    others.push(partition);
  }, new AbortController().signal);
  await expect(claimed).rejects.toThrow('no');
  expect(new Set(others)).toEqual(new Set([0, 1, 2, 4, 5, 6, 7]));
  expect(await redis().call('KEYS', `${prefix}:lease:*`)).toEqual([]);
});
