import { Worker } from 'node:worker_threads';
import { QueueFull, Unavailable, Unusable } from '../../core/errors.ts';

/**
 * A file's synchronous functions, called in a thread of their own, so that waiting for the disk never holds up the
 * caller's event loop. Calls are carried out in the order they are made.
 */
export interface Thread {
  /** What opening the file answered. */
  opened: unknown;
  call(method: string, ...args: unknown[]): Promise<unknown>;
  close(): Promise<void>;
}

/** What the thread is to open; see `thread-main.ts`. */
export type ThreadKind = 'queue' | 'store';

export interface ThreadError {
  name: string;
  message: string;
  full: boolean;
}

export type ThreadAnswer = { id: number; value?: unknown; error?: ThreadError };

/**
 * Opens a queue's or store's file in a thread.
 *
 * @throws what opening the file throws
 * @example
 * const thread = await openThread('queue', { folder: './data' });
 * await thread.call('append', [{ partition: 0, body: '{}' }]);
 */
export async function openThread(kind: ThreadKind, options: object): Promise<Thread> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const thread = new Worker(new URL(`./thread-main.${extension}`, import.meta.url), { workerData: { kind, options } });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  let last = 0;
  let ended: Error | undefined;

  thread.on('message', ({ id, value, error }: ThreadAnswer) => {
    const caller = waiting.get(id);
    waiting.delete(id);
    if (error) caller?.reject(revived(error));
    else caller?.resolve(value);
  });
  thread.on('error', (error: Error) => end(new Unavailable(`the ${kind}'s thread died: ${error.message}`)));
  thread.on('exit', () => end(new Unavailable(`the ${kind} is closed`)));

  function end(reason: Error): void {
    ended ??= reason;
    for (const caller of waiting.values()) caller.reject(ended);
    waiting.clear();
  }

  function call(method: string, ...args: unknown[]): Promise<unknown> {
    if (ended) return Promise.reject(ended);
    return new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      thread.postMessage({ id: last, method, args });
    });
  }

  const opened = await call('open').catch(async (error: unknown) => {
    await thread.terminate();
    throw error;
  });
  return {
    opened,
    call,
    async close() {
      if (ended) return;
      await call('close');
      await thread.terminate();
    },
  };
}

/** Classes do not survive the way between threads; their names do. */
function revived({ name, message, full }: ThreadError): Error {
  if (full) return new QueueFull(message);
  if (name === 'Unavailable') return new Unavailable(message);
  if (name === 'Unusable') return new Unusable(message);
  return new Error(message);
}
