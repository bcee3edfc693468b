import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect } from 'vitest';
import type { Queue } from '../core/ports.ts';
import { aborted } from '../core/queue-scene.contract.ts';

/** A process that claims partitions. Here it is a queue. */
export interface Claimant {
  queue: Queue;
  /** The partitions whose handlers run. */
  running: Set<number>;
  /** How often a handler was started. */
  starts(): number;
  stop: AbortController;
  claimed: Promise<void>;
}

export interface Claimants {
  /** @param endMs ms that a handler goes on after it was told to end */
  add(queue: Queue, endMs?: number): Claimant;
  /** How many partitions each has, the most first. */
  counts(): number[];
  /** The partitions that somebody has. */
  all(): number[];
}

/** The processes of each test of a file; they end with it. */
export function claimants(): Claimants {
  const processes: Claimant[] = [];
  afterEach(async () => {
    const ended = processes.splice(0);
    for (const { stop } of ended) stop.abort();
    await Promise.all(ended.map(({ claimed }) => claimed));
    await Promise.all(ended.map(({ queue }) => queue.close()));
  });
  return {
    add(queue, endMs = 0) {
      const running = new Set<number>();
      const stop = new AbortController();
      let starts = 0;
      const claimed = queue.claim(async (partition, signal) => {
        starts += 1;
        expect(running.has(partition)).toBe(false);
        running.add(partition);
        await aborted(signal);
        await pause(endMs);
        running.delete(partition);
      }, stop.signal);
      const one = { queue, running, starts: () => starts, stop, claimed };
      processes.push(one);
      return one;
    },
    counts: () => processes.map(({ running }) => running.size).sort((a, b) => b - a),
    all: () => processes.flatMap(({ running }) => [...running]).sort((a, b) => a - b),
  };
}
