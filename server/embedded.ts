import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { lockFolder } from '../adapters/sqlite/lock.ts';
import { sqliteQueue } from '../adapters/sqlite/queue.ts';
import { sqliteStore } from '../adapters/sqlite/store.ts';
import { collector } from '../collector/collector.ts';
import type { Collector, CollectorOptions } from '../collector/collector.ts';
import { messageOf } from '../core/errors.ts';
import type { Limits } from '../core/limits.ts';
import type { Queue, Store } from '../core/ports.ts';
import { addWorkerMetrics } from './metrics.ts';
import { startWorker } from './worker-handle.ts';

export interface EmbeddedOptions {
  /** Folder of all data; made if it is missing. One process at a time. */
  folder: string;
  /** Partitions of a new folder. Default 8. */
  partitions?: number | undefined;
  limits?: Partial<Limits>;
  /** The collector's own options. Its script is the one that was built, unless another is given. */
  collector?: Omit<CollectorOptions, 'queue' | 'store' | 'limits' | 'metrics' | 'log'>;
  /** Told of every failure in one line. Default: standard error. */
  log?: (line: string) => void;
}

export interface Embedded {
  /** The collector, to serve or to mount. */
  collector: Collector;
  store: Store;
  /** What the collector appends to. */
  queue: Queue;
  /** Ends the worker after the batch in hand, and closes the files. What is queued stays queued. */
  close(): Promise<void>;
}

/** The browsers' script as it was built: by `npm start` in the repository, by `npm pack` in the package. */
function readScript(log: (line: string) => void): CollectorOptions['script'] {
  const up = import.meta.url.endsWith('.ts') ? '..' : '../..';
  const file = join(import.meta.dirname, up, 'sdk/dist/s.js');
  try {
    return { body: readFileSync(file) };
  } catch (error) {
    log(`the browsers' script is not served (npm run build:sdk makes it): ${messageOf(error)}`);
    return undefined;
  }
}

/**
 * A whole Footfall on one folder: collector, queue, worker and store, with nothing else installed.
 *
 * @throws Unusable if the folder is in use or cannot be used; the message says what to do
 * @example
 * const footfall = await embedded({ folder: './data', collector: { autoSites: true } });
 * const app = new Hono().route('/analytics', footfall.collector);
 */
export async function embedded(options: EmbeddedOptions): Promise<Embedded> {
  const { folder, partitions, limits = {}, log = (line) => console.error(line) } = options;
  const release = lockFolder(folder);
  const closers: (() => unknown)[] = [release];
  async function close(): Promise<void> {
    for (const one of closers.splice(0).reverse()) await one();
  }
  try {
    const queue = await sqliteQueue({ folder, limits, ...(partitions === undefined ? {} : { partitions }) });
    closers.push(() => queue.close());
    const store = await sqliteStore({ folder, limits });
    closers.push(() => store.close());
    const worker = startWorker(folder, limits, log);
    closers.push(() => worker.stop());
    const metrics = new Registry();
    addWorkerMetrics(metrics, () => worker.counts());
    const app = collector({
      script: readScript(log),
      ...options.collector,
      queue,
      store,
      limits,
      metrics,
      log: (message, error) => log(`collector: ${message}: ${messageOf(error)}`),
    });
    closers.push(() => app.close());
    return { collector: app, store, queue, close };
  } catch (error) {
    await close();
    throw error;
  }
}
