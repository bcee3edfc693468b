import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { Unavailable } from '../core/errors.ts';
import { NO_POSITION } from '../core/ports.ts';
import type { Queue } from '../core/ports.ts';
import { append, follow } from '../core/queue-scene.contract.ts';

const WRITERS = 16;
/** Of a new queue at least as many. */
const PARTITIONS = [0, 1, 2, 3];

/** What one writer has tried to append, and what it was told is there, in its order. */
interface Told {
  acknowledged: string[];
  tried: string[];
}

/**
 * Appends from many sides while a queue's server comes and goes.
 *
 * @returns ends it, and answers what each writer was told
 */
export function startWriters(queue: Queue): () => Promise<Told[]> {
  const done = new AbortController();
  const writers = Array.from({ length: WRITERS }, async (_, writer) => {
    const told: Told = { acknowledged: [], tried: [] };
    for (let n = 0; !done.signal.aborted; n++) {
      const body = `${writer} ${n}`;
      told.tried.push(body);
      try {
        await append(queue, writer % PARTITIONS.length, [body]);
        told.acknowledged.push(body);
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
        await pause(5);
      }
    }
    return told;
  });
  return () => {
    done.abort();
    return Promise.all(writers);
  };
}

/** What was acknowledged is there, in order and once, and nothing else but what was tried. */
export async function expectWritten(queue: Queue, told: Told[]): Promise<void> {
  const found = [];
  for (const partition of PARTITIONS) found.push(await follow(queue, partition, NO_POSITION, 1000));
  for (const [writer, { acknowledged, tried }] of told.entries()) {
    const all = (found[writer % PARTITIONS.length] ?? []).map(({ body }) => body);
    const own = all.filter((body) => body.startsWith(`${writer} `));
    const known = new Set(acknowledged);
    expect(own.filter((body) => known.has(body))).toEqual(acknowledged);
    expect(new Set(own).size).toBe(own.length);
    expect(own.filter((body) => !tried.includes(body))).toEqual([]);
  }
  expect(told.flatMap(({ acknowledged }) => acknowledged).length).toBeGreaterThan(500);
}

/** How long it took, in ms. */
export async function duration(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
