import { PARTITIONS_DEFAULT } from '../../core/limits.ts';
import { partitionOf } from '../../core/partition.ts';
import type { Position, Store } from '../../core/ports.ts';
import { until } from '../support/until.ts';
import type { Scene } from './scene.ts';

/** How far the partitions of some sites are applied. */
export interface Moving {
  partitions: number[];
  positionsIn(store: Store): Promise<Position[]>;
  /** Resolves when every one has moved twice: once may be a commit that was on its way when its worker was stopped. */
  untilAllMove(msMax?: number): Promise<void>;
}

export function moving({ withStore }: Pick<Scene, 'withStore'>, sites: string[]): Moving {
  const partitions = [...new Set(sites.map((site) => partitionOf(site, PARTITIONS_DEFAULT)))];
  const positionsIn = (store: Store): Promise<Position[]> =>
    Promise.all(partitions.map((partition) => store.position(partition)));
  return {
    partitions,
    positionsIn,
    untilAllMove: (msMax) =>
      withStore(async (store) => {
        const before = await positionsIn(store);
        const isFurther = ({ version }: Position, n: number): boolean => version > (before[n]?.version ?? 0) + 1;
        await until('all partitions to move', async () => (await positionsIn(store)).every(isFurther), msMax);
      }),
  };
}
