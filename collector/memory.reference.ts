import { Unavailable } from '../core/errors.ts';
import type { Documents } from '../core/ports.ts';

/** A store's documents in memory, which can be away: the plainest thing that keeps the port's promises. */
export interface MemoryDocuments extends Documents {
  away: boolean;
  /** How often something was asked for, by kind. */
  readonly asked: Map<string, number>;
  readonly values: Map<string, { kind: string; id: string; value: unknown; expires?: number | undefined }>;
}

export function memoryDocuments(): MemoryDocuments {
  const values: MemoryDocuments['values'] = new Map();
  const asked = new Map<string, number>();
  const documents: MemoryDocuments = {
    away: false,
    asked,
    values,
    async get(kind, id) {
      ask(kind);
      return values.get(`${kind}|${id}`)?.value;
    },
    async list(kind) {
      ask(kind);
      return [...values.values()].filter((one) => one.kind === kind).map(({ id, value }) => ({ id, value }));
    },
    async put(kind, id, value) {
      ask(kind);
      values.set(`${kind}|${id}`, { kind, id, value });
    },
    async delete(kind, id) {
      ask(kind);
      values.delete(`${kind}|${id}`);
    },
    async create(kind, id, value, { expires, countMax = Number.POSITIVE_INFINITY } = {}) {
      ask(kind);
      const count = [...values.values()].filter((one) => one.kind === kind).length;
      if (!values.has(`${kind}|${id}`) && count < countMax) values.set(`${kind}|${id}`, { kind, id, value, expires });
      return values.get(`${kind}|${id}`)?.value;
    },
  };

  function ask(kind: string): void {
    asked.set(kind, (asked.get(kind) ?? 0) + 1);
    if (documents.away) throw new Unavailable('away');
  }
  return documents;
}
