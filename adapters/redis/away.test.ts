import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { opened } from '../../core/contract.ts';
import { messageOf, QueueFull, Unavailable } from '../../core/errors.ts';
import { NO_POSITION } from '../../core/ports.ts';
import { FOREVER, append, bodies, end, look } from '../../core/queue-scene.contract.ts';
import { redisQueue } from './queue.ts';
import type { RedisQueueOptions } from './queue.ts';
import { duration, expectWritten, startWriters } from '../writers.contract.ts';
import { redisOfFile } from './redis-server.contract.ts';

/** Redis is killed, hangs, or takes no writes. Vitest fails on every rejection that nobody handles. */

const redis = redisOfFile();

beforeEach(() => redis().start());

const open = (limits: RedisQueueOptions['limits'] = {}, prefix = randomUUID()) =>
  redisQueue({ url: redis().url, prefix, limits: { queueCommandMsMax: 500, retryMsMax: 200, ...limits } });

test('killed under load again and again: what was acknowledged is there, in order, and nothing else but what was tried', async () => {
  const queue = await open();
  const stop = startWriters(queue);
  const kills = 5;
  for (let n = 0; n < kills; n++) {
    await pause(150);
    await redis().kill();
    await redis().start();
    await expect.poll(() => queue.depth().catch(() => undefined)).toBeDefined();
  }
  await expectWritten(queue, await stop());
  await queue.close();
});

describe('while it is away', () => {
  test('everything fails at once, and goes on by itself when it is back', async () => {
    const queue = await open();
    await append(queue, 0, ['a']);
    const at = end(await look(queue, 0, NO_POSITION));
    const waiting = look(queue, 0, at, { waitMs: FOREVER }).catch((error: unknown) => error);
    await redis().kill();
    expect(await waiting).toBeInstanceOf(Unavailable);
    const asked = [
      () => append(queue, 0, ['b']),
      () => look(queue, 0, at, { waitMs: FOREVER }),
      () => queue.trim(0, at),
      () => queue.depth(),
    ];
    for (const ask of asked) {
      expect(await duration(() => expect(ask()).rejects.toThrow(/^Redis at 127\.0\.0\.1:\d+ is away: /))).toBeLessThan(
        100,
      );
    }
    const crowd = await Promise.allSettled(Array.from({ length: 2000 }, () => append(queue, 0, ['c'])));
    expect(crowd.every((one) => one.status === 'rejected' && one.reason instanceof Unavailable)).toBe(true);
    await redis().start();
    await expect.poll(() => append(queue, 0, ['d']).catch(messageOf)).toBeUndefined();
    expect(bodies(await look(queue, 0, at))).toEqual(['d']);
    await queue.close();
  });

  test('a queue is not opened, and is closed quickly', async () => {
    const queue = await open();
    await redis().kill();
    expect(await duration(() => expect(open()).rejects.toThrow(/^Redis at .+ is away: .*ECONNREFUSED/))).toBeLessThan(
      400,
    );
    expect(await duration(() => queue.close())).toBeLessThan(100);
    expect(await duration(() => queue.close())).toBeLessThan(100);
    await expect(append(queue, 0, ['a'])).rejects.toBeInstanceOf(Unavailable);
    await redis().start();
    await expect(append(queue, 0, ['a'])).rejects.toBeInstanceOf(Unavailable);
  });
});

