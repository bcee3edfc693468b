import type { Limits } from '../../core/limits.ts';
import { limits as defaults } from '../../core/limits.ts';
import type { Queue } from '../../core/ports.ts';
import { appender } from './append.ts';
import type { AppendLimits } from './append.ts';
import { claimByGroup } from './claim.ts';
import { connect, inTime } from './connection.ts';
import type { ConnectionLimits, Kafka } from './connection.ts';
import { newDepth } from './depth.ts';
import { doubtsOf, settingsOf } from './durability.ts';
import type { TopicSettings } from './durability.ts';
import { newOffsets } from './offsets.ts';
import { newPeek } from './peek.ts';
import { newRead } from './read.ts';
import { openTopic } from './topic.ts';
import type { Topic } from './topic.ts';
import { newTrim } from './trim.ts';

type KafkaLimits = ConnectionLimits &
  AppendLimits &
  Pick<Limits, 'queueEntriesMax' | 'leaseMs' | 'kafkaRetentionHours'>;

export interface KafkaQueueOptions {
  /** `kafka://user:password@host1:9092,host2:9092/topic`, `kafkas://` for TLS; `?mechanism=PLAIN`. Topic `footfall` by default. */
  url: string;
  /** Fixed when the topic is made. Default: what it has, 8 for a new one. */
  partitions?: number;
  /** Brokers that each have a copy of a new topic. Default: 3, or as many as there are. */
  replication?: number;
  /** Told of whatever in the topic's settings lets Kafka lose what it has acknowledged. Default: nothing. */
  warn?: (message: string) => void;
  limits?: Partial<KafkaLimits>;
}

/** Bytes of a batch in a topic whose settings we may not see: Kafka's default, and a little less. */
const BATCH_BYTES_DEFAULT = 1_000_000;
/** ms that commits are waited for when the queue is closed. */
const CLOSE_MS = 500;

/**
 * The queue in Kafka: the log is one topic, for any number of processes that append and read, and for other programs
 * (`format.ts`). It is as durable as the topic is set up to be; one that is missing is made so that nothing acknowledged gets lost.
 *
 * @throws Unavailable (rejects) if Kafka cannot be reached now; Unusable if something is set up wrong; the message says what
 * @example
 * const queue = await kafkaQueue({ url: 'kafka://127.0.0.1:9092' });
 * await queue.append([{ partition: 0, body: '{}' }]);
 */
export async function kafkaQueue(options: KafkaQueueOptions): Promise<Queue> {
  const { url, partitions, replication, warn = () => {} } = options;
  const limits = { ...defaults, ...options.limits };
  const kafka = await connect(url, limits);
  try {
    const topic = await openTopic(kafka, { partitions, replication });
    const settings = await settingsOf(kafka);
    for (const doubt of doubtsOf(kafka, topic, settings)) warn(doubt);
    return await queueOf(kafka, topic, settings, limits, warn);
  } catch (error) {
    await kafka.close();
    throw error;
  }
}

async function queueOf(
  kafka: Kafka,
  topic: Topic,
  settings: TopicSettings,
  limits: KafkaLimits,
  warn: (message: string) => void,
): Promise<Queue> {
  const { queueCommandMsMax, queueEntriesMax, kafkaRetentionHours: retentionHours } = limits;
  const offsets = newOffsets(kafka, topic);
  const peek = newPeek(kafka, topic);
  const { trim, trimmed, commitBy, settle } = newTrim({ kafka, topic, offsets, peek, retentionHours });
  const { depth, admit, look } = newDepth({ kafka, offsets, peek, trimmed, queueEntriesMax });
  await offsets.committed(kafka.probe);
  // So that the first append knows how many there are.
  await look();
  const batchBytesMax = Number(settings.get('max.message.bytes') ?? BATCH_BYTES_DEFAULT);
  return {
    partitions: topic.partitions,
    append: appender(kafka, topic, { batchBytesMax, limits, admit }),
    claim: (handle, signal) => claimByGroup({ kafka, topic, limits, commitBy, settle, warn }, handle, signal),
    read: newRead({ kafka, topic, offsets, queueCommandMsMax, retryMsMin: limits.retryMsMin }),
    trim,
    depth,
    async close() {
      await inTime(settle(), CLOSE_MS).catch(() => {});
      await kafka.close();
    },
  };
}
