import type { CreateOptions } from '../../core/ports.ts';

/** The store's small documents in memory, as JSON, so that nobody holds what lies there. */
export interface MemoryDocuments {
  get(kind: string, id: string): unknown;
  list(kind: string): { id: string; value: unknown }[];
  put(kind: string, id: string, value: unknown): void;
  delete(kind: string, id: string): void;
  create(kind: string, id: string, value: unknown, options?: CreateOptions): unknown;
  sweep(now: number): void;
}

export function memoryDocuments(): MemoryDocuments {
  const kinds = new Map<string, Map<string, { json: string; expires: number }>>();

  function kindOf(kind: string) {
    const found = kinds.get(kind) ?? new Map<string, { json: string; expires: number }>();
    kinds.set(kind, found);
    return found;
  }

  function get(kind: string, id: string): unknown {
    const found = kinds.get(kind)?.get(id);
    return found && JSON.parse(found.json);
  }

  function put(kind: string, id: string, value: unknown): void {
    kindOf(kind).set(id, { json: JSON.stringify(value), expires: Number.POSITIVE_INFINITY });
  }

  return {
    get,
    list: (kind) =>
      [...kindOf(kind)]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([id, { json }]) => ({ id, value: JSON.parse(json) as unknown })),
    put,
    delete: (kind, id) => void kindOf(kind).delete(id),
    create(kind, id, value, { expires = Number.POSITIVE_INFINITY, countMax = Number.POSITIVE_INFINITY } = {}) {
      const there = kindOf(kind);
      if (!there.has(id) && there.size < countMax) there.set(id, { json: JSON.stringify(value), expires });
      return get(kind, id);
    },
    sweep(now) {
      for (const there of kinds.values()) {
        for (const [id, { expires }] of there) if (expires <= now) there.delete(id);
      }
    },
  };
}
