import type { Collector, CollectorOptions } from '../collector/collector.ts';
import type { Limits } from '../core/limits.ts';
import type { Store } from '../core/ports.ts';
import { deploy } from './deployment.ts';
import type { Appending } from './spilling-queue.ts';

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
  queue: Appending;
  /** Ends the worker after the batch in hand, and closes the files. What is queued stays queued. */
  close(): Promise<void>;
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
  const { folder: data, partitions, limits = {}, log = (line) => console.error(line) } = options;
  const roles = ['collector', 'worker'] as const;
  const deployed = await deploy({ data, partitions, limits, log, roles, collector: options.collector });
  if (!deployed.collector) throw new Error('a deployment without the collector it was asked for');
  return { ...deployed, collector: deployed.collector };
}
