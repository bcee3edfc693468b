import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { stopInTransaction } from '../../support/in-transaction.ts';
import { printTable } from './figures.ts';
import { fleets } from './fleet.ts';
import type { Fleet } from './fleet.ts';
import type { Follower } from './follower.ts';
import { untilAccepted } from './paced.ts';
import { settings } from './settings.ts';

/**
 * A worker is stopped past its lease, and past the 65 s after which MongoDB has ended what a dead process left open. Another
 * takes over; then the first wakes up, and believes that nothing has happened.
 */

const { withFleet, env } = fleets();

/** Past the 60 s of a transaction and the look for such that MongoDB takes every so often. */
const STOP_MS = 70_000;
const TAKE_OVER_MS_MAX = 15_000;
const AWAKE_MS = 5000;

const rows: Record<string, string> = {};
afterAll(() => printTable('Zombies: acknowledged / counted / duplicated, ms until the other had taken over', rows));

/** Stops it at any moment. */
async function stopAnywhere({ pid }: { pid: number }): Promise<void> {
  process.kill(pid, 'SIGSTOP');
}

const stopWithin = (server: { pid: number }): Promise<void> => stopInTransaction(env().STORE_URL ?? '', server);

test.each([
  { where: 'anywhere', stop: stopAnywhere },
  { where: 'within a transaction', stop: stopWithin },
])(`a worker is stopped $where for 70 s, ${settings.zombies} times`, async ({ where, stop }) => {
  await withFleet({ collectors: 1, workers: 1, reporting: 2 }, async (fleet) => {
    const takeovers: number[] = [];
    await untilAccepted(fleet.load, 500);
    for (let round = 0; round < settings.zombies; round++) takeovers.push(await takeOver(fleet, stop));
    const outcome = await fleet.compare();
    rows[`stopped ${where}`] = `${Object.values(outcome).join(' / ')}, ${takeovers.join(', ')}`;
    for (const { crashes } of fleet.workers) expect(crashes).toEqual([]);
    expect(Math.max(...takeovers)).toBeLessThan(TAKE_OVER_MS_MAX);
  });
});

/** @returns ms from the stop until another counts what all partitions were sent after it */
async function takeOver(
  { workers, addWorker, follower }: Fleet,
  stop: (server: { pid: number }) => Promise<void>,
): Promise<number> {
  const zombie = workers.at(-1);
  if (!zombie) throw new Error('no worker');
  const server = await zombie.ready();
  await stop(server);
  const stopped = performance.now();
  addWorker();
  await counted(follower, stopped + 1000);
  const ms = Math.round(performance.now() - stopped);
  await pause(STOP_MS - ms);
  process.kill(server.pid, 'SIGCONT');
  await pause(AWAKE_MS);
  expect(zombie.server()?.pid).toBe(server.pid);
  expect(await zombie.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  workers.splice(workers.indexOf(zombie), 1);
  return ms;
}

/** Resolves when all is counted that was acknowledged before that time. */
async function counted(follower: Follower, time: number): Promise<void> {
  await pause(Math.max(0, time - performance.now()));
  await until('events to be counted', () => follower.oldest() > time, 60_000);
}
