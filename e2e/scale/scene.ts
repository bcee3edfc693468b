import { kafkaOfFile } from '../../adapters/kafka/broker.contract.ts';
import type { KafkaBroker } from '../../adapters/kafka/broker.contract.ts';
import { sceneOn } from '../standard/scene.ts';
import type { Scene } from '../standard/scene.ts';

/** The scale deployment: Kafka and MongoDB. */
export interface Scale extends Scene {
  kafka(): KafkaBroker;
  /** The topic that is the log of this test. */
  topic(): string;
}

export function scale(): Scale {
  const kafka = kafkaOfFile();
  const scene = sceneOn((test) => `${kafka().url}/log-${test}`);
  return { ...scene, kafka, topic: () => new URL(scene.env().QUEUE_URL ?? '').pathname.slice(1) };
}
