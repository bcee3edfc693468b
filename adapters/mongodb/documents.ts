import type { Documents } from '../../core/ports.ts';
import { BATCH_KINDS, contentOf, HOME } from './batch-documents.ts';
import type { Collections, DocumentRow } from './collections.ts';
import { isDuplicate } from './errors.ts';
import { DOCUMENTS_LANE } from './owners.ts';
import type { Positions } from './positions.ts';
import type { Transactions } from './transactions.ts';

const TRIES_MAX = 3;

export interface DocumentsParts {
  collections: Collections;
  positions: Positions;
  transactions: Transactions;
}

/** The small documents of the store's port. */
export function documents({ collections, positions, transactions }: DocumentsParts): Documents {
  const { documents: rows, kinds } = collections;

  /** A query for a kind's documents, wherever they lie. */
  async function of(kind: string) {
    if (!BATCH_KINDS.includes(kind)) return { partition: HOME };
    const partitions = await positions.partitions();
    return { partition: { $in: [...new Set([HOME, ...partitions])] } };
  }

  async function find(kind: string, id: string): Promise<unknown> {
    const row = await rows.findOne({ _id: { kind, id }, ...(await of(kind)) });
    return row ? JSON.parse(row.value) : undefined;
  }

  return {
    get: find,
    async list(kind) {
      const found = rows.find({ '_id.kind': kind, ...(await of(kind)) }).sort({ '_id.kind': 1, '_id.id': 1 });
      return (await found.toArray()).map(({ _id: { id }, value }) => ({ id, value: JSON.parse(value) as unknown }));
    },
    async put(kind, id, value) {
      const { matchedCount } = await rows.updateOne(
        { _id: { kind, id }, ...(await of(kind)) },
        { $set: contentOf(value) },
      );
      if (matchedCount === 0) await upsert({ $set: contentOf(value) }, { _id: { kind, id }, partition: HOME });
    },
    async delete(kind, id) {
      await rows.deleteOne({ _id: { kind, id }, ...(await of(kind)) });
    },
    async create(kind, id, value, { expires, countMax, partition = HOME } = {}) {
      const fresh = { ...contentOf(value), ...(expires === undefined ? {} : { expires: new Date(expires) }) };
      if (BATCH_KINDS.includes(kind)) {
        const known = await find(kind, id);
        if (known !== undefined) return known;
      }
      if (countMax !== undefined) return createUpTo(countMax, { _id: { kind, id }, partition: HOME, ...fresh });
      return upsert({ $setOnInsert: fresh }, { _id: { kind, id }, partition });
    },
  };

  /** Answers what is there afterwards, and not before a majority has it: also if it was another who put it there. */
  async function upsert(
    update: { $set?: object; $setOnInsert?: object },
    place: Pick<DocumentRow, '_id' | 'partition'>,
  ): Promise<unknown> {
    const options = { upsert: true, returnDocument: 'after' } as const;
    for (let tries = 1; ; tries++) {
      try {
        const row = await rows.findOneAndUpdate(place, update, options);
        return row ? JSON.parse(row.value) : undefined;
      } catch (error) {
        // Two at once: the other one's is there now.
        if (!isDuplicate(error) || tries === TRIES_MAX) throw error;
      }
    }
  }

  function createUpTo(countMax: number, row: DocumentRow): Promise<unknown> {
    const { _id } = row;
    const { kind } = _id;
    return transactions.run<unknown>(DOCUMENTS_LANE, async (session) => {
      const known = await rows.findOne({ _id, partition: HOME }, { session });
      if (known) return { commit: true, value: JSON.parse(known.value) as unknown };
      await kinds.updateOne({ _id: kind, partition: HOME }, { $inc: { creates: 1 } }, { session, upsert: true });
      const count = await rows.countDocuments({ '_id.kind': kind, partition: HOME }, { session });
      if (count >= countMax) return { commit: false, value: undefined };
      await rows.insertOne(row, { session });
      return { commit: true, value: JSON.parse(row.value) as unknown };
    });
  }
}
