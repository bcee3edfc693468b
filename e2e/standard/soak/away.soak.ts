import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { delayRows, printTable } from './figures.ts';
import { fleets } from './fleet.ts';
import { untilAccepted, untilKnown } from './paced.ts';

/** Redis or mongod are away for long. Collectors go on: all that comes is taken at the first try. */

const { withFleet, redis, mongod } = fleets();

const rows: Record<string, string> = {};
afterAll(() => printTable('Away: acknowledged / counted / duplicated, ms until counted (longest)', rows));

const away = {
  'is stopped': async (service: { pid(): number }, ms: number) => {
    process.kill(service.pid(), 'SIGSTOP');
    await pause(ms);
    process.kill(service.pid(), 'SIGCONT');
  },
  'is killed and stays away': async (service: { kill(): Promise<void>; start(): Promise<void> }, ms: number) => {
    await service.kill();
    await pause(ms);
    await service.start();
  },
};

test.each([
  { name: 'Redis', service: redis, seconds: 20, how: 'is stopped', times: 3 },
  { name: 'Redis', service: redis, seconds: 20, how: 'is killed and stays away', times: 3 },
  { name: 'mongod', service: mongod, seconds: 60, how: 'is stopped', times: 1 },
  { name: 'mongod', service: mongod, seconds: 60, how: 'is killed and stays away', times: 1 },
] as const)('$name $how for $seconds s, $times times', async ({ name, service, seconds, how, times }) => {
  await withFleet({ collectors: 2, workers: 2, reporting: 2 }, async ({ load, follower, compare }) => {
    // What a collector has met it knows; a site that is new to it has to wait for the store.
    await untilKnown(load);
    for (let n = 0; n < times; n++) {
      const before = load.accepted.size;
      await away[how](service(), seconds * 1000);
      // A collector waits for Redis once; from then on it spills.
      expect(load.accepted.size).toBeGreaterThan(before + seconds * 10);
      await untilAccepted(load, 500);
    }
    const outcome = await compare();
    const { 'ms until counted, longest': longest } = delayRows(follower.delays);
    rows[`${name} ${how} for ${seconds} s, ${times} times`] =
      `${Object.values(outcome).join(' / ')}, ${Math.round(longest ?? Number.NaN)}`;
    expect(load.counts).toMatchObject({ broken: 0, refused: {} });
  });
});
