import type { Kafka } from './connection.ts';
import { BATCH_BYTES_MAX } from './topic.ts';
import type { Topic } from './topic.ts';

/** Settings of a topic by their names. */
export type TopicSettings = Map<string, string>;

/** Kafka's number for a topic among the things that have settings. */
const TOPIC_RESOURCE = 2;

/** The settings of the topic as they are in effect; none where we may not see them. */
export async function settingsOf(kafka: Kafka): Promise<TopicSettings> {
  const resource = { resourceType: TOPIC_RESOURCE, resourceName: kafka.topic } as const;
  const described = await kafka.ask(() => kafka.admin.describeConfigs({ resources: [resource] })).catch(() => []);
  const settings = described.flatMap(({ configs }) => configs);
  return new Map(settings.map(({ name, value }) => [name, value ?? '']));
}

/**
 * What of the topic's settings lets Kafka lose what it has acknowledged, each with what to set. What it does not let us see
 * is not told.
 */
export function doubtsOf({ place, topic: name }: Kafka, { replication }: Topic, settings: TopicSettings): string[] {
  const topic = `${place}: the topic "${name}"`;
  const is = (setting: string, value: string): boolean => settings.get(setting) === value;
  const below = (setting: string, min: number): boolean => Number(settings.get(setting) ?? min) < min;
  const doubts: [boolean, string][] = [
    [
      below('retention.ms', 0) ? false : settings.has('retention.ms'),
      `deletes entries by their age, applied or not (retention.ms ${settings.get('retention.ms')}). Set retention.ms=-1.`,
    ],
    [
      below('retention.bytes', 0) ? false : settings.has('retention.bytes'),
      `deletes entries by their size, applied or not (retention.bytes ${settings.get('retention.bytes')}). Set retention.bytes=-1.`,
    ],
    [
      /compact/.test(settings.get('cleanup.policy') ?? ''),
      'keeps only the last entry of each key (cleanup.policy compact). Set cleanup.policy=delete.',
    ],
    [
      replication >= 3 && below('min.insync.replicas', 2),
      'acknowledges what a single broker has (min.insync.replicas 1): its end loses that. Set min.insync.replicas=2.',
    ],
    [
      replication === 1 && settings.has('flush.messages') && !is('flush.messages', '1'),
      'is on one broker, which acknowledges before its disk has it: a power cut loses that. Set flush.messages=1, or have it on three brokers.',
    ],
    [
      is('unclean.leader.election.enable', 'true'),
      'may be led by a broker that lacks the last entries. Set unclean.leader.election.enable=false.',
    ],
    [
      below('max.message.bytes', BATCH_BYTES_MAX),
      `takes no entry above ${settings.get('max.message.bytes')} bytes, and such a one stays outside for ever. Set max.message.bytes=${BATCH_BYTES_MAX}.`,
    ],
  ];
  return doubts.filter(([holds]) => holds).map(([, words]) => `${topic} ${words}`);
}
