import type { ClusterTopicMetadata } from '@platformatic/kafka';
import { setTimeout as pause } from 'node:timers/promises';
import { Unavailable, Unusable } from '../../core/errors.ts';
import { PARTITIONS_DEFAULT } from '../../core/limits.ts';
import type { Kafka } from './connection.ts';
import { codesOf, isUnknownTopic } from './errors.ts';

export interface TopicOptions {
  /** Fixed when the topic is made. Default: what it has, 8 for a new one. */
  partitions: number | undefined;
  /** Brokers that each have a copy of a new topic. Default: 3, or as many as there are. */
  replication: number | undefined;
}

/** The topic that is the log. */
export interface Topic {
  name: string;
  partitions: number;
  replication: number;
  /** The consumer group of Footfall's workers. */
  group: string;
}

const REPLICATION_DEFAULT = 3;
/** Bytes of a batch in a new topic: whatever the doors take, enriched, fits into one. */
export const BATCH_BYTES_MAX = 8 * 1024 * 1024;
const LOOK_MS = 50;
const LOOKS_MAX = 100;

/**
 * Opens the topic, and makes it if there is none.
 *
 * @throws Unavailable if Kafka cannot be reached; Unusable if it may not be used, or has other partitions
 */
export async function openTopic(kafka: Kafka, options: TopicOptions): Promise<Topic> {
  const name = kafka.topic;
  const found = (await find(kafka)) ?? (await make(kafka, options));
  const { partitions, partitionsCount } = found;
  if (options.partitions !== undefined && options.partitions !== partitionsCount) {
    throw new Unusable(
      `${kafka.place} has a topic "${name}" of ${partitionsCount} partitions, and ${options.partitions} are asked for. The number is fixed when the topic is made: set PARTITIONS=${partitionsCount}, or name another topic in the address.`,
    );
  }
  const replication = partitions[0]?.replicas.length ?? 1;
  return { name, partitions: partitionsCount, replication, group: `${name}-workers` };
}

/** The topic was deleted and made again while it was open. Its sites would lie elsewhere now. */
export function fewerPartitions({ place }: Kafka, { name, partitions }: Topic, count: number): Unavailable {
  return new Unavailable(
    `${place} has now a topic "${name}" of ${count} partitions, and it had ${partitions}: start again with PARTITIONS=${count}.`,
  );
}

function find(kafka: Kafka): Promise<ClusterTopicMetadata | undefined> {
  return kafka.probe(async () => {
    const look = { topics: [kafka.topic], forceUpdate: true };
    return (await kafka.admin.metadata(look).catch(noTopic))?.topics.get(kafka.topic);
  });
}

function noTopic(error: unknown): undefined {
  if (!isUnknownTopic(error)) throw error;
}

async function make(kafka: Kafka, options: TopicOptions): Promise<ClusterTopicMetadata> {
  const { brokers } = await kafka.probe(() => kafka.admin.metadata({ topics: [], forceUpdate: true }));
  // Those that the address names are there, even where some are still on their way up.
  const replicas = options.replication ?? Math.min(REPLICATION_DEFAULT, Math.max(brokers.size, kafka.brokers));
  const partitions = options.partitions ?? PARTITIONS_DEFAULT;
  await kafka.probe(async () => {
    try {
      await kafka.admin.createTopics({ topics: [kafka.topic], partitions, replicas, configs: configsOf(replicas) });
    } catch (error) {
      // Another process was faster.
      if (!codesOf(error).includes('TOPIC_ALREADY_EXISTS')) throw error;
    }
  });
  // The brokers hear of it one after another.
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    const made = await find(kafka);
    if (made) return made;
    await pause(LOOK_MS);
  }
  throw new Unavailable(`${kafka.place} has made the topic "${kafka.topic}" and does not show it yet`);
}

/** How a topic keeps what it has acknowledged until it has been applied, whatever the brokers' defaults are. */
function configsOf(replicas: number): { name: string; value: string }[] {
  const settings = {
    'cleanup.policy': 'delete',
    'retention.ms': -1,
    'retention.bytes': -1,
    'min.insync.replicas': replicas >= 3 ? 2 : 1,
    'unclean.leader.election.enable': false,
    'max.message.bytes': BATCH_BYTES_MAX,
    // A wrong clock of a collector is then no reason for a refusal.
    'message.timestamp.type': 'LogAppendTime',
    // Where no other broker has it, it is on the disk before it is acknowledged.
    ...(replicas === 1 && { 'flush.messages': 1 }),
  };
  return Object.entries(settings).map(([name, value]) => ({ name, value: String(value) }));
}
