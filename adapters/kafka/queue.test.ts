import { randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, test } from 'vitest';
import { opened } from '../../core/contract.ts';
import { QueueFull, Unusable } from '../../core/errors.ts';
import { NO_POSITION } from '../../core/ports.ts';
import { queueContract } from '../../core/queue.contract.ts';
import type { QueuePlace } from '../../core/queue.contract.ts';
import { append, bodies, end, follow, look } from '../../core/queue-scene.contract.ts';
import { kafkaOfFile } from './broker.contract.ts';
import { kafkaQueue } from './queue.ts';
import type { KafkaQueueOptions } from './queue.ts';

const kafka = kafkaOfFile();

function newPlace(options: Omit<KafkaQueueOptions, 'url'> = {}): QueuePlace & { topic: string } {
  const topic = randomUUID();
  return {
    topic,
    open: () => kafkaQueue({ url: `${kafka().url}/${topic}`, ...options }),
    trims: options.limits?.kafkaRetentionHours === 0,
    offsetAfter: (offset) => offset.replace(/^\d+/, (number) => String(Number(number) + 1_000_000)),
  };
}

const many = (count: number, body: string) => Array.from({ length: count }, () => body);
/** Where the client tells of each fetch. */
const FETCHES = 'tracing:plt:kafka:consumer:fetches:start';
/** What came in one batch has the same tag. */
const tags = (entries: { offset: string }[]) => new Set(entries.map(({ offset }) => offset.split('-')[1]));

describe.each([
  ['entries are deleted as soon as they are applied', { kafkaRetentionHours: 0 }],
  ['entries stay for a while', {}],
])('the contract, where %s', (_, limits) => {
  test.each(queueContract)('$name', async ({ run }) => {
    await expect(run(newPlace({ limits }))).resolves.toBeUndefined();
  });
});

test('partitions are fixed when the topic is made', async () => {
  const { topic, open } = newPlace({ partitions: 3 });
  await opened({ open }, async (queue) => expect(queue.partitions).toBe(3));
  const url = `${kafka().url}/${topic}`;
  const other = kafkaQueue({ url, partitions: 4 });
  await expect(other).rejects.toThrow(Unusable);
  await expect(other).rejects.toThrow(/has a topic ".+" of 3 partitions, and 4 are asked for\. .*set PARTITIONS=3/);
  await opened({ open: () => kafkaQueue({ url }) }, async (queue) => expect(queue.partitions).toBe(3));
});

test('processes that make the topic at the same time have the same one', async () => {
  const { open } = newPlace({ partitions: 2 });
  const queues = await Promise.all([open(), open(), open()]);
  for (const [n, queue] of queues.entries()) await append(queue, 0, [`${n}`]);
  for (const queue of queues) expect(bodies(await look(queue, 0, NO_POSITION))).toEqual(['0', '1', '2']);
  await Promise.all(queues.map((queue) => queue.close()));
});

test('a partition that is not there is refused, with all that was to be appended with it', async () => {
  await opened(newPlace({ partitions: 3 }), async (queue) => {
    const entries = [
      { partition: 0, body: 'a' },
      { partition: 3, body: 'b' },
    ];
    await expect(queue.append(entries)).rejects.toThrow(RangeError);
    await expect(look(queue, 3, NO_POSITION)).rejects.toThrow(RangeError);
    expect(await queue.depth()).toEqual({ entries: 0, oldest: undefined });
  });
});

describe('groups', () => {
  test('many callers share a request', async () => {
    await opened(newPlace({ partitions: 2 }), async (queue) => {
      await Promise.all(Array.from({ length: 500 }, (_, n) => append(queue, n % 2, ['a', 'b'])));
      for (const partition of [0, 1]) {
        const { entries } = await look(queue, partition, NO_POSITION);
        expect(entries).toHaveLength(500);
        expect(tags(entries).size).toBeLessThanOrEqual(3);
      }
    });
  });

  test('what one caller appends goes together, whatever its size, and others do not wait behind more than fits', async () => {
    const place = newPlace({ limits: { queueGroupEntriesMax: 3, queueGroupBytesMax: 1000 } });
    await opened(place, async (queue) => {
      await Promise.all([
        append(queue, 0, ['a', 'b']),
        append(queue, 0, ['c', 'd']),
        append(queue, 0, many(10, 'e')),
        append(queue, 0, ['f'.repeat(2000)]),
        append(queue, 0, ['g']),
      ]);
      const { entries } = await look(queue, 0, NO_POSITION);
      expect(entries.map(({ body }) => body[0]).join('')).toBe('abcdeeeeeeeeeefg');
      expect(tags(entries).size).toBe(5);
    });
  });

  test('several processes append to one partition, each in its own order', async () => {
    const place = newPlace({ partitions: 2 });
    const queues = await Promise.all([place.open(), place.open(), place.open()]);
    await Promise.all(
      queues.map(async (queue, writer) => {
        for (let n = 0; n < 50; n++) await append(queue, 0, [`${writer} ${n}`]);
      }),
    );
    const [queue] = queues;
    if (!queue) throw new Error('no queue');
    const found = await follow(queue, 0, NO_POSITION, 7);
    expect(found.map(({ offset }) => Number.parseInt(offset, 10))).toEqual(Array.from({ length: 150 }, (_, n) => n));
    for (const writer of queues.keys()) {
      const own = found.map(({ body }) => body).filter((body) => body.startsWith(`${writer} `));
      expect(own).toEqual(Array.from({ length: 50 }, (_, n) => `${writer} ${n}`));
    }
    await Promise.all(queues.map((one) => one.close()));
  });
});

