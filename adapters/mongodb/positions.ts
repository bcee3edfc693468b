import type { ClientSession } from 'mongodb';
import { NO_POSITION } from '../../core/ports.ts';
import type { Batch, Position } from '../../core/ports.ts';
import type { Collections, PositionRow } from './collections.ts';
import { isDuplicate } from './errors.ts';

/** How far each partition's log is applied: the first barrier. */
export interface Positions {
  get(partition: number, session?: ClientSession): Promise<Position>;
  /** The partitions that were ever touched. */
  partitions(): Promise<number[]>;
  /** Makes a partition's document if there is none; outside of a transaction, where two at once do no harm. */
  begin(partition: number): Promise<void>;
  /**
   * Compare and set, within a transaction.
   *
   * @param by id of the call
   * @returns `elsewhere` if the position is not the batch's `from` any more; `done` if that is this call's own work, of
   * an attempt whose end it did not hear of
   */
  move(batch: Batch, by: string, session: ClientSession): Promise<'moved' | 'elsewhere' | 'done'>;
  /**
   * A new version without a move of the log, within a transaction.
   *
   * @returns the version; undefined if the position is this call's own work already
   */
  touch(partition: number, by: string, session: ClientSession): Promise<number | undefined>;
}

export function positions({ positions: rows }: Collections): Positions {
  return {
    async get(partition, session) {
      const row = await rows.findOne({ _id: partition, partition }, session ? { session } : {});
      return row ? { incarnation: row.incarnation, offset: row.offset, version: row.version } : NO_POSITION;
    },
    async partitions() {
      const found = await rows.find({ _id: { $gte: 0 }, partition: { $gte: 0 } }, { projection: { _id: 1 } }).toArray();
      return found.map(({ _id }) => _id);
    },
    async begin(partition) {
      const fresh: Omit<PositionRow, '_id' | 'partition'> = { ...NO_POSITION, by: '' };
      try {
        await rows.updateOne({ _id: partition, partition }, { $setOnInsert: fresh }, { upsert: true });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },
    async move({ partition, from, to }, by, session) {
      const { incarnation, offset, version } = from;
      const next = { incarnation: to.incarnation, offset: to.offset, version: version + 1, by };
      const isFrom = { _id: partition, partition, incarnation, offset, version };
      const { matchedCount } = await rows.updateOne(isFrom, { $set: next }, { session });
      if (matchedCount === 1) return 'moved';
      return (await rows.findOne({ _id: partition, partition, by }, { session })) ? 'done' : 'elsewhere';
    },
    async touch(partition, by, session) {
      const isOthers = { _id: partition, partition, by: { $ne: by } };
      const row = await rows.findOneAndUpdate(
        isOthers,
        { $inc: { version: 1 }, $set: { by } },
        { session, returnDocument: 'after' },
      );
      return row?.version;
    },
  };
}
