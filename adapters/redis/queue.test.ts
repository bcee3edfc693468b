import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { opened } from '../../core/contract.ts';
import { QueueFull, Unusable } from '../../core/errors.ts';
import { NO_POSITION } from '../../core/ports.ts';
import { queueContract } from '../../core/queue.contract.ts';
import type { QueuePlace } from '../../core/queue.contract.ts';
import { append, bodies, end, follow, look } from '../../core/queue-scene.contract.ts';
import { redisQueue } from './queue.ts';
import type { RedisQueueOptions } from './queue.ts';
import { redisOfFile } from './redis-server.contract.ts';

const redis = redisOfFile();

function newPlace(options: Omit<RedisQueueOptions, 'url'> = {}): QueuePlace & { prefix: string } {
  const prefix = randomUUID();
  return {
    prefix,
    open: () => redisQueue({ url: redis().url, prefix, ...options }),
    trims: true,
    offsetAfter: (offset) => offset.replace(/^\d+/, (number) => String(Number(number) + 1_000_000)),
  };
}

const many = (count: number, body: string) => Array.from({ length: count }, () => body);

describe('the contract', () => {
  test.each(queueContract)('$name', async ({ run }) => {
    await expect(run(newPlace())).resolves.toBeUndefined();
  });
});

test('partitions are fixed when the queue is made', async () => {
  const { prefix, open } = newPlace({ partitions: 3 });
  await opened({ open }, async (queue) => expect(queue.partitions).toBe(3));
  const other = redisQueue({ url: redis().url, prefix, partitions: 4 });
  await expect(other).rejects.toThrow(Unusable);
  await expect(other).rejects.toThrow(/has a log ".+" of 3 partitions, and 4 are asked for\. .*set PARTITIONS=3/);
  await opened({ open: () => redisQueue({ url: redis().url, prefix }) }, async (queue) => {
    expect(queue.partitions).toBe(3);
  });
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
  test('many callers share a round trip', async () => {
    await opened(newPlace(), async (queue) => {
      await append(queue, 0, ['first']);
      await redis().call('CONFIG', 'RESETSTAT');
      await Promise.all(Array.from({ length: 500 }, (_, n) => append(queue, n % 8, ['a', 'b'])));
      const stats = String(await redis().call('INFO', 'commandstats'));
      expect(stats).toMatch(/cmdstat_evalsha:calls=[1-3],/);
      expect((await queue.depth()).entries).toBe(1001);
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
      const found = bodies(await look(queue, 0, NO_POSITION)).map((body) => body[0]);
      expect(found.join('')).toBe('abcdeeeeeeeeeefg');
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
    expect(found.map(({ offset }) => Number.parseInt(offset, 10))).toEqual(
      Array.from({ length: 150 }, (_, n) => n + 1),
    );
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
      await queue.trim(0, end(await look(queue, 0, NO_POSITION)));
      await append(queue, 2, many(6, 'c'));
      await expect(append(queue, 2, ['d'])).rejects.toBeInstanceOf(QueueFull);
    });
  });

  test('a Redis without memory is a full queue, that is read, trimmed and claimed all the same', async () => {
    await opened(newPlace({ partitions: 2 }), async (queue) => {
      const used = Number(/used_memory:(\d+)/.exec(String(await redis().call('INFO', 'memory')))?.[1]);
      const body = 'x'.repeat(100_000);
      await append(queue, 0, many(40, body));
      await redis().call('CONFIG', 'SET', 'maxmemory', String(used + 2_000_000));
      try {
        await expect(append(queue, 0, ['y'])).rejects.toBeInstanceOf(QueueFull);
        const stop = new AbortController();
        const held = new Set<number>();
        const claimed = queue.claim(async (partition) => void held.add(partition), stop.signal);
        await expect.poll(() => held).toEqual(new Set([0, 1]));
        stop.abort();
        await claimed;
        const slice = await look(queue, 0, NO_POSITION);
        expect(slice.entries).toHaveLength(40);
        await queue.trim(0, end(slice));
        await append(queue, 0, ['z']);
        expect(bodies(await look(queue, 0, end(slice)))).toEqual(['z']);
      } finally {
        await redis().call('CONFIG', 'SET', 'maxmemory', '0');
      }
    });
  });

  test('large entries are taken up to bytesMax where they lie', async () => {
    await opened(newPlace(), async (queue) => {
      await append(queue, 0, many(40, 'x'.repeat(1_000_000)));
      await redis().call('CONFIG', 'RESETSTAT');
      expect((await look(queue, 0, NO_POSITION, { bytesMax: 2_500_000 })).entries).toHaveLength(2);
      const stats = String(await redis().call('INFO', 'commandstats'));
      expect(stats).toMatch(/cmdstat_xrange:calls=1,/);
    });
  });
});

test('half of a pair of surrogates, which no UTF-8 can hold, is replaced as everywhere', async () => {
  await opened(newPlace(), async (queue) => {
    await append(queue, 0, ['\ud800 alone', 'b']);
    expect(bodies(await look(queue, 0, NO_POSITION))).toEqual(['\ufffd alone', 'b']);
  });
});

test('scripts that Redis has forgotten are told again', async () => {
  await opened(newPlace(), async (queue) => {
    await append(queue, 0, ['a']);
    await redis().call('SCRIPT', 'FLUSH');
    await append(queue, 0, ['b']);
    expect(bodies(await look(queue, 0, NO_POSITION))).toEqual(['a', 'b']);
  });
});

test('entries of something else in the stream stop nobody', async () => {
  const place = newPlace();
  await opened(place, async (queue) => {
    await append(queue, 0, ['a']);
    await redis().call('XADD', `${place.prefix}:log:0`, '2-5', 'at', '1');
    await append(queue, 0, ['c']);
    expect(bodies(await look(queue, 0, NO_POSITION))).toEqual(['a', '', 'c']);
  });
});
