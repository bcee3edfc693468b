import { setTimeout as pause } from 'node:timers/promises';
import type { Behaviour } from './behaviour.ts';
import { startFootfall } from './footfall-server.ts';
import type { FootfallServer } from './footfall-server.ts';
import type { Stage } from './scene.ts';
import { countedIn, footfall } from './trackers/footfall.ts';
import type { Other } from './trackers/tracker.ts';

/** The collectors' side of a run. */
export interface World {
  stageOf(behaviour: Behaviour): Promise<Omit<Stage, 'window' | 'killBrowser'>>;
  /** Resolves when all that was taken is counted. */
  drained(): Promise<void>;
  end(): Promise<void>;
}

export type WorldMaker = (behaviours: readonly Behaviour[]) => Promise<World>;

/**
 * Our own: one Footfall for all behaviours, and another for those that kill it, one after the other.
 *
 * @param program the file that is started
 */
export function footfallWorld(program: string): WorldMaker {
  return async (behaviours) => {
    const idsOf = (own: boolean): string[] =>
      behaviours.filter((one) => (one.own === 'collector') === own).map(({ id }) => id);
    const shared = startFootfall(program, idsOf(false));
    const fragile = idsOf(true).length > 0 ? startFootfall(program, idsOf(true)) : undefined;
    const servers = [await shared, ...(fragile ? [await fragile] : [])];
    const serverOf = ({ own }: Behaviour): FootfallServer => servers[own === 'collector' ? 1 : 0]!;
    return {
      stageOf: async (behaviour) => {
        const { collector, ledger, kill } = serverOf(behaviour);
        return {
          tracker: footfall,
          site: behaviour.id,
          collector,
          counted: ({ road }) => countedIn(ledger.of(behaviour.id), road.passed),
          killCollector: kill,
          patienceMs: PATIENCE_MS,
        };
      },
      drained: async () => void (await Promise.all(servers.map((one) => one.drained()))),
      end: async () => void (await Promise.all(servers.map((one) => one.end()))),
    };
  };
}

/** On a machine that is busy with other tests. */
const PATIENCE_MS = 60_000;
const OTHERS_PATIENCE_MS = 20_000;

/** How long another's collector is away when it is killed, in ms: as long as ours. */
const AWAY_MS = 1500;

/** For the trackers of others: what answers as their collectors do, and keeps what it has taken. */
export function recordingWorld({ tracker, recorder }: Other): WorldMaker {
  return async () => ({
    stageOf: async ({ id }) => {
      const { collector, counted } = recorder();
      return {
        tracker,
        site: id,
        collector,
        counted: ({ road }) => counted(road.passed),
        killCollector: () => pause(AWAY_MS),
        patienceMs: OTHERS_PATIENCE_MS,
      };
    },
    drained: async () => {},
    end: async () => {},
  });
}
