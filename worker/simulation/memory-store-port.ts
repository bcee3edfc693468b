import type { Store } from '../../core/ports.ts';
import type { MemoryStore } from './memory-store.ts';

/**
 * The store's port over a store in memory, for tests.
 *
 * @example
 * const store = memoryStorePort(memoryStore());
 * await store.position(0); // NO_POSITION
 */
export function memoryStorePort(memory: MemoryStore): Store {
  const { documents } = memory;
  return {
    position: async (partition) => memory.position(partition),
    apply: async (batch) => memory.apply(batch),
    changes: async (partition, after, rowsMax) => structuredClone(memory.changes(partition, after, rowsMax)),
    stats: async (site, day, top) => memory.stats(site, day, top),
    documents: {
      get: async (kind, id) => documents.get(kind, id),
      list: async (kind) => documents.list(kind),
      put: async (kind, id, value) => documents.put(kind, id, value),
      delete: async (kind, id) => documents.delete(kind, id),
      create: async (kind, id, value, options) => documents.create(kind, id, value, options),
    },
    erase: async (partition, erasure) => memory.erase(partition, erasure),
    forget: async (partition, old) => memory.forget(partition, old),
    sweep: async (now) => memory.sweep(now),
    async close() {},
  };
}
