import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** Looks, between the runs, whether the machine is busy with anything else: then the figures say little. */
export interface Elsewhere {
  /** Looks for a moment in which the bench itself does nothing. */
  look(): Promise<void>;
  /** Shares of the machine's CPU time that were used elsewhere, from 0 to 1. */
  shares: number[];
}

const LOOK_MS = 300;

export function elsewhere(): Elsewhere {
  const shares: number[] = [];
  return {
    shares,
    async look() {
      const before = spent();
      await pause(LOOK_MS);
      const after = spent();
      const all = after.all - before.all;
      if (all > 0) shares.push((after.busy - before.busy) / all);
    },
  };
}

function spent(): { busy: number; all: number } {
  let busy = 0;
  let idle = 0;
  for (const { times } of cpus()) {
    busy += times.user + times.nice + times.sys + times.irq;
    idle += times.idle;
  }
  return { busy, all: busy + idle };
}
