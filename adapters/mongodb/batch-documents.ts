import type { ClientSession } from 'mongodb';
import { IMPORT_KIND } from '../../core/import.ts';
import type { Collections, DocumentRow } from './collections.ts';

/** The kinds that `apply` writes: they lie in the partition of their batch, so that its transaction stays on one shard. */
export const BATCH_KINDS = ['refused', 'quarantine', 'loss', IMPORT_KIND];

/** The partition of documents that no batch writes. */
export const HOME = 0;

/** The documents of `apply`, within its transaction. */
export interface BatchDocuments {
  /** Those of a kind and these ids that are there, by id. */
  find(kind: string, ids: string[]): Promise<Map<string, unknown>>;
  put(kind: string, values: Map<string, unknown>): Promise<void>;
}

export function batchDocuments(
  { documents: rows }: Collections,
  partition: number,
  session: ClientSession,
): BatchDocuments {
  return {
    async find(kind, ids) {
      const found = await rows
        .find({ _id: { $in: ids.map((id) => ({ kind, id })) }, partition }, { session })
        .toArray();
      return new Map(found.map(({ _id: { id }, value }) => [id, JSON.parse(value) as unknown]));
    },
    async put(kind, values) {
      const writes = [...values].map(([id, value]) => ({
        updateOne: { filter: { _id: { kind, id }, partition }, update: { $set: contentOf(value) }, upsert: true },
      }));
      if (writes.length > 0) await rows.bulkWrite(writes, { session, ordered: false });
    },
  };
}

/** What a value makes of a document's fields. */
export function contentOf(value: unknown): Pick<DocumentRow, 'value' | 'site_id'> {
  const site = typeof value === 'object' && value !== null && 'site' in value ? value.site : undefined;
  return { value: JSON.stringify(value), ...(typeof site === 'string' ? { site_id: site } : {}) };
}
