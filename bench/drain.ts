import type { Queue, Store } from '../core/ports.ts';
import { worker } from '../worker/worker.ts';
import { usage } from './measured.ts';

/** What the worker did, and what that cost this process. */
export interface Drained {
  seconds: number;
  events: number;
  /** Events that were known already, entries that cannot be applied, and failures. */
  wrong: number;
  cpuUs: number;
  rssBytesMax: number;
}

/**
 * Lets the worker take a queue into a store, until so many events are committed.
 *
 * @param atEnd called when the last one is
 */
export async function drain(queue: Queue, store: Store, expected: number, atEnd = (): void => {}): Promise<Drained> {
  const before = usage();
  const began = performance.now();
  let seconds = 0;
  let events = 0;
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const running = worker({
    queue,
    // The last batch is noticed where it is applied: timers may be late while there is work.
    store: {
      ...store,
      async apply(batch) {
        const applied = await store.apply(batch);
        events += applied.fenced ? 0 : applied.events;
        if (events >= expected) {
          seconds = (performance.now() - began) / 1000;
          resolve();
        }
        return applied;
      },
    },
    onError: (error) => console.error(error),
  });
  await done;
  const after = usage();
  atEnd();
  await running.stop();
  const { applied, duplicates, quarantined, errors } = running.counts;
  return {
    seconds,
    events: applied,
    wrong: duplicates + quarantined + errors,
    cpuUs: after.cpuUs - before.cpuUs,
    rssBytesMax: after.rssBytesMax,
  };
}
