import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { lockFolder } from '../adapters/sqlite/lock.ts';
import { collector } from '../collector/collector.ts';
import type { Collector, CollectorOptions } from '../collector/collector.ts';
import { messageOf, Unusable } from '../core/errors.ts';
import type { Limits } from '../core/limits.ts';
import type { Store } from '../core/ports.ts';
import type { Role } from './config.ts';
import { openCollectorQueue } from './collector-queue.ts';
import { addWorkerMetrics } from './metrics.ts';
import { openQueue, openStore } from './open.ts';
import type { Places } from './open.ts';
import type { Appending } from './spilling-queue.ts';
import { startWorker } from './worker-handle.ts';

export interface DeploymentOptions extends Places {
  roles: readonly Role[];
  limits: Partial<Limits>;
  /** The collector's own options. Its script is the one that was built, unless another is given. */
  collector?: Omit<CollectorOptions, 'queue' | 'store' | 'limits' | 'metrics' | 'log'> | undefined;
  log: (line: string) => void;
}

/** What one process has of a Footfall. */
export interface Deployment {
  /** Undefined without that role. */
  collector: Collector | undefined;
  store: Store;
  queue: Appending;
  /** Ends the worker after the batch in hand, and closes all. What is queued stays queued. */
  close(): Promise<void>;
}

/**
 * Opens queue and store, and starts the collector and the worker, as far as they are among the roles of this process.
 *
 * @throws Unusable if the folder, the queue or the store cannot be used; Unavailable if the store is away
 */
export async function deploy(options: DeploymentOptions): Promise<Deployment> {
  const { data: folder, queueUrl, storeUrl, roles, limits, log } = options;
  const closers: (() => unknown)[] = [];
  async function close(): Promise<void> {
    for (const one of closers.splice(0).reverse()) await one();
  }
  // A worker with queue and store elsewhere has nothing of its own.
  const hasFolder = queueUrl === undefined || storeUrl === undefined || roles.some((role) => role !== 'worker');
  if (hasFolder) closers.push(lockFolder(folder));
  try {
    const collects = roles.includes('collector');
    const queue: Appending = collects ? await openCollectorQueue(options, log) : await openQueue(options);
    closers.push(() => queue.close());
    const store = await openStore(options, true);
    closers.push(() => store.close());
    await checkPartitions(store, queue.partitions);
    const worker = roles.includes('worker') ? startWorker(options, log) : undefined;
    if (worker) closers.push(() => worker.stop());
    if (!collects) return { collector: undefined, store, queue, close };
    const metrics = new Registry();
    if (worker) addWorkerMetrics(metrics, () => worker.counts());
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

/** A site whose partition is another one would meet its own data of before. */
async function checkPartitions(store: Store, partitions: number): Promise<void> {
  const kept = (await store.documents.create('store', 'partitions', { partitions })) as { partitions: number };
  if (kept.partitions === partitions) return;
  throw new Unusable(
    `the store was made with ${kept.partitions} partitions, and the queue has ${partitions}. Use the queue that belongs to it, or a new one with PARTITIONS=${kept.partitions}.`,
  );
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
