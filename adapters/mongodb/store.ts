import { limits as defaults } from '../../core/limits.ts';
import type { Limits } from '../../core/limits.ts';
import type { Store } from '../../core/ports.ts';
import { applier } from './apply.ts';
import { changesReader, inSnapshot } from './changes.ts';
import { connect, databaseOf } from './client.ts';
import { collectionsOf } from './collections.ts';
import { documents } from './documents.ts';
import { eraser } from './erase.ts';
import { translated, translatedAtStart } from './errors.ts';
import { forgetter } from './forget.ts';
import { owners } from './owners.ts';
import { positions } from './positions.ts';
import { prepare } from './schema.ts';
import { readStats } from './read-stats.ts';
import { sweeper } from './sweep.ts';
import { transactions } from './transactions.ts';

export interface MongodbStoreOptions {
  /** As `mongodb://user:password@host:27017/footfall?replicaSet=rs0`; the database is `footfall` where the path names none. */
  url: string;
  limits?: Partial<Limits> | undefined;
  /** Told of every command that is sent. */
  onCommand?: ((name: string, command: Record<string, unknown>) => void) | undefined;
}

/**
 * The store in MongoDB 6 or later, a replica set of one node or more. Several processes may use it at once.
 *
 * @throws Unusable if it cannot be used, with what to do; Unavailable if it cannot be reached
 * @example
 * const store = await mongodbStore({ url: 'mongodb://localhost:27017/footfall?replicaSet=rs0' });
 * await store.stats('example.com', 20_000, 10);
 */
export async function mongodbStore(options: MongodbStoreOptions): Promise<Store> {
  const limits = { ...defaults, ...options.limits };
  const client = await connect({ url: options.url, limits, monitorCommands: options.onCommand !== undefined });
  client.on('commandStarted', ({ commandName, command }) => options.onCommand?.(commandName, command));
  const db = client.db(databaseOf(options.url));
  try {
    await prepare(db);
  } catch (error) {
    await client.close();
    throw translatedAtStart(error);
  }
  const collections = collectionsOf(db);
  const places = positions(collections);
  const running = transactions(client, owners(db, collections), limits);
  const parts = { collections, positions: places, transactions: running, limits };
  const small = documents(parts);
  return {
    position: guarded((partition) => places.get(partition)),
    apply: guarded(applier(parts)),
    changes: guarded(changesReader(client, collections, places)),
    stats: guarded(async (site, day, top) => {
      const partitions = await places.partitions();
      return inSnapshot(client, (session) => readStats(collections, partitions, site, day, top, session));
    }),
    documents: {
      get: guarded(small.get),
      list: guarded(small.list),
      put: guarded(small.put),
      delete: guarded(small.delete),
      create: guarded(small.create),
    },
    erase: guarded(eraser(parts)),
    forget: guarded(forgetter(collections)),
    sweep: guarded(sweeper(collections, places, limits)),
    async close() {
      await running.settled();
      await client.close();
    },
  };
}

/** The same function, with MongoDB's errors in the terms of the ports. */
function guarded<A extends unknown[], R>(run: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
  return async (...args) => {
    try {
      return await run(...args);
    } catch (error) {
      throw translated(error);
    }
  };
}
