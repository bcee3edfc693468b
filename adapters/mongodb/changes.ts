import type { ClientSession, Collection, MongoClient, WithId } from 'mongodb';
import type { Changes } from '../../core/ports.ts';
import type { VisitorDay } from '../../core/visits.ts';
import type { Collections } from './collections.ts';
import { dayOfDate } from './dates.ts';
import { isSnapshotGone } from './errors.ts';
import { eventsOf } from './event-groups.ts';
import type { Positions } from './positions.ts';

/** How often a snapshot is asked for that MongoDB does not have yet, or not any more. */
const TRIES_MAX = 3;

/**
 * `changes` of the store's port. A version is given whole, however many rows it has; `rowsMax` says when no further one
 * is begun. A visitor's day that changes again meanwhile comes with its last version only, as it is then.
 */
export function changesReader(client: MongoClient, collections: Collections, positions: Positions) {
  const { event_groups, visits, erasures } = collections;

  return (partition: number, after: number, rowsMax: number): Promise<Changes> =>
    inSnapshot(client, async (session) => {
      const { version } = await positions.get(partition, session);
      if (version <= after) return { version, events: [], visitorDays: [], erasures: [] };
      const range = { partition, after, upTo: version, rowsMax, session };
      const groups = await rowsOf(event_groups, range, ({ events }) => events.length);
      const days = await rowsOf(visits, { ...range, upTo: groups.upTo }, () => 1);
      const { upTo } = days;
      const asked = { partition, version: { $gt: after, $lte: upTo } };
      const erased = await erasures.find(asked, { session }).sort({ partition: 1, version: 1 }).toArray();
      return {
        version: upTo,
        events: groups.rows.filter((row) => row.version <= upTo).flatMap(eventsOf),
        visitorDays: days.rows.map(({ site_id: site, date, visitor, state }) => ({
          site,
          day: dayOfDate(date),
          visitor,
          state: JSON.parse(state) as VisitorDay,
        })),
        erasures: erased.map(({ site_id: site, user_id, visitor }) => ({
          site,
          ...(user_id === undefined ? {} : { user_id, visitor }),
        })),
      };
    });
}

interface Range {
  partition: number;
  after: number;
  upTo: number;
  rowsMax: number;
  session: ClientSession;
}

/** The rows of the versions that can be told in about `rowsMax`, and the last of these versions. */
async function rowsOf<T extends { partition: number; version: number }>(
  collection: Collection<T>,
  { partition, after, upTo, rowsMax, session }: Range,
  weightOf: (row: WithId<T>) => number,
): Promise<{ rows: WithId<T>[]; upTo: number }> {
  const rows: WithId<T>[] = [];
  let weight = 0;
  const asked = { partition, version: { $gt: after, $lte: upTo } };
  const found = collection.find(asked as Parameters<typeof collection.find>[0], { session });
  for await (const row of found.sort({ partition: 1, version: 1 })) {
    weight += weightOf(row);
    if (weight > rowsMax && row.version > after + 1) {
      const reached = row.version - 1;
      return { rows: rows.filter(({ version }) => version <= reached), upTo: reached };
    }
    rows.push(row);
  }
  return { rows, upTo };
}

/** What is read in one go, whatever is written meanwhile. */
export async function inSnapshot<T>(client: MongoClient, read: (session: ClientSession) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    const session = client.startSession({ snapshot: true });
    try {
      return await read(session);
    } catch (error) {
      if (!isSnapshotGone(error) || tries === TRIES_MAX) throw error;
    } finally {
      await session.endSession();
    }
  }
}
