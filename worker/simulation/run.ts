import type { QueueEntry } from '../../core/ports.ts';
import { randomOf } from '../../core/sample.contract.ts';
import type { Random } from '../../core/sample.contract.ts';
import { cluster } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { faultsOf } from './faults.ts';
import type { Faults } from './faults.ts';
import { appendTo, memoryLog } from './memory-log.ts';
import type { MemoryLog } from './memory-log.ts';
import { memoryStore } from './memory-store.ts';
import type { MemoryStore } from './memory-store.ts';
import { scheduler } from './scheduler.ts';
import type { Call, Scheduler } from './scheduler.ts';
import { trafficOf } from './traffic.ts';
import type { Traffic } from './traffic.ts';

/** All of one run. */
export interface Run {
  random: Random;
  scheduler: Scheduler;
  logs: MemoryLog[];
  store: MemoryStore;
  faults: Faults;
  traffic: Traffic;
  cluster: Cluster;
  /** What clients still have to append. */
  pending: QueueEntry[];
  /** Partitions whose log was lost in part. */
  lossy: Set<number>;
  steps: number;
}

export const PARTITIONS = 3;
const START = Date.UTC(2026, 10, 22, 21, 30);

export function runOf(seed: number): Run {
  const random = randomOf(seed);
  const clock = scheduler(random, START);
  const logs = Array.from({ length: PARTITIONS }, (_, partition) => memoryLog(`log-${partition}-1`));
  const store = memoryStore(clock.now);
  const faults = faultsOf(random);
  const traffic = trafficOf(random, faults, PARTITIONS, START);
  const limits = { readEntriesMax: 1 + random.below(8) };
  return {
    random,
    scheduler: clock,
    logs,
    store,
    faults,
    traffic,
    cluster: cluster({ random, scheduler: clock, logs, store, limits }),
    pending: [...traffic.entries],
    lossy: new Set(),
    steps: 0,
  };
}

/** The call has its effect, and who made it is told. */
export function perform(call: Call): void {
  try {
    call.resolve(call.effect());
  } catch (error) {
    call.reject(error);
  }
}

export function append({ logs, scheduler: clock }: Run, { partition, body }: QueueEntry): void {
  const log = logs[partition];
  if (log) appendTo(log, body, clock.now());
}
