import { Worker } from 'node:worker_threads';
import type { WorkerCounts } from '../worker/worker.ts';
import { messageOf } from '../core/errors.ts';
import type { Places } from './open.ts';
import { siblingOf } from './sibling.ts';

/** The worker's thread, seen from the main one. */
export interface WorkerHandle {
  /** As of at most a quarter of a second ago. */
  counts(): Readonly<WorkerCounts>;
  /** Ends after the batch in hand. */
  stop(): Promise<void>;
}

const NOTHING: WorkerCounts = {
  applied: 0,
  duplicates: 0,
  conflicts: 0,
  erased: 0,
  quarantined: 0,
  fenced: 0,
  losses: 0,
  errors: 0,
};

type Message = { counts?: WorkerCounts; error?: string };

/**
 * Starts the worker in a thread. A thread that dies is started again: it goes on where the store's position is.
 *
 * @param log told of every failure, in one line
 */
export function startWorker(places: Places, log: (line: string) => void): WorkerHandle {
  const { data, queueUrl, storeUrl, limits = {} } = places;
  let counts = NOTHING;
  let stopping = false;
  let thread = begin();
  let ended = untilExit(thread);

  function begin(): Worker {
    const before = counts;
    const started = new Worker(siblingOf(import.meta.url, 'worker-thread'), {
      workerData: { data, queueUrl, storeUrl, limits } satisfies Places,
    });
    started.on('message', (message: Message) => {
      if (message.counts) counts = sum(before, message.counts);
      if (message.error) log(`worker: ${message.error}`);
    });
    started.on('error', (error: unknown) => log(`worker: its thread died, starting it again: ${messageOf(error)}`));
    started.once('exit', () => {
      if (!stopping) setTimeout(restart, 1000).unref();
    });
    return started;
  }

  function restart(): void {
    if (stopping) return;
    thread = begin();
    ended = untilExit(thread);
  }

  return {
    counts: () => counts,
    async stop() {
      stopping = true;
      thread.postMessage('stop');
      await ended;
    },
  };
}

function untilExit(thread: Worker): Promise<void> {
  return new Promise((resolve) => thread.once('exit', () => resolve()));
}

function sum(a: WorkerCounts, b: WorkerCounts): WorkerCounts {
  const total = { ...a };
  for (const key of Object.keys(b) as (keyof WorkerCounts)[]) total[key] += b[key];
  return total;
}
