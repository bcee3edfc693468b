import { lockFolder } from '../adapters/sqlite/lock.ts';
import { Unavailable, Unusable, messageOf } from '../core/errors.ts';
import type { Queue, Store } from '../core/ports.ts';
import type { Config } from './config.ts';
import { openQueue, openStore } from './open.ts';
import type { RunningNote } from './running.ts';
import { readRunning } from './running.ts';
import { startWorker } from './worker-handle.ts';

/** Where an import puts what it reads: a queue that a worker empties into the store. */
export interface Target {
  queue: Pick<Queue, 'append' | 'partitions'>;
  store: Pick<Store, 'documents'>;
  /** Where the dashboard is; undefined: no server runs. */
  reporting: string | undefined;
  close(): Promise<void>;
}

/**
 * Queue and store as they are set. Where the queue is a file: with a worker of one's own if no server runs on the folder,
 * else beside the server, which appends to its queue what it is sent.
 *
 * @throws Unusable if they cannot be used, or the server cannot be asked; Unavailable if they are away
 */
export async function openTarget(config: Config, log: (line: string) => void): Promise<Target> {
  if (config.queueUrl !== undefined) return targetOf(config, await openQueue(config), readRunning(config.data), []);
  let release: () => void;
  try {
    release = lockFolder(config.data);
  } catch (error) {
    const note = readRunning(config.data);
    if (!note?.control) throw error;
    return targetOf(config, await queueOfServer(config, note, log), note, []);
  }
  const queue = await openQueue(config, { writer: true, thread: true }).catch((error: unknown) => {
    release();
    throw error;
  });
  const worker = startWorker(config, log);
  return targetOf(config, queue, undefined, [release, () => worker.stop()]);
}

/** `closers`: what else ends with it, in the order of its opening. */
async function targetOf(
  config: Config,
  queue: Target['queue'] & Pick<Queue, 'close'>,
  note: RunningNote | undefined,
  closers: (() => unknown)[],
): Promise<Target> {
  const [release, ...later] = closers;
  const all = [release, () => queue.close(), ...later].filter((one) => one !== undefined);
  const close = async (): Promise<void> => {
    for (const one of all.splice(0).reverse()) await one();
  };
  try {
    const store = await openStore(config);
    all.push(() => store.close());
    return { queue, store, reporting: note?.reporting, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function queueOfServer(
  config: Config,
  first: RunningNote,
  log: (line: string) => void,
): Promise<Target['queue'] & Pick<Queue, 'close'>> {
  const { data } = config;
  const reader = await openQueue(config);
  let told = '';
  return {
    partitions: reader.partitions,
    close: () => reader.close(),
    async append(entries) {
      // A server that was started again is at another address.
      await appendBy(readRunning(data) ?? first, JSON.stringify(entries)).catch((error: unknown) => {
        if (error instanceof Unavailable && told !== messageOf(error)) {
          log(`footfall: ${messageOf(error)}; waiting for it`);
        }
        told = messageOf(error);
        throw error;
      });
    },
  };
}

async function appendBy({ control = '', secret, pid }: RunningNote, body: string): Promise<void> {
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
