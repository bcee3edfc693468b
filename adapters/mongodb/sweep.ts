import type { Limits } from '../../core/limits.ts';
import { BY_AGE, BY_END, BY_EXPIRY } from './collections.ts';
import type { Collections } from './collections.ts';
import type { Positions } from './positions.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** `sweep` of the store's port. */
export function sweeper(
  { ids, erasures, documents }: Collections,
  positions: Positions,
  { idsDays }: Pick<Limits, 'idsDays'>,
) {
  return async (now: number): Promise<void> => {
    const partition = { $in: [...new Set([0, ...(await positions.partitions())])] };
    await documents.deleteMany({ partition, expires: { $lte: new Date(now) } }, { hint: BY_EXPIRY });
    await erasures.deleteMany({ partition, until: { $lte: new Date(now) } }, { hint: BY_END });
    await ids.deleteMany({ partition, at: { $lt: new Date(now - idsDays * DAY_MS) } }, { hint: BY_AGE });
  };
}
