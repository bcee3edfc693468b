import { describe, expect, test } from 'vitest';
import { messageOf } from '../../core/errors.ts';
import { faults } from './faults.ts';
import type { Fault } from './faults.ts';
import type { Simulated } from './simulation.ts';
import { simulate } from './simulation.ts';
import { EVENTS_MIN } from './traffic.ts';

const SEEDS = 10_000;
const SEEDS_PER_TEST = 500;

/** `SEED=4711` runs that seed alone; `FIRST_SEED=1000000` runs as many as ever, of others. */
const { SEED, FIRST_SEED = '1' } = process.env;
const first = Number(SEED ?? FIRST_SEED);
const count = SEED === undefined ? SEEDS : 1;

const tests = Array.from({ length: Math.ceil(count / SEEDS_PER_TEST) }, (_, n) => {
  const from = first + n * SEEDS_PER_TEST;
  return { from, to: Math.min(from + SEEDS_PER_TEST, first + count) - 1 };
});

async function simulated(seed: number): Promise<Simulated> {
  try {
    return await simulate(seed);
  } catch (error) {
    const again = `SEED=${seed} npx vitest run worker/simulation/simulation.test.ts`;
    throw new Error(`seed ${seed}: ${messageOf(error)}\nRun it alone: ${again}`, { cause: error });
  }
}

describe('two workers, a log and a store, and everything that can go wrong', () => {
  const seedsWith = new Map<Fault, number>();

  test.each(tests)('seeds $from to $to come to exact numbers', async ({ from, to }) => {
    for (let seed = from; seed <= to; seed++) {
      const { faults: happened, events } = await simulated(seed);
      expect(events).toBeGreaterThanOrEqual(EVENTS_MIN);
      for (const fault of happened.keys()) seedsWith.set(fault, (seedsWith.get(fault) ?? 0) + 1);
    }
  });

  test.runIf(SEED === undefined)('each fault happens in a tenth of the seeds and more', () => {
    const rare = faults.filter((fault) => (seedsWith.get(fault) ?? 0) < count / 10);
    expect(rare).toEqual([]);
  });
});

test('the same seed runs the same', async () => {
  for (const seed of [1, 2, 3, 4711]) expect(await simulated(seed)).toEqual(await simulated(seed));
});
