import { Unavailable } from '../../core/errors.ts';
import type { Limits } from '../../core/limits.ts';
import type { Applied, Batch, Queue, Store } from '../../core/ports.ts';
import type { Random } from '../../core/sample.contract.ts';
import { worker } from '../worker.ts';
import type { Worker } from '../worker.ts';
import type { MemoryLog } from './memory-log.ts';
import { depthOf, hasNews, sliceAfter, trimUpTo } from './memory-log.ts';
import type { MemoryStore } from './memory-store.ts';
import type { Process, Scheduler } from './scheduler.ts';
import { UNAPPLIABLE } from './traffic.ts';

/** Given as a reason, for without one each abort makes an error with a stack. */
const MOVED = 'the partition is not yours any more';

/** Workers, and who of them works on which partition. */

/** One start of a worker: the real worker code with ports whose every call waits for the scheduler. */
export interface Running extends Process {
  worker: Worker;
  /** By partition, what tells the worker that it is no longer its own. */
  held: Map<number, AbortController>;
  handle?: ((partition: number, signal: AbortSignal) => Promise<void>) | undefined;
  /** How many of its handlers have not ended. */
  following: number;
  isStopped: boolean;
}

export interface Cluster {
  readonly running: Running[];
  /** Errors that must not be: a handler or a stop that rejected. */
  readonly bugs: unknown[];
  start(): Running;
  /** Dies, with all that it was about to do. */
  crash(one: Running): void;
  /** Hands a partition over. The one that had it is told at once, or by a call of its own later. */
  move(partition: number, to: Running, tell: 'now' | 'later'): void;
  /** Every partition that nobody alive and awake has goes to somebody who is. */
  cover(): void;
}

export interface ClusterParts {
  random: Random;
  scheduler: Scheduler;
  logs: MemoryLog[];
  store: MemoryStore;
  limits: Partial<Limits>;
}

export function cluster(parts: ClusterParts): Cluster {
  const { random, scheduler, logs } = parts;
  const running: Running[] = [];
  const bugs: unknown[] = [];
  const bug = (error: unknown): void => void bugs.push(error);
  const toldLater = new WeakSet<AbortController>();

  function start(): Running {
    const one: Running = {
      name: `worker ${running.length + 1}`,
      isAlive: true,
      isPaused: false,
      worker: undefined as unknown as Worker,
      held: new Map(),
      following: 0,
      isStopped: false,
    };
    const { now } = scheduler;
    const sleep = (ms: number, signal: AbortSignal): Promise<void> => scheduler.sleep(one, ms, signal);
    const ports = { queue: queueOf(parts, one), store: storeOf(parts, one) };
    one.worker = worker({ ...ports, limits: parts.limits, now, sleep });
    running.push(one);
    return one;
  }

  function give(partition: number, to: Running): void {
    if (!to.handle) return;
    const controller = new AbortController();
    to.held.set(partition, controller);
    to.following += 1;
    const ended = (): void => {
      to.following -= 1;
      to.held.delete(partition);
    };
    to.handle(partition, controller.signal).then(ended, bug);
  }

  function move(partition: number, to: Running, tell: 'now' | 'later'): void {
    if (to.held.has(partition)) return;
    for (const one of running) {
      const controller = one.held.get(partition);
      if (!one.isAlive || !controller || toldLater.has(controller)) continue;
      if (tell === 'now') {
        controller.abort(MOVED);
      } else {
        toldLater.add(controller);
        scheduler.call(one, 'other', () => controller.abort(MOVED)).catch(bug);
      }
    }
    give(partition, to);
  }

  return {
    running,
    bugs,
    start,
    move,
    crash(one) {
      one.isAlive = false;
      scheduler.forget(one);
    },
    cover() {
      const awake = running.filter((one) => one.isAlive && !one.isPaused && !one.isStopped);
      if (awake.length === 0) return;
      for (const partition of logs.keys()) {
        if (!awake.some((one) => isHeldBy(one, partition))) move(partition, random.pick(awake), 'later');
      }
    },
  };
}

function isHeldBy(one: Running, partition: number): boolean {
  const controller = one.held.get(partition);
  return controller !== undefined && !controller.signal.aborted;
}

function queueOf({ scheduler, logs }: ClusterParts, one: Running): Queue {
  const logAt = (partition: number): MemoryLog => {
    const log = logs[partition];
    if (!log) throw new RangeError(`no partition ${partition}`);
    return log;
  };
  return {
    partitions: logs.length,
    append: () => Promise.reject(new Error('a worker does not append')),
    async claim(handle, signal) {
      one.handle = handle;
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      one.handle = undefined;
      for (const controller of one.held.values()) controller.abort(MOVED);
      await scheduler.call(
        one,
        'other',
        () => {},
        () => one.following === 0,
      );
    },
    read(partition, after, { entriesMax, bytesMax, signal }) {
      const log = logAt(partition);
      const isReady = (): boolean => signal?.aborted === true || hasNews(log, after);
      return scheduler.call(one, 'read', () => sliceAfter(log, after, entriesMax, bytesMax), isReady);
    },
    trim: (partition, upTo) => scheduler.call(one, 'trim', () => trimUpTo(logAt(partition), upTo)),
    depth: () => scheduler.call(one, 'other', () => depthOf(logs)),
    close: () => Promise.resolve(),
  };
}

function storeOf({ scheduler, store }: ClusterParts, one: Running): Store {
  const none = (): Promise<never> => Promise.reject(new Error('a worker does not ask for this'));
  return {
    position: (partition) => scheduler.call(one, 'position', () => store.position(partition)),
    apply: (batch) => scheduler.call(one, 'apply', () => applyIfPossible(store, batch)),
    sweep: (now) => scheduler.call(one, 'sweep', () => store.sweep(now)),
    changes: none,
    stats: none,
    documents: { get: none, list: none, put: none, delete: none, create: none },
    erase: none,
    forget: none,
    close: () => Promise.resolve(),
  };
}

function applyIfPossible(store: MemoryStore, batch: Batch): Applied {
  const isImpossible = batch.entries.some(({ events }) => events.some(({ name }) => name === UNAPPLIABLE));
  if (isImpossible) throw new Error('this entry is more than the store can take');
  return store.apply(batch);
}

/** An error of a port by the kind of fault. */
export function errorOf(fault: 'unavailable' | 'failure' | 'unknown commit'): Error {
  return fault === 'failure' ? new Error('something else') : new Unavailable(fault);
}
