import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { QueueFull } from '../../core/errors.ts';
import type { Limits } from '../../core/limits.ts';
import { limits as defaults } from '../../core/limits.ts';
import type { Position, Queue, QueueDepth, QueueEntry, ReadOptions, Slice } from '../../core/ports.ts';
import { openQueueFile } from './queue-file.ts';
import type { QueueFile } from './queue-file.ts';
import { pack } from './packed.ts';
import { openThread } from './thread.ts';

export interface SqliteQueueOptions {
  /** Folder of `queue.db`; made if it is missing. */
  folder: string;
  /** Fixed when the file is made. Default: what the file has, 8 for a new one. */
  partitions?: number;
  /** `writer` (default): appends, one a folder. `reader`: reads and trims. */
  role?: 'writer' | 'reader';
  /** Whether the file is worked in a thread of its own (default) or in the caller's. */
  thread?: boolean;
  limits?: Partial<Pick<Limits, 'queueEntriesMax' | 'queueBytesMax' | 'appendPendingMax' | 'pollMs'>>;
}

/** The file's functions, wherever they run. */
interface Calls {
  append(entries: QueueEntry[]): Promise<unknown>;
  read(partition: number, after: Position, entriesMax: number, bytesMax: number): Promise<Slice>;
  trim(partition: number, upTo: Position): Promise<unknown>;
  depth(): Promise<QueueDepth>;
  close(): Promise<void>;
}

/**
 * The embedded queue: an ordered, durable log in one SQLite file. What is appended while the disk is busy goes into the
 * next transaction together, so many callers share one sync.
 *
 * @throws Unusable if the file cannot be used; the message says what to do
 * @example
 * const queue = await sqliteQueue({ folder: './data' });
 * await queue.append([{ partition: 0, body: '{}' }]);
 */
export async function sqliteQueue(options: SqliteQueueOptions): Promise<Queue> {
  const { thread = true, ...fileOptions } = options;
  const { calls, partitions } = thread ? await threaded(fileOptions) : inline(openQueueFile(fileOptions));
  const { appendPendingMax, pollMs } = { ...defaults, ...options.limits };
  return {
    partitions,
    append: grouped(calls, appendPendingMax),
    async claim(handle, signal) {
      await Promise.all(Array.from({ length: partitions }, (_, partition) => handle(partition, signal)));
    },
    read: (partition, after, readOptions) => readWaiting(calls, partition, after, readOptions, pollMs),
    async trim(partition, upTo) {
      await calls.trim(partition, upTo);
    },
    depth: () => calls.depth(),
    close: () => calls.close(),
  };
}

async function threaded(options: Omit<SqliteQueueOptions, 'thread'>): Promise<{ calls: Calls; partitions: number }> {
  const thread = await openThread('queue', options);
  return {
    partitions: thread.opened as number,
    calls: {
      append: (entries) => thread.call('append', pack(entries)),
      read: (...args) => thread.call('read', ...args) as Promise<Slice>,
      trim: (...args) => thread.call('trim', ...args),
      depth: () => thread.call('depth') as Promise<QueueDepth>,
      close: () => thread.close(),
    },
  };
}

function inline(file: QueueFile): { calls: Calls; partitions: number } {
  return {
    partitions: file.partitions,
    calls: {
      append: async (entries) => file.append(entries),
      async read(...args) {
        // A reader with a backlog would otherwise never wait for anything, and the caller's timers and messages with it.
        await turn();
        return file.read(...args);
      },
      trim: async (...args) => file.trim(...args),
      depth: async () => file.depth(),
      close: async () => file.close(),
    },
  };
}

interface Caller {
  count: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** One transaction at a time; all that comes meanwhile waits for the next one, up to a limit. */
function grouped(calls: Calls, pendingMax: number): Queue['append'] {
  let entries: QueueEntry[] = [];
  let callers: Caller[] = [];
  let pending = 0;
  let busy = false;

  async function flush(): Promise<void> {
    busy = true;
    while (callers.length > 0) {
      // All that arrives in one turn of the event loop goes together: a message to the thread costs more than an entry.
      await turn();
      const group = callers;
      const groupEntries = entries;
      callers = [];
      entries = [];
      try {
        await calls.append(groupEntries);
        for (const caller of group) caller.resolve();
      } catch (error) {
        for (const caller of group) caller.reject(error);
      }
      for (const caller of group) pending -= caller.count;
    }
    busy = false;
  }

  return (added) => {
    if (pending + added.length > pendingMax) {
      return Promise.reject(new QueueFull(`${pendingMax} entries wait for the disk (appendPendingMax)`));
    }
    pending += added.length;
    entries.push(...added);
    return new Promise((resolve, reject) => {
      callers.push({ count: added.length, resolve, reject });
      if (!busy) void flush();
    });
  };
}

/** Looks again and again until there is something, the time is over, or the signal is aborted. */
async function readWaiting(
  calls: Calls,
  partition: number,
  after: Position,
  { entriesMax, bytesMax, waitMs, signal }: ReadOptions,
  pollMs: number,
): Promise<Slice> {
  const until = Date.now() + waitMs;
  for (;;) {
    const slice = await calls.read(partition, after, entriesMax, bytesMax);
    if (slice.entries.length > 0 || slice.loss || signal?.aborted || Date.now() >= until) return slice;
    await pause(pollMs, undefined, signal ? { signal } : {}).catch(() => {});
  }
}
