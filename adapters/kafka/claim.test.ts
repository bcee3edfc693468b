import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { NO_POSITION } from '../../core/ports.ts';
import type { Queue } from '../../core/ports.ts';
import { aborted, append, bodies, end, look } from '../../core/queue-scene.contract.ts';
import { claimants } from '../claimants.contract.ts';
import type { Claimant } from '../claimants.contract.ts';
import { kafkaOfFile } from './broker.contract.ts';
import { kafkaQueue } from './queue.ts';

/** Which process reads which partition. Processes are queues here, where they need not die. */

const kafka = kafkaOfFile();
const LEASE_MS = 3000;
const PARTITIONS = 8;

const { add, counts, all } = claimants();
let topic = '';
beforeEach(async () => {
  await kafka().start();
  topic = randomUUID();
});

interface Settings {
  leaseMs?: number;
  told?: string[];
}

function open({ leaseMs = LEASE_MS, told = [] }: Settings): Promise<Queue> {
  const limits = { leaseMs, queueCommandMsMax: 3000, retryMsMax: 200 };
  const warn = (message: string): void => void told.push(message);
  return kafkaQueue({ url: `${kafka().url}/${topic}`, partitions: PARTITIONS, limits, warn });
}

async function newProcess({ endMs = 0, ...settings }: Settings & { endMs?: number } = {}): Promise<Claimant> {
  return add(await open(settings), endMs);
}

const everyOne = Array.from({ length: PARTITIONS }, (_, partition) => partition);
const group = () =>
  kafka().ask(async (admin) => (await admin.describeGroups({ groups: [`${topic}-workers`] })).get(`${topic}-workers`));

test('shares are even, disjoint and whole as processes come, and as they end in order', async () => {
  const first = await newProcess();
  await expect.poll(counts).toEqual([8]);
  const second = await newProcess();
  await expect.poll(counts).toEqual([4, 4]);
  expect(all()).toEqual(everyOne);
  await newProcess();
  await expect.poll(counts).toEqual([3, 3, 2]);
  expect(all()).toEqual(everyOne);
  first.stop.abort();
  await first.claimed;
  expect(first.running.size).toBe(0);
  // It has said farewell: nobody waits for the end of its session.
  expect((await group())?.members.size).toBe(2);
  await expect.poll(counts).toEqual([4, 4, 0]);
  second.stop.abort();
  await expect.poll(counts).toEqual([8, 0, 0]);
});

test('there may be more processes than partitions', async () => {
  for (let n = 0; n < PARTITIONS + 2; n++) await newProcess();
  await expect.poll(counts).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
  expect(all()).toEqual(everyOne);
});

test('while processes come and go no partition has two handlers, and in the end each has one', async () => {
  const host = await newProcess({ endMs: 100 });
  await expect.poll(counts).toEqual([8]);
  const done = new AbortController();
  const watched = (async () => {
    for (; !done.signal.aborted; await pause(5)) expect(new Set(all()).size).toBe(all().length);
  })();
  for (let n = 0; n < 5; n++) {
    const guest = await newProcess({ endMs: 100 });
    await expect.poll(() => guest.running.size).toBe(4);
    guest.stop.abort();
    await guest.claimed;
  }
  await expect.poll(() => host.running.size).toBe(8);
  done.abort();
  await watched;
});

describe('of a process', () => {
  test('that is killed the partitions go to the others when its session is over', async () => {
    const { running } = await newProcess();
    const child = startChild();
    await expect.poll(() => [running.size, child.running.size]).toEqual([4, 4]);
    const killed = performance.now();
    await child.kill();
    await expect.poll(() => running.size, { interval: 20 }).toBe(PARTITIONS);
    expect(performance.now() - killed).toBeGreaterThan(LEASE_MS / 2);
  });

  test('that is paused past its session they go, too; it ends its handlers when it wakes, and then has its share again', async () => {
    const { running } = await newProcess();
    const child = startChild();
    await expect.poll(() => [running.size, child.running.size]).toEqual([4, 4]);
    child.signal('SIGSTOP');
    await expect.poll(() => running.size).toBe(PARTITIONS);
    child.signal('SIGCONT');
    await expect.poll(child.ends).toBe(4);
    await expect.poll(() => [running.size, child.running.size]).toEqual([4, 4]);
    expect([...running, ...child.running].sort((a, b) => a - b)).toEqual(everyOne);
    await child.kill();
  });

  test('whose queue is closed under it the handlers are told at once', async () => {
    const closed = await newProcess();
    const other = await newProcess();
    await expect.poll(counts).toEqual([4, 4]);
    await closed.queue.close();
    await expect.poll(() => closed.running.size, { timeout: 1000 }).toBe(0);
    await expect.poll(() => other.running.size).toBe(PARTITIONS);
  });

  /** A process of its own that claims. */
  function startChild() {
    const program = `import { kafkaQueue } from ${JSON.stringify(new URL('queue.ts', import.meta.url).href)};
      const queue = await kafkaQueue({ url: '${kafka().url}/${topic}', limits: { leaseMs: ${LEASE_MS}, retryMsMax: 200 } });
      await queue.claim(async (partition, signal) => {
        console.log('+' + partition);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        console.log('-' + partition);
      }, new AbortController().signal);`;
    const args = ['--input-type=module', '-e', program];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const running = new Set<number>();
    let ends = 0;
    createInterface(child.stdout).on('line', (line) => {
      const partition = Number(line.slice(1));
      if (line.startsWith('+')) running.add(partition);
      else if (running.delete(partition)) ends += 1;
    });
    return {
      running,
      /** How many handlers have ended. */
      ends: () => ends,
      signal: (signal: NodeJS.Signals) => void child.kill(signal),
      async kill() {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      },
    };
  }
});

