import type { Limits } from '../../core/limits.ts';
import { limits as defaults } from '../../core/limits.ts';
import type { Queue } from '../../core/ports.ts';
import { grouped } from './append.ts';
import type { AppendLimits } from './append.ts';
import { claimByLeases } from './claim.ts';
import { connect } from './connection.ts';
import type { ConnectionLimits } from './connection.ts';
import { doubtsOf } from './durability.ts';
import { newLeases } from './leases.ts';
import { openLog } from './log.ts';
import { readWaiting } from './read.ts';

export interface RedisQueueOptions {
  /** `redis://user:password@host:6379/0`, `rediss://` for TLS, or the path of a socket. */
  url: string;
  /** Before the name of every key; another prefix is another queue. Default `footfall`. */
  prefix?: string;
  /** Fixed when the queue is made. Default: what it has, 8 for a new one. */
  partitions?: number;
  /** Told at the opening of whatever in Redis's set-up lets it lose what it has acknowledged. Default: nothing. */
  warn?: (message: string) => void;
  limits?: Partial<ConnectionLimits & AppendLimits & Pick<Limits, 'queueEntriesMax' | 'leaseMs' | 'pollMs'>>;
}

/**
 * The queue in Redis: an ordered log of a stream a partition, for any number of processes that append and read. It is as
 * durable as Redis is set up to be: `appendonly yes`, `appendfsync always`, `maxmemory-policy noeviction`.
 *
 * @throws Unavailable (rejects) if Redis cannot be reached now; Unusable if something is set up wrong; the message says what
 * @example
 * const queue = await redisQueue({ url: 'redis://127.0.0.1:6379' });
 * await queue.append([{ partition: 0, body: '{}' }]);
 */
export async function redisQueue(options: RedisQueueOptions): Promise<Queue> {
  const { url, prefix = 'footfall', partitions } = options;
  const limits = { ...defaults, ...options.limits };
  const connection = await connect(url, limits);
  const { queueEntriesMax, leaseMs, pollMs } = limits;
  const log = await openLog(connection, { prefix, partitions, queueEntriesMax }).catch(async (error: unknown) => {
    await connection.close();
    throw error;
  });
  if (options.warn) for (const doubt of await doubtsOf(connection)) options.warn(doubt);
  return {
    partitions: log.partitions,
    append: grouped(log, limits),
    claim: (handle, signal) => claimByLeases(newLeases(connection, prefix, log.partitions, leaseMs), handle, signal),
    read: (partition, after, readOptions) => readWaiting(log, partition, after, readOptions, pollMs),
    trim: log.trim,
    depth: log.depth,
    close: connection.close,
  };
}
