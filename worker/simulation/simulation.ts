import { check } from './check.ts';
import type { Running } from './cluster.ts';
import type { Fault } from './faults.ts';
import { hasNews } from './memory-log.ts';
import { perform, runOf } from './run.ts';
import type { Run } from './run.ts';
import { trouble } from './trouble.ts';

export interface Simulated {
  faults: Map<Fault, number>;
  steps: number;
  events: number;
}

const WORKERS = 2;
const STEPS_MAX = 4000;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Runs two real workers (`worker.ts`) over a log and a store in memory, with all that can go wrong, then lets it end
 * and compares what the store holds with what the clients sent. The same seed runs the same, to the last step; one
 * seed alone: `SEED=4711 npx vitest run worker/simulation/simulation.test.ts`.
 *
 * @throws Error that says what is wrong; nothing may be
 * @example
 * await simulate(4711);
 */
export async function simulate(seed: number): Promise<Simulated> {
  const run = runOf(seed);
  for (let n = 0; n < WORKERS; n++) run.cluster.start();
  run.cluster.cover();
  const late = await trouble(run);
  run.faults.end();
  await drain(run, late);
  if (late.length > 0) {
    // Their batches are applied by now, and after this time nobody knows the ids any more.
    run.scheduler.advance(9 * DAY_MS);
    run.store.sweep(run.scheduler.now());
    await drain(run, []);
  }
  check(run);
  const events = [...run.traffic.expected.values()].reduce((sum, one) => sum + one.length, 0);
  return { faults: run.faults.counts, steps: run.steps, events };
}

/** No faults any more: the workers come to the logs' ends. */
async function drain(run: Run, late: Running[]): Promise<void> {
  const { scheduler: clock, cluster: workers } = run;
  for (const one of workers.running) if (!late.includes(one)) one.isPaused = false;
  if (workers.running.every((one) => !one.isAlive || one.isPaused || one.isStopped)) workers.start();
  for (;;) {
    await clock.settled();
    workers.cover();
    const call = clock.pick();
    run.steps += 1;
    if (call) perform(call);
    else if (isDrained(run)) return;
    if (run.steps > STEPS_MAX) throw new Error(`not at the logs' ends after ${STEPS_MAX} steps`);
  }
}

function isDrained({ logs, store }: Run): boolean {
  return logs.every((log, partition) => !hasNews(log, store.position(partition)));
}
