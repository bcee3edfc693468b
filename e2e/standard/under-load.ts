import { afterAll, expect } from 'vitest';
import { randomOf } from '../../core/sample.contract.ts';
import { startLoad } from '../support/load.ts';
import type { Load } from '../support/load.ts';
import { quietMoment } from '../support/moment.ts';
import type { Launched } from '../support/server.ts';
import { until } from '../support/until.ts';
import { expectCountedOnce } from './scene.ts';
import type { Outcome, Scene } from './scene.ts';

/** What runs while a fault happens. */
export interface Running {
  /** Its address. */
  collector: string;
  /** A fault takes away what it ends, and adds what it starts. */
  workers: Launched[];
  load: Load;
  /** Of all events. */
  date: string;
  /** Ends all of it, which must take that well. */
  end(): Promise<void>;
}

export interface UnderLoad {
  /** By fault; printed when all tests have ended. */
  outcomes: Record<string, Outcome>;
  loadOn(address: () => string | undefined, seed: number, ofClients?: number): Pick<Running, 'load' | 'date'>;
  /** Starts a collector, the workers and a load, of which some was accepted. */
  begin(): Promise<Running>;
  /** Lets a fault happen under load, and counts afterwards. */
  under(name: string, fault: (running: Running) => Promise<void>): Promise<void>;
}

interface Sizes {
  sites: string[];
  /** How many there are when a fault begins. Default: 1. */
  workers?: number;
  /** Each sends all the time. Default: 2. */
  clients?: number;
}

export function underLoad(scene: Scene, { sites, workers = 1, clients = 2 }: Sizes): UnderLoad {
  const outcomes: Record<string, Outcome> = {};
  afterAll(() => console.table(outcomes));

  function loadOn(
    address: () => string | undefined,
    seed: number,
    ofClients = clients,
  ): Pick<Running, 'load' | 'date'> {
    const { time, date } = quietMoment();
    return { load: startLoad({ random: randomOf(seed), sites, time, clients: ofClients, address }), date };
  }

  async function begin(): Promise<Running> {
    const collecting = scene.launch('collector');
    const working = Array.from({ length: workers }, () => scene.launch('worker'));
    const [{ collector }] = await Promise.all([collecting.ready(), ...working.map((one) => one.ready())]);
    const { load, date } = loadOn(() => collector, Date.now() % 1e6);
    await until('some events', () => load.accepted.size > 50);
    async function end(): Promise<void> {
      const exits = await Promise.all([collecting, ...working].map((one) => one.end('SIGTERM')));
      expect(exits.filter(({ code }) => code !== 0)).toEqual([]);
    }
    return { collector, workers: working, load, date, end };
  }

  async function under(name: string, fault: (running: Running) => Promise<void>): Promise<void> {
    const running = await begin();
    const { load } = running;
    await fault(running);
    const before = load.accepted.size;
    await until('events after the fault', () => load.accepted.size > before + 50, 60_000);
    await load.stop();
    outcomes[name] = await expectCountedOnce(scene, load, running);
    await running.end();
  }

  return { outcomes, loadOn, begin, under };
}
