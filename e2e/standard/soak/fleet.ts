import type { Store } from '../../../core/ports.ts';
import { randomOf } from '../../../core/sample.contract.ts';
import type { Load } from '../../support/load.ts';
import { quietMoment } from '../../support/moment.ts';
import { servers } from '../../support/server.ts';
import { standard } from '../scene.ts';
import type { Standard } from '../scene.ts';
import { expectAllCounted } from './counted.ts';
import { follow } from './follower.ts';
import type { Follower } from './follower.ts';
import { startPaced } from './paced.ts';
import { settings } from './settings.ts';
import { unit } from './unit.ts';
import type { Unit } from './unit.ts';

/** Processes of each role over one Redis and one mongod, with the settings as they ship, and clients that send to them. */
export interface Fleet {
  collectors: Unit[];
  workers: Unit[];
  reporting: Unit[];
  load: Load;
  follower: Follower;
  /** Starts one more worker, which then is among them. */
  addWorker(): Unit;
  /** Ends the clients, waits until all is counted, and compares; see `expectAllCounted`. */
  compare(): ReturnType<typeof expectAllCounted>;
}

type Role = 'collector' | 'worker' | 'reporting';

export interface Sizes {
  collectors: number;
  workers: number;
  reporting: number;
}

export interface Fleets extends Pick<Standard, 'redis' | 'mongod' | 'env'> {
  /** Starts a fleet, and ends it after `work`. */
  withFleet(sizes: Sizes, work: (fleet: Fleet) => Promise<void>): Promise<void>;
}

/** What a file of soaks starts its fleets with. */
export function fleets(): Fleets {
  const { redis, mongod, env, withStore } = standard();
  const { folder, launch } = servers();

  /** Leases and batches as they ship; the proxy is the test itself. */
  function place(): Record<string, string> {
    const { LEASE_MS: _lease, READ_ENTRIES_MAX: _entries, ...rest } = env();
    return rest;
  }

  function newUnit(role: Role, n: number): Unit {
    const [data, settled] = [folder(), { ...place(), ROLES: role }];
    return unit(`${role} ${n}`, () => launch({ folder: data, env: settled }));
  }

  async function withFleet({ collectors, workers, reporting }: Sizes, work: (fleet: Fleet) => Promise<void>) {
    const of = (role: Role, count: number) => Array.from({ length: count }, (_, n) => newUnit(role, n + 1));
    const units = {
      collector: of('collector', collectors),
      worker: of('worker', workers),
      reporting: of('reporting', reporting),
    };
    const all = (): Unit[] => Object.values(units).flat();
    try {
      await Promise.all(all().map((one) => one.ready()));
      await withStore((store) => withLoad(store, units, work));
    } finally {
      await Promise.all(all().map((one) => one.stop()));
    }
  }

  async function withLoad(store: Store, units: Record<Role, Unit[]>, work: (fleet: Fleet) => Promise<void>) {
    const addresses = (role: 'collector' | 'reporting') => units[role].flatMap((one) => one.server()?.[role] ?? []);
    const { time, date } = quietMoment();
    const { seed, requestsPerSecond } = settings;
    const load = startPaced({
      random: randomOf(seed),
      time,
      requestsPerSecond,
      collectors: () => addresses('collector'),
    });
    const follower = follow(store, load);
    try {
      await work({
        collectors: units.collector,
        workers: units.worker,
        reporting: units.reporting,
        load,
        follower,
        addWorker() {
          const added = newUnit('worker', units.worker.length + 1);
          units.worker.push(added);
          return added;
        },
        async compare() {
          await Promise.all(
            Object.values(units)
              .flat()
              .map((one) => one.ready()),
          );
          await load.stop();
          const places = { collectors: addresses('collector'), reporting: addresses('reporting') };
          return expectAllCounted({ store, load, follower, ...places, date });
        },
      });
    } finally {
      await follower.stop();
    }
  }

  return { redis, mongod, env: place, withFleet };
}
