import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Consumer, Producer } from '@platformatic/kafka';
import type { CompressionAlgorithmValue } from '@platformatic/kafka';
import { describe, expect, test } from 'vitest';
import { opened } from '../../core/contract.ts';
import type { Position, Queue } from '../../core/ports.ts';
import { NO_POSITION } from '../../core/ports.ts';
import { FOREVER, append, bodies, end, follow, look } from '../../core/queue-scene.contract.ts';
import { kafkaOfFile } from './broker.contract.ts';
import { kafkaQueue } from './queue.ts';
import type { KafkaQueueOptions } from './queue.ts';

/** Other programs that read the log or write into it, and what they and their tools see of Footfall. */

const kafka = kafkaOfFile();

const newPlace = (limits: KafkaQueueOptions['limits'] = {}) => {
  const topic = randomUUID();
  return { topic, open: () => kafkaQueue({ url: `${kafka().url}/${topic}`, partitions: 2, limits }) };
};

const client = () => ({ clientId: 'other', bootstrapBrokers: [kafka().address] });
const message = (topic: string, value: string) => ({ topic, partition: 0, value: Buffer.from(value) });

const many = (count: number, body: string) => Array.from({ length: count }, () => body);

async function withProducer(work: (producer: Producer) => Promise<unknown>, options = {}): Promise<void> {
  const producer = new Producer({ ...client(), ...options });
  try {
    await work(producer);
  } finally {
    await producer.close();
  }
}

test('a consumer group of another program reads all messages in the form that is written down', async () => {
  const { topic, open } = newPlace();
  await opened({ open }, async (queue) => {
    const keyed = { partition: 1, body: '{"v":1}', key: 'example.com' };
    await queue.append([keyed, { partition: 0, body: 'b' }]);
    await queue.trim(1, end(await look(queue, 1, NO_POSITION)));
    await append(queue, 1, ['c']);
    const consumer = new Consumer({ ...client(), groupId: `other-${topic}` });
    const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false });
    const seen: string[] = [];
    for await (const { partition, key, value, headers } of stream) {
      const [[name, version] = []] = headers;
      seen.push(`${partition} ${key ? String(key) : '-'} ${String(value)} ${String(name)}=${String(version)}`);
      if (seen.length === 3) break;
    }
    expect(seen.sort()).toEqual(['0 - b footfall=1', '1 - c footfall=1', '1 example.com {"v":1} footfall=1']);
    await consumer.close(true);
  });
});

describe('of what other programs wrote is read', () => {
  const compressions: CompressionAlgorithmValue[] = ['gzip', 'snappy', 'lz4', 'zstd'];
  test.each(compressions)('what is compressed by %s', async (compression) => {
    const { topic, open } = newPlace();
    await opened({ open }, async (queue) => {
      const texts = ['a'.repeat(1000), 'b'.repeat(1000), 'c'];
      await withProducer((one) => one.send({ messages: texts.map((text) => message(topic, text)), compression }));
      const found = await follow(queue, 0, NO_POSITION, 1);
      expect(found.map(({ body }) => body)).toEqual(texts);
      // From within a batch.
      const offset = found[0]?.offset ?? '';
      const at: Position = { ...end(await look(queue, 0, NO_POSITION)), offset };
      const fresh = await kafkaQueue({ url: `${kafka().url}/${topic}` });
      expect(bodies(await look(fresh, 0, at))).toEqual(texts.slice(1));
      await fresh.close();
    });
  });

  test('what is no text, or nothing, stops nobody', async () => {
    const { topic, open } = newPlace();
    await opened({ open }, async (queue) => {
      const values = [undefined, Buffer.from([0xff, 0xfe]), Buffer.from('c')];
      const messages = values.map((value) => ({ topic, partition: 0, ...(value && { value }) }));
      await withProducer((one) => one.send({ messages }));
      expect(bodies(await look(queue, 0, NO_POSITION))).toEqual(['', '\ufffd\ufffd', 'c']);
    });
  });

  const transact = (topic: string, texts: string[], outcome: 'commit' | 'abort') =>
    withProducer(
      async (producer) => {
        const transaction = await producer.beginTransaction({});
        for (const text of texts) await transaction.send({ messages: [message(topic, text)] });
        await transaction[outcome]();
      },
      { idempotent: true, transactionalId: randomUUID() },
    );

  test('what a transaction has written, and nothing of one that was taken back; its marks are no loss', async () => {
    const { topic, open } = newPlace();
    await opened({ open }, async (queue) => {
      await append(queue, 0, ['a']);
      await transact(topic, ['b', 'b2'], 'commit');
      await transact(topic, ['c', 'c2'], 'abort');
      await transact(topic, ['d'], 'abort');
      await append(queue, 0, ['e']);
      await transact(topic, ['f', 'f2'], 'commit');
      const all = await look(queue, 0, NO_POSITION);
      expect(bodies(all)).toEqual(['a', 'b', 'b2', 'e', 'f', 'f2']);
      const steps = await follow(queue, 0, NO_POSITION, 1);
      expect(steps).toEqual(all.entries);
      // After the last mark there is nothing, which is waited out.
      const waiting = look(queue, 0, end(all), { waitMs: FOREVER });
      await transact(topic, ['g'], 'abort');
      await append(queue, 0, ['h']);
      const next = await waiting;
      expect(bodies(next)).toEqual(['h']);
      expect(next.loss).toBeUndefined();
    });
  });

  test('nothing of a transaction that was taken back and is larger than what is fetched at once', async () => {
    const { topic, open } = newPlace();
    await opened({ open }, async (queue) => {
      await append(queue, 0, ['a']);
      await transact(topic, many(6, 'b'.repeat(50_000)), 'abort');
      await append(queue, 0, ['c']);
      const found = await follow(queue, 0, NO_POSITION, 1000, 60_000);
      expect(found.map(({ body }) => body)).toEqual(['a', 'c']);
    });
  });
});

