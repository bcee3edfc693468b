import type { Consumer } from '@platformatic/kafka';
import { entriesOf, nextAfter } from './batches.ts';
import type { Entry } from './batches.ts';
import { inTime } from './connection.ts';
import type { Kafka } from './connection.ts';
import { codesOf, isLate } from './errors.ts';
import { fewerPartitions } from './topic.ts';
import type { Topic } from './topic.ts';

/** What a look into the log finds. */
export interface Found {
  entries: Entry[];
  /** Where to look next. */
  next: bigint;
}

/**
 * Reads from the brokers that lead the partitions, by connections of its own: Kafka answers on each in turn, and a look may
 * wait. One look at a time. It is good for one topic id and the leaders' terms of now; after any error another one has to be
 * opened.
 */
export interface Reader {
  /** The topic's id: a topic that was deleted and made again has another. */
  id: string;
  /** What lies from an offset on; waits up to `waitMs` for some. Undefined: the log does not have that offset. */
  fetch(partition: number, from: bigint, bytesMax: number, waitMs: number): Promise<Found | undefined>;
  close(): Promise<void>;
}

/** The longest look in ms. */
export const LOOK_MS_MAX = 1000;
const NO_EPOCH = -1;

export async function openReader(kafka: Kafka, topic: Topic): Promise<Reader> {
  const { name, group: groupId } = topic;
  const consumer = kafka.newConsumer({ groupId, requestTimeout: kafka.tryMsMax + LOOK_MS_MAX });
  const close = (): Promise<void> => kafka.release(consumer);
  consumer.topics.track(name);
  try {
    const { topics } = await inTime(consumer.metadata({ topics: [name] }), kafka.tryMsMax);
    const { id = '', partitions = [] } = topics.get(name) ?? {};
    if (partitions.length < topic.partitions) throw fewerPartitions(kafka, topic, partitions.length);
    return {
      id,
      close,
      async fetch(partition, fetchOffset, bytesMax, waitMs) {
        // Another leader's term may begin with another log.
        const { leader: node = -1, leaderEpoch: currentLeaderEpoch = NO_EPOCH } = partitions[partition] ?? {};
        const from = { partition, fetchOffset, currentLeaderEpoch, lastFetchedEpoch: NO_EPOCH };
        const wanted = [{ topicId: id, partitions: [{ ...from, partitionMaxBytes: bytesMax }] }];
        const look = { node, topics: wanted, maxBytes: bytesMax, minBytes: 1, maxWaitTime: waitMs };
        try {
          const { responses } = await inTime(consumer.fetch(look), kafka.tryMsMax + waitMs);
          return foundIn(responses[0]?.partitions[0], fetchOffset);
        } catch (error) {
          if (codesOf(error).includes('OFFSET_OUT_OF_RANGE')) return undefined;
          throw error;
        }
      },
    };
  } catch (error) {
    void kafka.release(consumer, isLate(error));
    throw error;
  }
}

type Answer = Awaited<ReturnType<Consumer['fetch']>>['responses'][number]['partitions'][number];

/** Where nothing has changed Kafka answers nothing. */
function foundIn(part: Answer | undefined, from: bigint): Found {
  const batches = part?.records ?? [];
  return { entries: entriesOf(batches, part?.abortedTransactions ?? [], from), next: nextAfter(batches, from) };
}
