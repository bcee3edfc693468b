import type { Kafka } from './connection.ts';
import type { Bounds } from './cursor.ts';
import type { Topic } from './topic.ts';

/** What the brokers know of where things are in the log, by partition. */
export interface Offsets {
  /** Where the log starts and ends; of one partition alone if it is named. */
  bounds(partition?: number): Promise<Bounds[]>;
  /** The first entry since a time; where the log ends if there is none. */
  since(partition: number, ms: number): Promise<bigint>;
  /** What the group has committed; -1 where it has nothing. At the opening by `kafka.probe`. */
  committed(ask?: Kafka['ask']): Promise<bigint[]>;
}

/** Kafka's words for the first entry and for the one to come. */
const EARLIEST = -2n;
const LATEST = -1n;
const NONE = -1n;

export function newOffsets(kafka: Kafka, { name, partitions, group }: Topic): Offsets {
  const all = Array.from({ length: partitions }, (_, partition) => partition);

  async function list(timestamp: bigint, which = all): Promise<bigint[]> {
    const wanted = which.map((partitionIndex) => ({ partitionIndex, timestamp }));
    const [found] = await kafka.ask(() => kafka.admin.listOffsets({ topics: [{ name, partitions: wanted }] }));
    const offsets = new Map(found?.partitions.map(({ partitionIndex, offset }) => [partitionIndex, offset]));
    return which.map((partition) => offsets.get(partition) ?? NONE);
  }

  return {
    async bounds(partition) {
      const which = partition === undefined ? all : [partition];
      const [starts, ends] = await Promise.all([list(EARLIEST, which), list(LATEST, which)]);
      return starts.map((start, index) => ({ start, end: ends[index] ?? start }));
    },
    async since(partition, ms) {
      const [first = NONE] = await list(BigInt(ms), [partition]);
      if (first !== NONE) return first;
      const [end = NONE] = await list(LATEST, [partition]);
      return end;
    },
    async committed(ask = kafka.ask) {
      const groups = [{ groupId: group, topics: [{ name, partitionIndexes: all }] }];
      const [found] = await ask(() => kafka.admin.listConsumerGroupOffsets({ groups }));
      const offsets = new Map(
        found?.topics[0]?.partitions.map(({ partitionIndex, committedOffset }) => [partitionIndex, committedOffset]),
      );
      return all.map((partition) => offsets.get(partition) ?? NONE);
    },
  };
}