describe('what is trimmed', () => {
  const committed = (topic: string) =>
    kafka().ask(async (admin) => {
      const groupId = `${topic}-workers`;
      const [group] = await admin.listConsumerGroupOffsets({
        groups: [{ groupId, topics: [{ name: topic, partitionIndexes: [0, 1] }] }],
      });
      const partitions = group?.topics[0]?.partitions.toSorted((a, b) => a.partitionIndex - b.partitionIndex);
      return partitions?.map(({ committedOffset }) => Number(committedOffset));
    });

  const trimAll = async (queue: Queue, partition: number) =>
    queue.trim(partition, end(await look(queue, partition, NO_POSITION)));

  test('is committed for the group, at most once a second, and is no part of the depth any more', async () => {
    const { topic, open } = newPlace();
    await opened({ open }, async (queue) => {
      await append(queue, 0, ['a', 'b', 'c']);
      await append(queue, 1, ['d', 'e']);
      const { entries, to, ...all } = await look(queue, 0, NO_POSITION);
      await queue.trim(0, { ...end({ entries, to, ...all }), offset: entries[0]?.offset ?? '' });
      await expect.poll(() => committed(topic)).toEqual([1, -1]);
      // It waits for the next commit, and counts at once.
      await trimAll(queue, 0);
      await trimAll(queue, 1);
      expect(await queue.depth()).toEqual({ entries: 0, oldest: undefined });
      await expect.poll(() => committed(topic)).toEqual([3, 2]);
      await append(queue, 1, ['f']);
      const before = await queue.depth();
      expect(before.entries).toBe(1);
      expect(Math.abs(Date.now() - (before.oldest ?? 0))).toBeLessThan(60_000);
      // Nothing is read by what is committed.
      expect(bodies(await look(queue, 0, NO_POSITION))).toEqual(['a', 'b', 'c']);
    });
    await opened({ open }, async (queue) => expect((await queue.depth()).entries).toBe(1));
  });

  test('is committed at the end, too', async () => {
    const { topic, open } = newPlace();
    await opened({ open }, async (queue) => {
      await append(queue, 0, ['a']);
      await trimAll(queue, 0);
      await append(queue, 0, ['b']);
      await trimAll(queue, 0);
    });
    expect(await committed(topic)).toEqual([2, -1]);
  });

  test('is deleted when it is older than kafkaRetentionHours, and what is not trimmed never', async () => {
    const { topic } = newPlace();
    // By the clock of who writes, so that the test can write of the past.
    const configs = [{ name: 'message.timestamp.type', value: 'CreateTime' }];
    await kafka().ask((admin) => admin.createTopics({ topics: [topic], partitions: 2, replicas: 1, configs }));
    const hoursAgo = (hours: number) => BigInt(Date.now() - hours * 3_600_000);
    const old = ['a', 'b', 'c'].map((text) => ({ ...message(topic, text), timestamp: hoursAgo(30) }));
    await withProducer((one) => one.send({ messages: old }));
    await withProducer((one) => one.send({ messages: [{ ...message(topic, 'd'), timestamp: hoursAgo(1) }] }));
    const url = `${kafka().url}/${topic}`;
    const start = () =>
      kafka().ask(async (admin) => {
        const partitions = [{ partitionIndex: 0, timestamp: -2n }];
        const [found] = await admin.listOffsets({ topics: [{ name: topic, partitions }] });
        return Number(found?.partitions[0]?.offset);
      });
    const trimmedAt = (index: number, kafkaRetentionHours: number) =>
      opened({ open: () => kafkaQueue({ url, limits: { kafkaRetentionHours } }) }, async (queue) => {
        const { incarnation } = await look(queue, 0, NO_POSITION);
        const found = await follow(queue, 0, { incarnation, offset: '0', version: 1 }, 10).catch(() => []);
        const number = String(index);
        const entry = found.find(({ offset }) => offset.startsWith(`${number}-`));
        await queue.trim(0, { incarnation, offset: entry?.offset ?? '', version: 1 });
      });
    await trimmedAt(1, 48);
    expect(await start()).toBe(0);
    await trimmedAt(1, 24);
    expect(await start()).toBe(2);
    await trimmedAt(3, 24);
    expect(await start()).toBe(3);
    await trimmedAt(3, 0);
    expect(await start()).toBe(4);
  });

  test('is told by age: the oldest that is left', async () => {
    const { open } = newPlace();
    await opened({ open }, async (queue) => {
      await append(queue, 0, ['a']);
      const { oldest: first = 0 } = await queue.depth();
      await pause(50);
      await append(queue, 1, ['b']);
      expect(await queue.depth()).toEqual({ entries: 2, oldest: first });
      await trimAll(queue, 0);
      const { entries, oldest = 0 } = await queue.depth();
      expect(entries).toBe(1);
      expect(oldest).toBeGreaterThan(first);
    });
  });
});
