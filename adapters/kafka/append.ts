import { setImmediate as turn } from 'node:timers/promises';
import { QueueFull } from '../../core/errors.ts';
import type { Limits } from '../../core/limits.ts';
import type { Queue } from '../../core/ports.ts';
import { groupLength } from '../groups.ts';
import type { GroupLimits } from '../groups.ts';
import type { Kafka } from './connection.ts';
import { bytesOf, toMessage } from './format.ts';
import type { Message } from './format.ts';
import { newSender } from './producer.ts';
import type { Send } from './producer.ts';
import type { Topic } from './topic.ts';

export type AppendLimits = GroupLimits & Pick<Limits, 'appendPendingMax' | 'queueCommandMsMax' | 'retryMsMin'>;

export interface AppendOptions {
  /** Bytes that Kafka takes in a batch of one partition. */
  batchBytesMax: number;
  limits: AppendLimits;
  /** Throws QueueFull where so many more are too many. */
  admit(entries: number): void;
}

/**
 * `Queue.append`. What comes for the partitions of one broker waits in one lane, so that a broker which is away holds up no
 * other's: one request at a time a lane, and all that comes meanwhile goes with the next one, up to a limit.
 */
export function appender(kafka: Kafka, topic: Topic, options: AppendOptions): Queue['append'] {
  const { batchBytesMax, limits, admit } = options;
  const lanes = new Map<number, Append>();
  /** The broker that led a partition when that was last known; who does now is the sender's to hear. */
  const leaders: number[] = [];
  let pending = 0;

  function laneOf(partition: number): number {
    const now = kafka.admin.currentMetadata?.topics.get(topic.name)?.partitions[partition]?.leader ?? -1;
    if (now >= 0) leaders[partition] = now;
    return leaders[partition] ?? 0;
  }

  function appendIn(lane: number, messages: Message[]): Promise<void> {
    const append = lanes.get(lane) ?? newLane(newSender(kafka, topic, limits), limits, batchBytesMax);
    lanes.set(lane, append);
    return append(messages);
  }

  return async (entries) => {
    if (entries.length === 0) return;
    const nowhere = entries.find(({ partition }) => !(partition >= 0 && partition < topic.partitions));
    if (nowhere) throw new RangeError(`partition ${nowhere.partition} of ${topic.partitions}`);
    const messages = entries.map((entry) => toMessage(topic.name, entry));
    const bytes = Math.max(...messages.map(bytesOf));
    if (bytes + BATCH_HEAD_BYTES > batchBytesMax) {
      throw new RangeError(
        `an entry of ${bytes} bytes is too large for the topic "${topic.name}", which takes ${batchBytesMax} (max.message.bytes)`,
      );
    }
    if (pending + entries.length > limits.appendPendingMax) {
      throw new QueueFull(`${limits.appendPendingMax} entries wait for Kafka (appendPendingMax)`);
    }
    admit(entries.length);
    pending += entries.length;
    try {
      const parts = Map.groupBy(messages, ({ partition }) => laneOf(partition));
      const results = await Promise.allSettled([...parts].map(([lane, part]) => appendIn(lane, part)));
      for (const result of results) if (result.status === 'rejected') throw result.reason;
    } finally {
      pending -= entries.length;
    }
  };
}

/** Of a batch, before its messages. */
const BATCH_HEAD_BYTES = 64;

type Append = (messages: Message[]) => Promise<void>;

interface Caller {
  entries: Message[];
  bytes: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

function newLane(send: Send, limits: AppendLimits, batchBytesMax: number): Append {
  const waiting: Caller[] = [];
  let busy = false;

  async function flush(): Promise<void> {
    busy = true;
    while (waiting.length > 0) {
      // All that arrives in one turn of the event loop goes together.
      await turn();
      const group = waiting.splice(0, groupLength(waiting, limits));
      const failed = await sendAll(group.flatMap(({ entries }) => entries));
      let stored = 0;
      for (const caller of group) if (settle(caller, failed)) stored += 1;
      // Those who came meanwhile have waited as long, and would once more.
      if (stored === 0) for (const { reject } of waiting.splice(0)) reject([...failed.values()][0]);
    }
    busy = false;
  }

  /** In as many requests as the messages need. */
  async function sendAll(messages: Message[]): Promise<Map<number, Error>> {
    const failed = new Map<number, Error>();
    for (const request of requestsOf(messages, batchBytesMax - BATCH_HEAD_BYTES)) {
      const rest = request.filter(({ partition }) => !failed.has(partition));
      if (rest.length === 0) continue;
      for (const [partition, failure] of await send(rest)) failed.set(partition, failure);
    }
    return failed;
  }

  return (messages) =>
    new Promise((resolve, reject) => {
      const bytes = messages.reduce((sum, message) => sum + bytesOf(message), 0);
      waiting.push({ entries: messages, bytes, resolve, reject });
      if (!busy) void flush();
    });
}

/** Whether all that a caller appends is stored. */
function settle({ entries, resolve, reject }: Caller, failed: Map<number, Error>): boolean {
  const failure = entries.map(({ partition }) => failed.get(partition)).find(Boolean);
  if (failure) reject(failure);
  else resolve();
  return failure === undefined;
}

/** Cuts messages so that no partition has more than fits into a batch. */
function requestsOf(messages: Message[], bytesMax: number): Message[][] {
  const requests: Message[][] = [];
  let bytes = new Map<number, number>();
  for (const message of messages) {
    const sum = (bytes.get(message.partition) ?? 0) + bytesOf(message);
    if (requests.length === 0 || sum > bytesMax) {
      requests.push([]);
      bytes = new Map();
    }
    requests.at(-1)?.push(message);
    bytes.set(message.partition, (bytes.get(message.partition) ?? 0) + bytesOf(message));
  }
  return requests;
}
