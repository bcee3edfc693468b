import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { PARTITIONS_DEFAULT } from '../../../core/limits.ts';
import type { Random } from '../../../core/sample.contract.ts';
import { childrenOf } from '../../support/processes.ts';
import type { Server } from '../../support/server.ts';
import type { Fleet, Fleets } from './fleet.ts';
import type { Unit } from './unit.ts';

/** A kind of trouble, and what makes it; resolves when it is over. */
export type Trouble = [kind: string, make: () => Promise<void>];

/** What can be done to something; one at a time to each. */
export interface Target {
  name: string;
  /** The more often a kind stands here the more often it comes. */
  troubles: Trouble[];
}

/** How a process ended that was told to by SIGTERM. */
export interface Termination {
  name: string;
  code: number | null;
  ms: number;
}

/** A client waits for an answer for half a minute; a collector that is stopped takes that from it. */
const COLLECTOR_STOP_MS_MAX = 5000;
const STOP_MS_MAX = 30_000;
/** Past the 60 s after which MongoDB ends a transaction, and past each of our own limits. */
const LONG_STOP_MS = 70_000;
const AWAY_MS_MAX = 20_000;
const SHORT_MS_MAX = 1000;
const FORGETTING_MS_MAX = 5000;

/**
 * Everything in a fleet that trouble can be made for. Redis and mongod stand in it twice, and come twice as often.
 *
 * @param terminations is put in how each SIGTERM ended
 */
export function targetsOf(fleet: Fleet, all: Fleets, random: Random, terminations: Termination[]): Target[] {
  const upTo = (ms: number): number => 100 + random.below(ms);
  const { redis, mongod, env } = all;

  function ends(one: Unit, role: string): Trouble[] {
    return [
      [`${role} killed`, async () => void (await one.end('SIGKILL'))],
      [
        `${role} told to end (SIGTERM)`,
        async () => {
          const ended = await one.end('SIGTERM');
          if (ended) terminations.push({ name: one.name, code: ended.code, ms: ended.ms });
        },
      ],
    ];
  }

  /** It happens only to a process that is ready. */
  const toServer = (one: Unit, make: (server: Server) => Promise<void> | void) => async (): Promise<void> => {
    const server = one.server();
    if (server) await make(server);
  };
  const stops = (one: Unit, ms: () => number) => toServer(one, ({ pid }) => stopped(pid, ms()));

  const collectors = fleet.collectors.map((one): Target => {
    const stop: Trouble = ['collector stopped', stops(one, () => upTo(COLLECTOR_STOP_MS_MAX))];
    return { name: one.name, troubles: [...ends(one, 'collector'), stop] };
  });
  const workers = fleet.workers.map((one): Target => {
    const stop: Trouble = ['worker stopped', stops(one, () => upTo(STOP_MS_MAX))];
    const long: Trouble = ['worker stopped for 70 s', stops(one, () => LONG_STOP_MS)];
    const often = [...ends(one, 'worker'), stop];
    return { name: one.name, troubles: [...often, ...often, long] };
  });
  const reporting = fleet.reporting.map((one): Target => {
    const stop: Trouble = ['reporting stopped', stops(one, () => upTo(STOP_MS_MAX))];
    const child: Trouble = ['child of reporting killed', toServer(one, ({ pid }) => killChildren(pid))];
    return { name: one.name, troubles: [...ends(one, 'reporting'), stop, child] };
  });
  const services = (['Redis', 'mongod'] as const).map((name): Target => {
    const service = name === 'Redis' ? redis : mongod;
    const troubles: Trouble[] = [
      [`${name} killed`, () => away(service(), upTo(SHORT_MS_MAX))],
      [`${name} away`, () => away(service(), upTo(AWAY_MS_MAX))],
      [`${name} stopped`, () => stopped(service().pid(), upTo(STOP_MS_MAX))],
    ];
    return { name, troubles };
  });
  const forget: Trouble = ['leases forgotten', () => forgetLeases(env(), upTo(FORGETTING_MS_MAX))];
  return [...collectors, ...workers, ...reporting, ...services, ...services, { name: 'leases', troubles: [forget] }];
}

async function stopped(pid: number, ms: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await pause(ms);
  process.kill(pid, 'SIGCONT');
}

/** There may be none just now: it is started again only after a while. */
function killChildren(pid: number): void {
  for (const child of childrenOf(pid)) process.kill(child, 'SIGKILL');
}

async function away(service: { kill(): Promise<void>; start(): Promise<void> }, ms: number): Promise<void> {
  await service.kill();
  await pause(ms);
  await service.start();
}

/** Each worker that asks meanwhile is given all partitions. */
async function forgetLeases({ QUEUE_URL = '' }: Record<string, string>, ms: number): Promise<void> {
  const redis = new Redis(QUEUE_URL, { enableOfflineQueue: false, maxRetriesPerRequest: 0 });
  redis.on('error', () => {});
  const leases = Array.from({ length: PARTITIONS_DEFAULT }, (_, partition) => `footfall:lease:${partition}`);
  for (const end = performance.now() + ms; performance.now() < end; ) {
    // Redis itself may be in trouble.
    await redis.del('footfall:readers', ...leases).catch(() => {});
    await pause(20);
  }
  redis.disconnect();
}
