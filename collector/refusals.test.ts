import { describe, expect, test } from 'vitest';
import { Unavailable } from '../core/errors.ts';
import { logEntrySchema } from '../core/event.ts';
import type { LogEntry } from '../core/event.ts';
import { partitionOf } from '../core/partition.ts';
import type { QueueEntry } from '../core/ports.ts';
import { refusals } from './refusals.ts';

function setUp(refusalKeysMax = 100) {
  const log: LogEntry[] = [];
  const queue = {
    partitions: 8,
    away: false,
    /** Whether a failed append has written all the same. */
    writesAnyway: false,
    async append(entries: QueueEntry[]) {
      await new Promise(setImmediate);
      if (!queue.away || queue.writesAnyway) {
        for (const { partition, body } of entries) {
          const entry = logEntrySchema.parse(JSON.parse(body));
          if (partition !== partitionOf(entry.site, 8)) throw new Error(`${entry.site} is in partition ${partition}`);
          log.push(entry);
        }
      }
      if (queue.away) throw new Unavailable('away');
    },
  };
  return { log, queue, counts: refusals({ queue, limits: { refusalKeysMax }, now: () => 77 }) };
}

describe('refusals', () => {
  test('are written as one entry a site, summed by day and reason', async () => {
    const { log, counts } = setUp();
    counts.count('a', 5, 'bot', 2);
    counts.count('a', 5, 'bot', 3);
    counts.count('a', 6, 'bot', 1);
    counts.count('b', 5, 'invalid', 1);
    counts.count('', 5, 'unknown_site', 4);
    await counts.flush();
    expect(log.map(({ site, refused }) => ({ site, refused }))).toEqual([
      {
        site: 'a',
        refused: [
          { day: 5, reason: 'bot', count: 5 },
          { day: 6, reason: 'bot', count: 1 },
        ],
      },
      { site: 'b', refused: [{ day: 5, reason: 'invalid', count: 1 }] },
      { site: '', refused: [{ day: 5, reason: 'unknown_site', count: 4 }] },
    ]);
    expect(log[0]).toMatchObject({ received: 77, events: [], context: {} });
  });

  test('write nothing where there is nothing', async () => {
    const { log, counts } = setUp();
    await counts.flush();
    counts.count('a', 5, 'bot', 1);
    await Promise.all([counts.flush(), counts.flush()]);
    await counts.flush();
    expect(log).toHaveLength(1);
  });

  test('are kept when the queue is away, and written again under the same id', async () => {
    const { log, queue, counts } = setUp();
    queue.away = true;
    queue.writesAnyway = true;
    counts.count('a', 5, 'bot', 2);
    await expect(counts.flush()).rejects.toBeInstanceOf(Unavailable);
    counts.count('a', 5, 'bot', 1);
    queue.away = false;
    await counts.flush();
    await counts.flush();
    expect(log.map(({ refused }) => refused?.[0]?.count)).toEqual([2, 2, 1]);
    expect(log[0]?.id).toBe(log[1]?.id);
    expect(log[2]?.id).not.toBe(log[1]?.id);
  });

  test('lose none that come while they are written', async () => {
    const { log, counts } = setUp();
    counts.count('a', 5, 'bot', 1);
    const flushed = counts.flush();
    counts.count('a', 5, 'bot', 1);
    await flushed;
    await counts.flush();
    expect(log).toHaveLength(2);
  });

  test('take no more memory than they may: the rest counts without its site', async () => {
    const { log, counts } = setUp(3);
    for (let site = 0; site < 20; site++) counts.count(`site-${site}`, 5, 'bot', 1);
    await counts.flush();
    expect(log.map(({ site, refused }) => [site, refused?.[0]?.count])).toEqual([
      ['site-0', 1],
      ['site-1', 1],
      ['site-2', 1],
      ['', 17],
    ]);
  });
});
