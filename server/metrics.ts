import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';
import type { WorkerCounts } from '../worker/worker.ts';

const HELP: Record<keyof WorkerCounts, string> = {
  applied: 'Events that were counted.',
  duplicates: 'Events whose id was known, and which were not counted again.',
  conflicts: 'Duplicates whose content differed from the first.',
  erased: 'Events that an erasure kept out.',
  quarantined: 'Entries that can never be applied, and are kept in quarantine.',
  fenced: 'Batches that another worker had already applied.',
  losses: 'Times a log had lost events, or was another log.',
  errors: 'Failures the worker went on after.',
};

/**
 * Adds the worker's counts to a Prometheus registry, as `footfall_worker_<name>_total`.
 *
 * @example
 * addWorkerMetrics(registry, () => running.counts);
 */
export function addWorkerMetrics(registry: Registry, counts: () => Readonly<WorkerCounts>): void {
  for (const [name, help] of Object.entries(HELP) as [keyof WorkerCounts, string][]) {
    new Counter({
      name: `footfall_worker_${name}_total`,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(counts()[name]);
      },
    });
  }
}

/** Adds a count of what the topics of `/track` have lost to a registry; answers what is called for each. */
export function countLosses(registry: Registry): () => void {
  const name = 'footfall_ingress_losses_total';
  const counter = new Counter({
    name,
    help: 'Times a topic of /track had lost messages, or was another.',
    registers: [registry],
  });
  return () => counter.inc();
}