test('a handler that ends slowly is not run beside itself', async () => {
  const slow = await newProcess({ endMs: LEASE_MS });
  await expect.poll(counts).toEqual([8]);
  const other = await newProcess();
  await expect.poll(() => other.running.size).toBe(4);
  other.stop.abort();
  await other.claimed;
  // What it gave up it has again: the `expect` in the handlers would tell of two at a time.
  await expect.poll(() => slow.running.size).toBe(PARTITIONS);
});

describe('when Kafka', () => {
  test('is away for long the handlers end, and run again when it is back', async () => {
    await newProcess();
    await newProcess();
    await expect.poll(counts).toEqual([4, 4]);
    await kafka().kill();
    await expect.poll(counts, { timeout: 2 * LEASE_MS }).toEqual([0, 0]);
    await kafka().start();
    await expect.poll(counts, { timeout: 30_000 }).toEqual([4, 4]);
    expect(all()).toEqual(everyOne);
  });

  test('hangs for a moment they stay', async () => {
    const { running, starts } = await newProcess({ leaseMs: 10_000 });
    await expect.poll(counts).toEqual([8]);
    process.kill(kafka().pid(), 'SIGSTOP');
    await pause(2000);
    process.kill(kafka().pid(), 'SIGCONT');
    for (let n = 0; n < 10; n++) {
      await pause(200);
      expect(running.size).toBe(8);
    }
    expect(starts()).toBe(8);
  });

  test('hangs or is away a claim ends all the same', async () => {
    const [hanging, away] = [await newProcess(), await newProcess()];
    await expect.poll(counts).toEqual([4, 4]);
    process.kill(kafka().pid(), 'SIGSTOP');
    hanging.stop.abort();
    await hanging.claimed;
    process.kill(kafka().pid(), 'SIGCONT');
    await kafka().kill();
    away.stop.abort();
    await away.claimed;
    expect(counts()).toEqual([0, 0]);
  });

  test('takes no session as short as that it is longer, and that is told', async () => {
    const told: string[] = [];
    const { running } = await newProcess({ leaseMs: 300, told });
    await expect.poll(() => running.size).toBe(PARTITIONS);
    expect(told).toEqual([expect.stringMatching(/takes no session as short as 300 ms \(LEASE_MS\); it is 6000/)]);
  });
});

test('a session that is longer than Kafka takes ends the claim, and says why', async () => {
  const queue = await open({ leaseMs: 3_600_000 });
  const claimed = queue.claim(() => Promise.resolve(), new AbortController().signal);
  await expect(claimed).rejects.toThrow(/does not take a session of 3600000 ms \(LEASE_MS\)/);
  await queue.close();
});

test('a handler that fails ends the claim, and says why', async () => {
  const { queue, stop, claimed: before } = await newProcess();
  stop.abort();
  await before;
  const others: number[] = [];
  const claimed = queue.claim(async (partition, signal) => {
    if (partition === 3) throw new Error('no');
    await aborted(signal);
    others.push(partition);
  }, new AbortController().signal);
  await expect(claimed).rejects.toThrow('no');
  expect(new Set(others)).toEqual(new Set([0, 1, 2, 4, 5, 6, 7]));
  expect((await group())?.members.size ?? 0).toBe(0);
});

test('what a process has trimmed last is committed before another has its partitions', async () => {
  const first = await newProcess();
  await expect.poll(counts).toEqual([8]);
  await newProcess();
  await expect.poll(counts).toEqual([4, 4]);
  const [partition = -1] = first.running;
  for (const body of ['a', 'b']) {
    await append(first.queue, partition, [body]);
    // The first at once, and the second a second later.
    await first.queue.trim(partition, end(await look(first.queue, partition, NO_POSITION)));
  }
  first.stop.abort();
  await first.claimed;
  const seen = await kafkaQueue({ url: `${kafka().url}/${topic}` });
  expect((await seen.depth()).entries).toBe(0);
  await seen.close();
});

test('what a member of the group has trimmed is committed, and by nobody else meanwhile', async () => {
  const member = await newProcess();
  await expect.poll(counts).toEqual([8]);
  await append(member.queue, 0, ['a', 'b']);
  const slice = await look(member.queue, 0, NO_POSITION);
  await member.queue.trim(0, end(slice));
  const seen = await kafkaQueue({ url: `${kafka().url}/${topic}` });
  await expect.poll(async () => (await seen.depth()).entries).toBe(0);
  await append(seen, 1, ['c']);
  const other = await look(seen, 1, NO_POSITION);
  expect(bodies(other)).toEqual(['c']);
  await seen.trim(1, end(other));
  expect((await member.queue.depth()).entries).toBe(1);
  await seen.close();
});
