import type { Position, Queue, ReadOptions, Slice } from '../../core/ports.ts';
import { appendTo, depthOf, hasNews, sliceAfter, trimUpTo } from './memory-log.ts';
import type { MemoryLog } from './memory-log.ts';

/**
 * A queue over logs in memory, one a partition, for tests.
 *
 * @example
 * const queue = memoryQueue([memoryLog('a'), memoryLog('b')]);
 * await queue.append([{ partition: 0, body: '{}' }]);
 */
export function memoryQueue(logs: MemoryLog[], now: () => number = Date.now): Queue {
  const news = new EventTarget();

  function logOf(partition: number): MemoryLog {
    const log = logs[partition];
    if (!log) throw new RangeError(`partition ${partition} of ${logs.length}`);
    return log;
  }

  async function read(partition: number, after: Position, options: ReadOptions): Promise<Slice> {
    const { entriesMax, bytesMax, waitMs, signal } = options;
    const log = logOf(partition);
    if (!hasNews(log, after) && waitMs > 0) await change(news, waitMs, signal, () => hasNews(log, after));
    return sliceAfter(log, after, entriesMax, bytesMax);
  }

  return {
    partitions: logs.length,
    async append(entries) {
      for (const { partition, body } of entries) appendTo(logOf(partition), body, now());
      news.dispatchEvent(new Event('append'));
    },
    async claim(handle, signal) {
      await Promise.all(logs.map((_, partition) => handle(partition, signal)));
    },
    read,
    async trim(partition, upTo) {
      trimUpTo(logOf(partition), upTo);
    },
    depth: async () => depthOf(logs),
    async close() {},
  };
}

/** Resolves when it is so, when the time is over, or when the signal is aborted. */
function change(
  news: EventTarget,
  waitMs: number,
  signal: AbortSignal | undefined,
  isSo: () => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(done, waitMs);
    news.addEventListener('append', look);
    signal?.addEventListener('abort', done);
    function look(): void {
      if (isSo()) done();
    }
    function done(): void {
      clearTimeout(timer);
      news.removeEventListener('append', look);
      signal?.removeEventListener('abort', done);
      resolve();
    }
  });
}
