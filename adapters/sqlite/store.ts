import type { Applied, Changes, DayStats, Position, Store } from '../../core/ports.ts';
import type { Forgotten } from './forget.ts';
import { openStoreFile } from './store-file.ts';
import type { StoreFile, StoreFileOptions } from './store-file.ts';
import { openThread } from './thread.ts';

export interface SqliteStoreOptions extends StoreFileOptions {
  /** Whether the file is worked in a thread of its own (default) or in the caller's. */
  thread?: boolean;
}

type Call = (method: keyof StoreFile, ...args: unknown[]) => Promise<unknown>;

/**
 * The embedded store: one SQLite file.
 *
 * @throws Unusable if the file cannot be used; the message says what to do
 * @example
 * const store = await sqliteStore({ folder: './data' });
 * await store.stats('example.com', 20_000, 10);
 */
export async function sqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { thread = true, ...fileOptions } = options;
  if (!thread) {
    const file = openStoreFile(fileOptions);
    const call: Call = async (method, ...args) => (file[method] as (...args: unknown[]) => unknown)(...args);
    return port(call, () => call('close').then(() => {}));
  }
  const opened = await openThread('store', fileOptions);
  return port(opened.call, () => opened.close());
}

function port(call: Call, close: () => Promise<void>): Store {
  return {
    position: (...args) => call('position', ...args) as Promise<Position>,
    apply: (batch) => call('apply', batch) as Promise<Applied>,
    changes: (...args) => call('changes', ...args) as Promise<Changes>,
    stats: (...args) => call('stats', ...args) as Promise<DayStats>,
    documents: {
      get: (...args) => call('document', 'get', ...args),
      list: (kind) => call('document', 'list', kind) as Promise<{ id: string; value: unknown }[]>,
      put: (...args) => call('document', 'put', ...args) as Promise<void>,
      delete: (...args) => call('document', 'delete', ...args) as Promise<void>,
      create: (...args) => call('document', 'create', ...args),
    },
    erase: (...args) => call('erase', ...args) as Promise<number>,
    async forget(partition, old, signal) {
      let gone = 0;
      for (let after: number | undefined = 0; after !== undefined; ) {
        if (signal?.aborted) return gone;
        const step = (await call('forget', partition, old, after)) as Forgotten;
        gone += step.gone;
        after = step.after;
      }
      return gone;
    },
    sweep: (now) => call('sweep', now) as Promise<void>,
    close,
  };
}
