import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { spreadOf } from './report.ts';

/** Looks, between the runs, whether the machine is busy with anything else: then the figures say little. */
export interface Elsewhere {
  /** Looks for a moment in which the bench itself does nothing. */
  look(): Promise<void>;
  /** Shares of the machine's CPU time that were used elsewhere, from 0 to 1. */
  shares: number[];
}

const LOOK_MS = 300;
/** From this share of CPU time on that goes elsewhere, a report warns. */
const BUSY = 0.1;

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

/** Whether the bench had the machine for itself, for a report. */
export function toldOf({ shares }: Elsewhere): string {
  const { median, max } = spreadOf(shares);
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  return median < BUSY
    ? `Just before the runs ${percent(median)} of its CPU time (at most ${percent(max)}) went elsewhere.`
    : `It was busy elsewhere: just before the runs with ${percent(median)} of its CPU time (at most ${percent(max)}). The figures are too low for that, those of servers with several threads most of all.`;
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