describe('while it hangs', () => {
  /** Redis does nothing, and its connections stay, until `work` has ended. */
  async function hung(work: () => Promise<void>): Promise<void> {
    const pid = redis().pid();
    process.kill(pid, 'SIGSTOP');
    try {
      await work();
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  }

  test('a moment is waited for', async () => {
    const queue = await open();
    let appended = Promise.resolve();
    await hung(async () => {
      appended = append(queue, 0, ['a']);
      await pause(200);
    });
    await appended;
    expect(bodies(await look(queue, 0, NO_POSITION))).toEqual(['a']);
    await queue.close();
  });

  test('after queueCommandMsMax callers hear of it, no more than appendPendingMax wait, and all goes on afterwards', async () => {
    const queue = await open({ appendPendingMax: 10 });
    await append(queue, 0, ['a']);
    await hung(async () => {
      const took = await duration(async () => {
        const asked = Array.from({ length: 20 }, (_, n) => append(queue, 0, [`b${n}`]));
        const results = await Promise.allSettled([...asked, look(queue, 0, NO_POSITION), queue.depth()]);
        const reasons = results.map((one) => (one.status === 'rejected' ? (one.reason as Error) : undefined));
        expect(reasons.every((reason) => reason instanceof Unavailable)).toBe(true);
        expect(reasons.filter((reason) => reason instanceof QueueFull)).toHaveLength(10);
      });
      expect(took).toBeGreaterThan(400);
      expect(took).toBeLessThan(1000);
      // The next connection hangs as well, and nothing is put into it.
      await pause(100);
      expect(await duration(() => expect(append(queue, 0, ['c'])).rejects.toThrow(Unavailable))).toBeLessThan(100);
    });
    await expect.poll(() => append(queue, 0, ['d']).catch(messageOf), { timeout: 3000 }).toBeUndefined();
    const found = bodies(await look(queue, 0, NO_POSITION));
    expect(found[0]).toBe('a');
    expect(found.at(-1)).toBe('d');
    await queue.close();
  });

  test('a read ends with its signal, and a queue is closed after queueCommandMsMax', async () => {
    const queue = await open();
    await append(queue, 0, ['a']);
    const at = end(await look(queue, 0, NO_POSITION));
    await hung(async () => {
      const stop = new AbortController();
      const waiting = look(queue, 0, at, { waitMs: FOREVER, signal: stop.signal });
      await pause(50);
      stop.abort();
      const took = await duration(async () => {
        expect(await waiting).toEqual({ incarnation: at.incarnation, to: at.offset, entries: [] });
      });
      expect(took).toBeLessThan(50);
      expect(await duration(() => queue.close())).toBeLessThan(1000);
    });
  });

  test('a queue is not opened', async () => {
    await hung(async () => {
      const took = await duration(() => expect(open()).rejects.toThrow(Unavailable));
      expect(took).toBeLessThan(1000);
    });
  });
});

test('a Redis that became a replica takes nothing and tells nothing, and is connected to anew', async () => {
  const queue = await open();
  const connections = async () => /^id=\d+.* name=footfall /m.exec(String(await redis().call('CLIENT', 'LIST')))?.[0];
  await append(queue, 0, ['a']);
  await redis().call('REPLICAOF', '127.0.0.1', '1');
  const before = await connections();
  // What a replica lacks is not lost: it may only lag.
  await expect(look(queue, 0, NO_POSITION)).rejects.toThrow(/Redis at .+ refuses: READONLY/);
  await expect.poll(() => append(queue, 0, ['b']).catch(messageOf)).toMatch(/refuses: READONLY/);
  // The address may lead to the new primary by now.
  expect(await connections()).not.toBe(before);
  await redis().call('REPLICAOF', 'NO', 'ONE');
  await expect.poll(() => append(queue, 0, ['c']).catch(messageOf)).toBeUndefined();
  expect(bodies(await look(queue, 0, NO_POSITION))).toEqual(['a', 'c']);
  await queue.close();
});

describe('while it reads its data after a start', () => {
  const slow = redisOfFile(['--key-load-delay', '20000', '--loading-process-events-interval-bytes', '1024']);

  test('nothing is appended, and a queue that is opened waits', async () => {
    const options = { url: slow().url, limits: { retryMsMax: 100 } };
    const queue = await redisQueue(options);
    await append(queue, 0, ['a']);
    // What a rewrite has put into the file's beginning is read key by key, and slowly here.
    for (let n = 0; n < 20; n++) await slow().call('SET', `other:${n}`, randomBytes(1000).toString('hex'));
    await slow().call('BGREWRITEAOF');
    await expect.poll(() => slow().call('INFO', 'persistence')).toMatch(/aof_base_size:\d{5}/);
    await slow().kill();
    const started = slow().start();
    await expect
      .poll(() =>
        slow()
          .call('INFO', 'persistence')
          .catch(() => ''),
      )
      .toMatch(/loading:1/);
    await expect(append(queue, 0, ['b'])).rejects.toThrow(Unavailable);
    await opened({ open: () => redisQueue(options) }, async (other) => {
      expect(bodies(await look(other, 0, NO_POSITION))).toEqual(['a']);
    });
    await started;
    await expect.poll(() => append(queue, 0, ['c']).catch(messageOf)).toBeUndefined();
    await queue.close();
  });
});
