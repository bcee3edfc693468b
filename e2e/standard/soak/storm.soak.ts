import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { randomOf } from '../../../core/sample.contract.ts';
import type { Random } from '../../../core/sample.contract.ts';
import { delayRows, printTable } from './figures.ts';
import type { Fleet } from './fleet.ts';
import { fleets } from './fleet.ts';
import { settings } from './settings.ts';
import { targetsOf } from './troubles.ts';
import type { Target, Termination } from './troubles.ts';

/** All faults together, chosen by chance, for as long as `SOAK_MINUTES` says (an hour). `SOAK_SEED` repeats the choice. */

const { minutes, seed, requestsPerSecond } = settings;
const MINUTE_MS = 60_000;
/** So many troubles at a time, of different things. */
const TROUBLES_AT_ONCE = 3;
const CALM_MS_MAX = 8000;
const STOP_MS_MAX = 10_000;

const all = fleets();

test(`the storm: ${minutes} minutes, seed ${seed}`, async () => {
  await all.withFleet({ collectors: 2, workers: 3, reporting: 2 }, async (fleet) => {
    console.log(`seed ${seed}, ${requestsPerSecond} requests a second for ${minutes} minutes`);
    const terminations: Termination[] = [];
    const random = randomOf(seed + 1);
    const kinds = await makeTrouble(targetsOf(fleet, all, random, terminations), random, fleet);
    const outcome = await fleet.compare();
    report(fleet, kinds, terminations, outcome);
    for (const unit of unitsOf(fleet)) expect(unit.crashes).toEqual([]);
    const late = terminations.filter(({ code, ms }) => code !== 0 || ms > STOP_MS_MAX);
    expect(late).toEqual([]);
  });
});

const unitsOf = ({ collectors, workers, reporting }: Fleet) => [...collectors, ...workers, ...reporting];

/** @returns how often which kind of trouble came */
async function makeTrouble(targets: Target[], random: Random, fleet: Fleet): Promise<Map<string, number>> {
  const end = performance.now() + minutes * MINUTE_MS;
  const kinds = new Map<string, number>();
  const busy = new Set<string>();
  const telling = setInterval(() => console.log(progressOf(fleet, kinds)), MINUTE_MS);

  async function troublemaker(): Promise<void> {
    while (performance.now() < end) {
      await pause(random.below(CALM_MS_MAX));
      const target = random.pick(targets.filter(({ name }) => !busy.has(name)));
      const [kind, make] = random.pick(target.troubles);
      busy.add(target.name);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      await make();
      busy.delete(target.name);
    }
  }

  await Promise.all(Array.from({ length: TROUBLES_AT_ONCE }, troublemaker)).finally(() => clearInterval(telling));
  return kinds;
}

function progressOf({ load, follower }: Fleet, kinds: Map<string, number>): string {
  const troubles = [...kinds.values()].reduce((sum, n) => sum + n, 0);
  const seconds = Math.max(0, Math.round((performance.now() - follower.oldest()) / 1000));
  const waiting = `${follower.waiting()} of them not counted yet, the oldest for ${seconds} s`;
  return `${troubles} troubles; ${load.accepted.size} acknowledged, ${waiting}`;
}

function report(
  fleet: Fleet,
  kinds: Map<string, number>,
  terminations: Termination[],
  outcome: Awaited<ReturnType<Fleet['compare']>>,
): void {
  const { load, follower } = fleet;
  const { requests, broken, refused, repeated } = load.counts;
  printTable('Counted', {
    ...outcome,
    'sent again though accepted': repeated,
    requests,
    'requests without an answer': broken,
    'requests answered 503': refused[503] ?? 0,
    'starts of processes': unitsOf(fleet).reduce((sum, unit) => sum + unit.starts(), 0),
    'SIGTERM: exits with 0': terminations.filter(({ code }) => code === 0).length,
    'SIGTERM: other exits': terminations.filter(({ code }) => code !== 0).length,
    'SIGTERM: ms, longest': Math.max(0, ...terminations.map(({ ms }) => ms)),
    ...delayRows(follower.delays),
  });
  printTable('Troubles', Object.fromEntries([...kinds].sort(([a], [b]) => a.localeCompare(b))));
}
