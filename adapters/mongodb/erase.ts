import type { ClientSession } from 'mongodb';
import { newId } from '../../core/id.ts';
import type { Erasure } from '../../core/ports.ts';
import type { Collections } from './collections.ts';
import { erasePerson } from './erase-person.ts';
import { eraseSite } from './erase-site.ts';
import type { Positions } from './positions.ts';
import type { Transactions } from './transactions.ts';

export interface EraseParts {
  collections: Collections;
  positions: Positions;
  transactions: Transactions;
}

/** What a step removes, and where it leaves word of it. */
export interface EraseStep {
  partition: number;
  version: number;
  until: Date;
  session: ClientSession;
}

/** What a step came to. `more`: there is more than one transaction holds. */
export interface Erased {
  events: number;
  more: boolean;
}

/**
 * `erase` of the store's port, in as many transactions as it takes. The last one makes the erasure known; where the work is
 * cut before it a part is gone, and the same call again does the rest.
 */
export function eraser({ collections, positions, transactions }: EraseParts) {
  return async function erase(partition: number, { site, user_id }: Erasure, until: number): Promise<number> {
    await positions.begin(partition);
    let events = 0;
    for (;;) {
      const erased = await inNewVersion(partition, (version, session) => {
        const step = { partition, version, until: new Date(until), session };
        return user_id === undefined
          ? eraseSite(collections, site, step)
          : erasePerson(collections, site, user_id, step);
      });
      events += erased.events;
      if (!erased.more) return events;
    }
  };

  function inNewVersion(
    partition: number,
    work: (version: number, session: ClientSession) => Promise<Erased>,
  ): Promise<Erased> {
    const by = newId();
    let erased: Erased = { events: 0, more: true };
    return transactions.run(partition, async (session) => {
      const version = await positions.touch(partition, by, session);
      // Else the commit of an attempt before was not answered, and came through.
      if (version !== undefined) erased = await work(version, session);
      return { commit: true, value: erased };
    });
  }
}
