import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { STORE_FILE } from '../adapters/sqlite/store-schema.ts';
import { Unusable } from '../core/errors.ts';
import type { Store } from '../core/ports.ts';
import { openQueue, openStore } from './open.ts';
import type { Places } from './open.ts';

/**
 * Opens the store of a data folder, beside a server that may be running, and closes it after the work.
 *
 * @param mayMake also a folder that no server has run on yet
 * @throws Unusable if there is no data, or it cannot be used
 * @example
 * const sites = await withStore(readConfig(), (store) => listSites(store.documents));
 */
export async function withStore<T>(
  config: Places,
  work: (store: Store, partitions: number) => Promise<T>,
  { mayMake = false }: { mayMake?: boolean } = {},
): Promise<T> {
  const { data: folder, storeUrl } = config;
  if (!mayMake && storeUrl === undefined && !existsSync(join(folder, STORE_FILE))) {
    throw new Unusable(`${folder} holds no data. Name the right folder by DATA, or start Footfall on it first.`);
  }
  const store = await openStore(config);
  try {
    const queue = await openQueue(config);
    await queue.close();
    return await work(store, queue.partitions);
  } finally {
    await store.close();
  }
}
