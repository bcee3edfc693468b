import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sqliteQueue } from '../adapters/sqlite/queue.ts';
import { STORE_FILE } from '../adapters/sqlite/store-schema.ts';
import { sqliteStore } from '../adapters/sqlite/store.ts';
import { Unusable } from '../core/errors.ts';
import type { Store } from '../core/ports.ts';
import type { Config } from './config.ts';

/**
 * Opens the store of a data folder, beside a server that may be running, and closes it after the work.
 *
 * @param mayMake also a folder that no server has run on yet
 * @throws Unusable if there is no data, or it cannot be used
 * @example
 * const sites = await withStore(readConfig(), (store) => listSites(store.documents));
 */
export async function withStore<T>(
  { data: folder, limits, partitions }: Pick<Config, 'data' | 'limits' | 'partitions'>,
  work: (store: Store, partitions: number) => Promise<T>,
  { mayMake = false }: { mayMake?: boolean } = {},
): Promise<T> {
  if (!mayMake && !existsSync(join(folder, STORE_FILE))) {
    throw new Unusable(`${folder} holds no data. Name the right folder by DATA, or start Footfall on it first.`);
  }
  const store = await sqliteStore({ folder, limits, thread: false });
  try {
    const queue = await sqliteQueue({ folder, role: 'reader', thread: false, ...(partitions ? { partitions } : {}) });
    await queue.close();
    return await work(store, queue.partitions);
  } finally {
    await store.close();
  }
}