describe('limits', () => {
  test('what would wait beyond appendPendingMax is refused, and the rest is stored', async () => {
    await opened(newPlace({ limits: { appendPendingMax: 5 } }), async (queue) => {
      const results = await Promise.allSettled([
        append(queue, 0, ['a', 'b']),
        append(queue, 0, ['c', 'd']),
        append(queue, 0, ['e', 'f']),
        append(queue, 0, ['g']),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
      expect(results[2]).toMatchObject({ reason: expect.any(QueueFull) });
      expect((await queue.depth()).entries).toBe(5);
      await append(queue, 0, many(5, 'h'));
      await expect(append(queue, 0, many(6, 'i'))).rejects.toBeInstanceOf(QueueFull);
    });
  });

  test('queueEntriesMax holds for all partitions and all processes, and ends when it is trimmed', async () => {
    const place = newPlace({ limits: { queueEntriesMax: 10 } });
    await opened(place, (queue) => append(queue, 0, many(6, 'a')));
    await opened(place, async (queue) => {
      await expect(append(queue, 1, many(5, 'b'))).rejects.toBeInstanceOf(QueueFull);
      expect((await queue.depth()).entries).toBe(6);
      await append(queue, 1, many(4, 'b'));
      await expect(append(queue, 2, ['c'])).rejects.toThrow('queueEntriesMax 10');
      // Kafka does not count for us: what others do is known a little later.
      await opened(place, async (other) => other.trim(0, end(await look(other, 0, NO_POSITION))));
      await expect.poll(() => append(queue, 2, many(6, 'c')).catch(() => 'full')).toBeUndefined();
      await expect(append(queue, 2, ['d'])).rejects.toBeInstanceOf(QueueFull);
    });
  });

  test('what is larger than the topic takes is refused at once, and what fits in pieces goes in pieces', async () => {
    const { topic, open } = newPlace({ partitions: 2 });
    const configs = [{ name: 'max.message.bytes', value: '100000' }];
    await kafka().ask((admin) => admin.createTopics({ topics: [topic], partitions: 2, replicas: 1, configs }));
    await opened({ open }, async (queue) => {
      const refused = append(queue, 0, ['x', 'y'.repeat(100_000)]);
      await expect(refused).rejects.toThrow(RangeError);
      await expect(refused).rejects.toThrow(/too large .*takes 100000 \(max\.message\.bytes\)/);
      await append(queue, 0, [...many(100, 'z'.repeat(9000)), 'w'.repeat(99_000)]);
      const { entries } = await look(queue, 0, NO_POSITION);
      expect(entries.map(({ body }) => body[0]).join('')).toBe(`${'z'.repeat(100)}w`);
    });
  });

  test('what was fetched beyond a slice is not fetched again', async () => {
    await opened(newPlace(), async (queue) => {
      await append(queue, 0, many(300, 'x'.repeat(1000)));
      let fetches = 0;
      const onFetch = (): void => void (fetches += 1);
      subscribe(FETCHES, onFetch);
      const found = await follow(queue, 0, NO_POSITION, 10);
      unsubscribe(FETCHES, onFetch);
      expect(found).toHaveLength(300);
      // One for all, one that finds nothing more.
      expect(fetches).toBe(2);
    });
  });
});

test('half of a pair of surrogates, which no UTF-8 can hold, is replaced as everywhere', async () => {
  await opened(newPlace(), async (queue) => {
    await append(queue, 0, ['\ud800 alone', 'b']);
    expect(bodies(await look(queue, 0, NO_POSITION))).toEqual(['\ufffd alone', 'b']);
  });
});
