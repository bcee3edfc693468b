import { lockFolder } from '../../adapters/sqlite/lock.ts';
import { sqliteQueue } from '../../adapters/sqlite/queue.ts';
import { sqliteStore } from '../../adapters/sqlite/store.ts';
import { Unavailable, Unusable, messageOf } from '../../core/errors.ts';
import type { Queue, Store } from '../../core/ports.ts';
import type { Config } from '../config.ts';
import type { RunningNote } from '../running.ts';
import { readRunning } from '../running.ts';
import { startWorker } from '../worker-handle.ts';

/** Where an import puts what it reads: a queue that a worker empties into the store. */
export interface Target {
  queue: Pick<Queue, 'append' | 'partitions'>;
  store: Pick<Store, 'documents'>;
  /** Where the dashboard is, or will be once a server is started. */
  reporting: string;
  close(): Promise<void>;
}

/**
 * The data folder: with a worker of one's own where no server runs on it, else beside the server, which appends to its
 * queue what it is sent.
 *
 * @throws Unusable if the folder cannot be used, or the server cannot be asked
 */
export async function openTarget(config: Config, log: (line: string) => void): Promise<Target> {
  const { data: folder, limits, partitions } = config;
  let release: () => void;
  try {
    release = lockFolder(folder);
  } catch (error) {
    const note = readRunning(folder);
    if (!note) throw error;
    return besideServer(config, note, log);
  }
  const closers: (() => unknown)[] = [release];
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  try {
    const queue = await sqliteQueue({ folder, limits, ...(partitions ? { partitions } : {}) });
    closers.push(() => queue.close());
    const store = await sqliteStore({ folder, limits, thread: false });
    closers.push(() => store.close());
    const worker = startWorker(folder, limits, log);
    closers.push(() => worker.stop());
    return { queue, store, reporting: `http://localhost:${config.reportingPort}`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function besideServer(
  { data: folder, limits }: Config,
  first: RunningNote,
  log: (line: string) => void,
): Promise<Target> {
  const store = await sqliteStore({ folder, limits, thread: false });
  const reader = await sqliteQueue({ folder, role: 'reader', thread: false });
  await reader.close();
  let told = '';
  return {
    queue: {
      partitions: reader.partitions,
      async append(entries) {
        // A server that was started again is at another address.
        await appendBy(readRunning(folder) ?? first, JSON.stringify(entries)).catch((error: unknown) => {
          if (error instanceof Unavailable && told !== messageOf(error))
            log(`footfall: ${messageOf(error)}; waiting for it`);
          told = messageOf(error);
          throw error;
        });
      },
    },
    store,
    reporting: first.reporting,
    close: () => store.close(),
  };
}

async function appendBy({ control, secret, pid }: RunningNote, body: string): Promise<void> {
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
  let answer: Response;
  try {
    answer = await fetch(`${control}/append`, { method: 'POST', headers, body });
  } catch (error) {
    throw new Unavailable(`the server (process ${pid}) cannot be reached at ${control}: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const text = await answer.text();
  if (answer.status === 503) throw new Unavailable(text);
  if (!answer.ok) throw new Unusable(`the server (process ${pid}) refused at ${control}: ${answer.status} ${text}`);
}
