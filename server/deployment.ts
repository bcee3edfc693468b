import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { lockFolder } from '../adapters/sqlite/lock.ts';
import { collector } from '../collector/collector.ts';
import type { Collector, CollectorOptions } from '../collector/collector.ts';
import { messageOf, Unavailable, Unusable } from '../core/errors.ts';
import { limits as defaults } from '../core/limits.ts';
import { ingress } from '../collector/ingress.ts';
import type { IngressOptions } from '../collector/ingress.ts';
import type { Limits } from '../core/limits.ts';
import type { Store } from '../core/ports.ts';
import type { Role } from './config.ts';
import { openCollectorQueue } from './collector-queue.ts';
import { addWorkerMetrics, countLosses } from './metrics.ts';
import { isKafka, openQueue, openStore } from './open.ts';
import type { Places } from './open.ts';
import type { Appending } from './spilling-queue.ts';
import { openLater, openTrackTopics } from './track-topics.ts';
import type { TrackTopics } from './track-topics.ts';
import { startWorker } from './worker-handle.ts';

export interface DeploymentOptions extends Places {
  roles: readonly Role[];
  limits: Partial<Limits>;
  /** With Kafka: types of events from `/track` that have a topic of their own. */
  trackTypes?: readonly string[];
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
  /** The numbers of the collector and the worker. */
  metrics: Registry;
  /** Ends the worker after the batch in hand, and closes all. What is queued stays queued. */
  close(): Promise<void>;
}

const RETRY_MS = 500;

/**
 * Opens queue and store, and starts the collector and the worker, as far as they are among the roles of this process.
 *
 * @throws Unusable if the folder, the queue or the store cannot be used; Unavailable if one is away for longer than `startMsMax`
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
    const store =
      storeUrl === undefined
        ? await openStore(options, true)
        : await whenThere('store', () => openStore(options), options);
    closers.push(() => store.close());
    const made = await partitionsOf(store);
    const open = (): Promise<Appending> => (collects ? openCollectorQueue(options, log, made) : openQueue(options));
    const queue = queueUrl === undefined ? await open() : await whenThere('queue', open, options);
    closers.push(() => queue.close());
    await checkPartitions(store, queue.partitions);
    const worker = roles.includes('worker') ? startWorker(options, log) : undefined;
    if (worker) closers.push(() => worker.stop());
    const brought =
      isKafka(queueUrl) && worker ? await whenThere('queue', () => openTopics(options), options) : undefined;
    const topics = brought ?? (isKafka(queueUrl) && collects ? await topicsLater(options) : undefined);
    if (topics) closers.push(() => topics.close());
    const metrics = new Registry();
    if (brought) {
      const onLoss = countLosses(metrics);
      closers.push(bringTracks(brought, { ...options.collector, queue, store, limits, log, onLoss }));
    }
    if (worker) addWorkerMetrics(metrics, () => worker.counts());
    if (!collects) return { collector: undefined, store, queue, metrics, close };
    const app = collector({
      script: readScript(log),
      ...(topics && { publishTracks: topics.publish }),
      ...options.collector,
      queue,
      store,
      limits,
      metrics,
      log: (message, error) => log(`collector: ${message}: ${messageOf(error)}`),
    });
    closers.push(() => app.close());
    return { collector: app, store, queue, metrics, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens what is elsewhere when it is there: processes of one deployment start in any order. */
async function whenThere<T>(
  what: string,
  open: () => Promise<T>,
  { limits, log }: Pick<DeploymentOptions, 'limits' | 'log'>,
): Promise<T> {
  const { startMsMax } = { ...defaults, ...limits };
  const began = Date.now();
  for (let tries = 0; ; tries++) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof Unavailable) || Date.now() - began >= startMsMax) throw error;
      if (tries === 0) log(`waiting up to ${startMsMax} ms (START_MS_MAX) for the ${what}: ${messageOf(error)}`);
      await pause(RETRY_MS);
    }
  }
}

function openTopics({
  queueUrl: url = '',
  trackTypes: types = [],
  limits,
  log,
}: DeploymentOptions): Promise<TrackTopics> {
  return openTrackTopics({ url, types, limits, log });
}

/** A collector starts while Kafka is away: it has its spill, and `/track` answers 503 until the topics are there. */
function topicsLater(options: DeploymentOptions): ReturnType<typeof openLater> {
  const { spillRetryMs } = { ...defaults, ...options.limits };
  return openLater(() => openTopics(options), spillRetryMs);
}

/** Answers what ends it. */
function bringTracks(
  topics: TrackTopics,
  options: Omit<IngressOptions, 'log' | 'store'> &
    Pick<Deployment, 'store'> &
    Pick<DeploymentOptions, 'log'> & { onLoss: () => void },
): () => Promise<void> {
  const log = (message: string, error: unknown): void => options.log(`ingress: ${message}: ${messageOf(error)}`);
  const incoming = ingress({ ...options, log });
  const stop = topics.bring(incoming, options.store.documents, options.onLoss);
  return async () => {
    await stop();
    await incoming.close();
  };
}

/** With how many partitions the store was made; undefined: it is new. */
async function partitionsOf(store: Store): Promise<number | undefined> {
  const kept = (await store.documents.get('store', 'partitions')) as { partitions: number } | undefined;
  return kept?.partitions;
}

/** A site whose partition is another one would meet its own data of before. */
async function checkPartitions(store: Store, partitions: number): Promise<void> {
  const kept = (await store.documents.create('store', 'partitions', { partitions })) as { partitions: number };
  if (kept.partitions === partitions) return;
  throw new Unusable(
    `the store was made with ${kept.partitions} partitions, and the queue has ${partitions}. Use the queue that belongs to it, or a new one with PARTITIONS=${kept.partitions}.`,
  );
}

/** The browsers' scripts as they were built: by `npm start` in the repository, by `npm pack` in the package. */
function readScript(log: (line: string) => void): CollectorOptions['script'] {
  const up = import.meta.url.endsWith('.ts') ? '..' : '../..';
  const read = (name: string): Buffer => readFileSync(join(import.meta.dirname, up, 'sdk/dist', name));
  try {
    return { body: read('s.js'), builds: { core: read('s.core.js'), all: read('s.all.js') } };
  } catch (error) {
    log(`the browsers' script is not served (npm run build:sdk makes it): ${messageOf(error)}`);
    return undefined;
  }
}
