import type { ClientSession, Db, ServerSessionId } from 'mongodb';
import type { Collections } from './collections.ts';

/** Of each lane the sessions of its last so many stores are kept. */
const SESSIONS_MAX = 8;

/**
 * Whose transactions may hold a lane's documents. A process that is killed within a transaction leaves it open, and
 * MongoDB ends it by itself only after a minute. So each store writes down its session before its first transaction, and
 * the next one that is held up ends the transactions of the others. Nothing depends on it but the waiting time.
 *
 * A lane is a partition, or `DOCUMENTS_LANE`.
 */
export interface Owners {
  add(lane: number, session: ClientSession): Promise<void>;
  /** Ends the transactions of all other sessions of the lane. A live one begins anew, and is fenced if it is too late. */
  endOthers(lane: number, session: ClientSession): Promise<void>;
}

/** Small documents that are made with a limit belong to no partition's log. */
export const DOCUMENTS_LANE = -1;

export function owners(db: Db, { owners: rows }: Collections): Owners {
  const placeOf = (lane: number) => ({ _id: lane, partition: Math.max(0, lane) });

  return {
    async add(lane, session) {
      const mine = { lsid: lsidOf(session), at: new Date() };
      const push = { $push: { sessions: { $each: [mine], $slice: -SESSIONS_MAX } } };
      await rows.updateOne(placeOf(lane), push, { upsert: true });
    },
    async endOthers(lane, session) {
      const row = await rows.findOne(placeOf(lane));
      const others = (row?.sessions ?? []).map(({ lsid }) => lsid).filter((lsid) => !isSame(lsid, lsidOf(session)));
      if (others.length > 0) await db.admin().command({ killSessions: others });
    },
  };
}

function lsidOf({ id }: ClientSession): ServerSessionId {
  if (!id) throw new Error('a session without an id');
  return id;
}

function isSame(a: ServerSessionId, b: ServerSessionId): boolean {
  return Buffer.from(a.id.buffer).equals(b.id.buffer);
}
