import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, expect, test } from 'vitest';
import { PARTITIONS_DEFAULT } from '../../core/limits.ts';
import { randomOf } from '../../core/sample.contract.ts';
import { startLoad } from '../support/load.ts';
import { quietMoment } from '../support/moment.ts';
import { until } from '../support/until.ts';
import { expectCountedOnce, standard } from './scene.ts';
import type { Outcome } from './scene.ts';
import { workerCount } from './worker-count.ts';

/** Leases are for speed. Two workers that each believe to hold every partition must count as one does. */

const scene = standard();
const { env, launch } = scene;

const SITES = ['a.example', 'b.example', 'c.example', 'd.example'];
/** Far less than the time between two looks of a worker at its leases. */
const LIE_MS = 5;

const outcomes: Record<string, Outcome & { 'applied by each': string; fenced: string }> = {};
afterAll(() => console.table(outcomes));

/** Lets Redis forget all leases and who lives, again and again, so that whoever asks next is given all partitions. */
function lieAboutLeases(): { stop(): Promise<void> } {
  const redis = new Redis(env().QUEUE_URL ?? '');
  const keys = [
    'footfall:readers',
    ...Array.from({ length: PARTITIONS_DEFAULT }, (_, partition) => `footfall:lease:${partition}`),
  ];
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await redis.del(keys);
      await pause(LIE_MS);
    }
    redis.disconnect();
  })();
  return {
    stop() {
      stopping.abort();
      return running;
    },
  };
}

test('two workers that both hold all partitions at the same time', async () => {
  const roles = ['collector', 'reporting', 'worker', 'worker'];
  const [collecting, reports, ...workers] = await Promise.all(roles.map((role) => launch(role).ready()));
  const [collector, reporting] = [collecting?.collector ?? '', reports?.reporting ?? ''];
  const each = (name: string) => Promise.all(workers.map((worker) => workerCount(worker, name)));

  const lie = lieAboutLeases();
  const { time, date } = quietMoment();
  const load = startLoad({ random: randomOf(8), sites: SITES, time, clients: 4, address: () => collector });
  // Each was late many times, and each was first many times.
  await until('both to get into one another’s way', async () => (await each('fenced')).every((n) => n >= 10), 60_000);
  await load.stop();
  const counted = await expectCountedOnce(scene, load, { collector, reporting, date });
  await lie.stop();

  // What each tells of itself is a quarter of a second old.
  await until('the workers to tell all', async () => sumOf(await each('applied')) >= load.accepted.size);
  const [applied, fenced] = [await each('applied'), await each('fenced')];
  outcomes['two workers'] = { ...counted, 'applied by each': applied.join(' + '), fenced: fenced.join(' + ') };
  expect(sumOf(applied)).toBe(load.accepted.size);
  expect(Math.min(...applied)).toBeGreaterThan(0);
});

function sumOf(numbers: number[]): number {
  return numbers.reduce((sum, n) => sum + n, 0);
}
