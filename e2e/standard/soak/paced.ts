import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../../core/sample.contract.ts';
import { startLoad } from '../../support/load.ts';
import type { Load } from '../../support/load.ts';

export interface PacedOptions {
  random: Random;
  /** ms since 1970 of all events. */
  time: number;
  requestsPerSecond: number;
  /** Addresses of the collectors that are there. */
  collectors: () => string[];
}

/** So many that a visitor's day stays small, however long it takes. */
const SITES = Array.from({ length: 20 }, (_, n) => `site-${n}.example`);
const CLIENTS = 8;
/** Requests that were not sent while no collector was there, and are not made up for. */
const BEHIND_MS_MAX = 1000;

/**
 * Clients that send at a pace. Each request goes to any of the collectors, and again, with the same ids, to any of them
 * until it is accepted.
 */
export function startPaced({ random, time, requestsPerSecond, collectors }: PacedOptions): Load {
  let due = performance.now();
  return startLoad({
    random,
    sites: SITES,
    time,
    clients: CLIENTS,
    pauseMs: 0,
    // A client that is told of none looks again soon.
    address() {
      const now = performance.now();
      const there = collectors();
      if (now < due || there.length === 0) return undefined;
      due = Math.max(due, now - BEHIND_MS_MAX) + 1000 / requestsPerSecond;
      return random.pick(there);
    },
  });
}

/** Resolves when, for all that chance may do, each of two collectors has met each site and its visitors' salts. */
export async function untilKnown({ counts }: Load): Promise<void> {
  while (counts.requests < SITES.length * 30) await pause(20);
}

/** Resolves when so many more have been accepted. */
export async function untilAccepted({ accepted }: Load, more: number): Promise<void> {
  const goal = accepted.size + more;
  while (accepted.size < goal) await pause(20);
}
