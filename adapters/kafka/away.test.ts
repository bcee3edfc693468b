import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { daily } from '../../core/daily.contract.ts';
import { messageOf, QueueFull, Unavailable } from '../../core/errors.ts';
import { NO_POSITION } from '../../core/ports.ts';
import { FOREVER, append, bodies, end, look } from '../../core/queue-scene.contract.ts';
import { duration, expectWritten, startWriters } from '../writers.contract.ts';
import { kafkaOfFile } from './broker.contract.ts';
import { kafkaQueue } from './queue.ts';
import type { KafkaQueueOptions } from './queue.ts';

/** Kafka is killed, hangs, or closes connections. Vitest fails on every rejection that nobody handles. */

// A connection that nobody uses for a while is closed by the broker.
const kafka = kafkaOfFile({ settings: { 'connections.max.idle.ms': '1500' } });
const COMMAND_MS = 2000;

beforeEach(() => kafka().start());

const open = (limits: KafkaQueueOptions['limits'] = {}, topic = randomUUID()) =>
  kafkaQueue({ url: `${kafka().url}/${topic}`, limits: { queueCommandMsMax: COMMAND_MS, retryMsMax: 200, ...limits } });

test('killed under load again and again: what was acknowledged is there, in order, and nothing else but what was tried', async () => {
  const queue = await open();
  const stop = startWriters(queue);
  const kills = daily(2, 4);
  for (let n = 0; n < kills; n++) {
    await pause(1000);
    await kafka().kill();
    await kafka().start();
    await expect.poll(() => queue.depth().catch(() => undefined)).toBeDefined();
  }
  await expectWritten(queue, await stop());
  await queue.close();
});

describe('while it is away', () => {
  test('everything fails soon, and goes on by itself when it is back', async () => {
    const queue = await open();
    await append(queue, 0, ['a']);
    const at = end(await look(queue, 0, NO_POSITION));
    const waiting = look(queue, 0, at, { waitMs: FOREVER }).catch((error: unknown) => error);
    await kafka().kill();
    expect(await waiting).toBeInstanceOf(Unavailable);
    const asked = [() => append(queue, 0, ['b']), () => look(queue, 0, at, { waitMs: FOREVER }), () => queue.depth()];
    for (const ask of asked) {
      const took = await duration(() =>
        expect(ask()).rejects.toThrow(/^Kafka at 127\.0\.0\.1:\d+ is away: .*ECONNREFUSED/),
      );
      expect(took).toBeLessThan(COMMAND_MS);
    }
    // A courtesy, of which nobody has to hear.
    expect(await duration(() => queue.trim(0, at).catch(messageOf))).toBeLessThan(COMMAND_MS);
    const crowd = await Promise.allSettled(Array.from({ length: 2000 }, () => append(queue, 0, ['c'])));
    expect(crowd.every((one) => one.status === 'rejected' && one.reason instanceof Unavailable)).toBe(true);
    await kafka().start();
    await expect.poll(() => append(queue, 0, ['d']).catch(messageOf)).toBeUndefined();
    expect(bodies(await look(queue, 0, at)).at(-1)).toBe('d');
    await queue.close();
  });

  test('what is trimmed is committed later', async () => {
    const topic = randomUUID();
    const queue = await open({}, topic);
    await append(queue, 0, ['a', 'b']);
    const { entries, ...all } = await look(queue, 0, NO_POSITION);
    await queue.trim(0, { ...end({ entries, ...all }), offset: entries[0]?.offset ?? '' });
    await kafka().kill();
    await queue.trim(0, end({ entries, ...all }));
    await kafka().start();
    const other = await open({}, topic);
    await expect.poll(async () => (await other.depth()).entries).toBe(0);
    await queue.close();
    await other.close();
  });

  test('a queue is not opened, and is closed quickly', async () => {
    const queue = await open();
    await kafka().kill();
    const took = await duration(() => expect(open()).rejects.toThrow(/^Kafka at .+ is away: .*ECONNREFUSED/));
    expect(took).toBeLessThan(COMMAND_MS);
    expect(await duration(() => queue.close())).toBeLessThan(500);
    expect(await duration(() => queue.close())).toBeLessThan(100);
    await expect(append(queue, 0, ['a'])).rejects.toBeInstanceOf(Unavailable);
    await expect(look(queue, 0, NO_POSITION)).rejects.toBeInstanceOf(Unavailable);
    await kafka().start();
    await expect(append(queue, 0, ['a'])).rejects.toBeInstanceOf(Unavailable);
    await expect(queue.depth()).rejects.toBeInstanceOf(Unavailable);
  });
});

describe('while it hangs', () => {
  /** Kafka does nothing, and its connections stay, until `work` has ended. */
  async function hung(work: () => Promise<void>): Promise<void> {
    const pid = kafka().pid();
    process.kill(pid, 'SIGSTOP');
    try {
      await work();
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    // It may have been given up, and has to be taken back.
    const topics = [randomUUID()];
    await expect
      .poll(() =>
        kafka()
          .ask((admin) => admin.createTopics({ topics, partitions: 1, replicas: 1 }))
          .catch(messageOf),
      )
      .toBeInstanceOf(Array);
  }

  test('a moment is waited for', async () => {
    const queue = await open();
    let appended = Promise.resolve();
    await hung(async () => {
      appended = append(queue, 0, ['a']);
      await pause(COMMAND_MS / 4);
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
      expect(took).toBeGreaterThan(COMMAND_MS * 0.9);
      expect(took).toBeLessThan(COMMAND_MS * 2);
      // What comes while a group waits does not wait for a second one.
      const first = append(queue, 0, ['c']).catch(messageOf);
      await pause(COMMAND_MS / 2);
      const late = await duration(() => expect(append(queue, 0, ['d'])).rejects.toThrow(Unavailable));
      expect(await first).toMatch(/is away: no answer within/);
      expect(late).toBeLessThan(COMMAND_MS);
    });
    await expect.poll(() => append(queue, 0, ['e']).catch(messageOf)).toBeUndefined();
    const found = bodies(await look(queue, 0, NO_POSITION));
    expect(found[0]).toBe('a');
    expect(found).toContain('e');
    await queue.close();
  });

  test('a read ends with its signal, and a queue is closed soon', async () => {
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
      expect(took).toBeLessThan(COMMAND_MS * 1.5);
    });
  });
});

test('connections that the broker has closed because nobody used them are no failure', async () => {
  const queue = await open();
  const entries = [];
  for (let n = 0; n < 3; n++) {
    await append(queue, 0, [`${n}`]);
    await append(queue, 1, [`${n}`]);
    entries.push(`${n}`);
    expect(bodies(await look(queue, 0, NO_POSITION))).toEqual(entries);
    expect((await queue.depth()).entries).toBe(2 * entries.length);
    await pause(2500);
  }
  await queue.close();
});
