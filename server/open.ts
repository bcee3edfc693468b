import { kafkaQueue } from '../adapters/kafka/queue.ts';
import { redisQueue } from '../adapters/redis/queue.ts';
import { sqliteQueue } from '../adapters/sqlite/queue.ts';
import { sqliteStore } from '../adapters/sqlite/store.ts';
import { mongodbStore } from '../adapters/mongodb/store.ts';
import type { Limits } from '../core/limits.ts';
import type { Queue, Store } from '../core/ports.ts';

/** Where queue and store are. */
export interface Places {
  /** Folder of all data that is on this machine. */
  data: string;
  /** `redis://…`, `rediss://…`, `kafka://…`, `kafkas://…`. Undefined: a file in the folder. */
  queueUrl?: string | undefined;
  /** `mongodb://…`, `mongodb+srv://…`. Undefined: a file in the folder. */
  storeUrl?: string | undefined;
  /** Partitions of a new queue. Undefined: what it has, or the default. */
  partitions?: number | undefined;
  limits?: Partial<Limits>;
}

export interface OpenOptions {
  /** Whether this is the one that appends to a queue which is a file. Default: it only reads. */
  writer?: boolean;
  /** Whether a file is worked in a thread of its own. Default: in the caller's. */
  thread?: boolean;
  /** Told of what is set up so that a failure of the queue may lose what it has taken. */
  warn?: (line: string) => void;
}

/**
 * The queue that is set.
 *
 * @throws Unusable if it cannot be used; Unavailable if it is away
 */
export function openQueue(places: Places, { writer = false, thread = false, warn }: OpenOptions = {}): Promise<Queue> {
  const { data: folder, queueUrl: url, limits = {} } = places;
  const partitions = places.partitions === undefined ? {} : { partitions: places.partitions };
  if (url !== undefined)
    return (isKafka(url) ? kafkaQueue : redisQueue)({ url, limits, ...partitions, ...(warn && { warn }) });
  return sqliteQueue({ folder, limits, thread, role: writer ? 'writer' : 'reader', ...partitions });
}

export function isKafka(url: string | undefined): boolean {
  return url !== undefined && /^kafkas?:/.test(url);
}

/**
 * The store that is set.
 *
 * @throws Unusable if it cannot be used; Unavailable if it is away
 */
export function openStore({ data: folder, storeUrl: url, limits = {} }: Places, thread = false): Promise<Store> {
  return url === undefined ? sqliteStore({ folder, limits, thread }) : mongodbStore({ url, limits });
}
