import { setTimeout as pause } from 'node:timers/promises';
import type { Producer } from '@platformatic/kafka';
import type { Limits } from '../../core/limits.ts';
import type { Kafka } from './connection.ts';
import { codesOf, isAway, isFetching, isLate, isStale, storedOf, translated } from './errors.ts';
import type { Message } from './format.ts';
import { fewerPartitions } from './topic.ts';
import type { Topic } from './topic.ts';

/** Sends messages, and answers which partitions have not acknowledged theirs, and why. */
export type Send = (messages: Message[]) => Promise<Map<number, Error>>;

/** The longest pause in ms between two tries. */
const RETRY_MS_MAX = 250;
/** What does not pass while we wait. */
const LASTING = ['NOT_ENOUGH_REPLICAS', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'];

/**
 * A sender of its own connection. It must be called one after another: the client numbers messages, so that one which it sends
 * again after a broken connection is stored once, and it mixes up the numbers of two calls at a time when one of them fails.
 * Two would have to wait for one another in Kafka anyway.
 *
 * After a failure, and after `queueCommandMsMax`, the client is thrown away: what it still tries may be stored or not, and
 * nobody is told of it. The next one has another number, and nothing of it is taken for a repetition.
 */
export function newSender(kafka: Kafka, topic: Topic, limits: Pick<Limits, 'queueCommandMsMax' | 'retryMsMin'>): Send {
  const { queueCommandMsMax, retryMsMin } = limits;
  let current: Client | undefined;

  /** Whether a broker hangs, and there are others. */
  function hangs(error: unknown): boolean {
    return kafka.brokers > 1 && isLate(error);
  }

  /** Once; the client repeats what may pass. Rejects with what is known at the end of the time. */
  async function attempt(messages: Message[], until: number, known: unknown): Promise<void> {
    const { promise: given, reject: giveUp } = Promise.withResolvers<never>();
    let fault = known;
    const timer = setTimeout(() => giveUp(fault), until - performance.now());
    try {
      const own = (current ??= newClient(kafka, retryMsMin));
      own.onFault = (error) => {
        fault = error;
        if (isHopeless(error) || hangs(error)) giveUp(error);
      };
      await Promise.race([produce(own.producer, messages), given]);
    } finally {
      clearTimeout(timer);
    }
  }

  function giveBack(isLeft: boolean): void {
    if (current) void kafka.release(current.producer, isLeft);
    current = undefined;
  }

  async function produce(producer: Producer, messages: Message[]): Promise<void> {
    // The client would fold a partition that is not there any more onto another one.
    const { topics } = await producer.metadata({ topics: [topic.name] });
    const count = topics.get(topic.name)?.partitionsCount ?? 0;
    if (count < topic.partitions) throw fewerPartitions(kafka, topic, count);
    await producer.send({ messages, acks: -1, idempotent: true });
  }

  return async (messages) => {
    const until = performance.now() + queueCommandMsMax;
    let rest = messages;
    let fault: unknown = new Error(`no answer within ${queueCommandMsMax} ms`);
    for (let ms = retryMsMin; ; ) {
      try {
        await attempt(rest, until, fault);
        return new Map();
      } catch (error) {
        fault = error;
        // One that still fetches after a while asks a controller that hangs, and does so for half a minute.
        const isLeft = isLate(error) || (isFetching(error) && ms >= RETRY_MS_MAX);
        giveBack(isLeft);
        const stored = storedOf(error);
        rest = rest.filter(({ partition }) => !stored.has(partition));
        if (rest.length === 0) return new Map();
        if (!(isForAnother(error) || hangs(error)) || performance.now() + ms > until) {
          const failure = translated(kafka.place, error);
          return new Map(rest.map(({ partition }) => [partition, failure]));
        }
        await pause(ms);
        ms = isLeft ? retryMsMin : Math.min(ms * 2, RETRY_MS_MAX);
      }
    }
  };
}

interface Client {
  producer: Producer;
  /** Told of each try that failed. */
  onFault: (error: unknown) => void;
}

function newClient(kafka: Kafka, retryMsMin: number): Client {
  const client: Client = {
    onFault: () => {},
    producer: kafka.newProducer({
      idempotent: true,
      repeatOnStaleMetadata: false,
      retries: Number.MAX_SAFE_INTEGER,
      retryDelay(_client, _operation, attempt, _retries, error) {
        client.onFault(error);
        return Math.min(retryMsMin * 2 ** (attempt - 1), RETRY_MS_MAX);
      },
    }),
  };
  return client;
}

/**
 * Whether a new client has to ask: another broker leads now, and the old one knows no way out of every change; or the broker still
 * fetches its numbers, and the old one would go on to the next, which may hang.
 */
function isForAnother(error: unknown): boolean {
  return isStale(error) || isFetching(error);
}

/** Whether the client must not go on: it would be in vain, or hold up partitions that have their answer. */
function isHopeless(error: unknown): boolean {
  const codes = codesOf(error);
  const isLasting = LASTING.some((code) => codes.includes(code));
  return isAway(error) || isForAnother(error) || isLasting || storedOf(error).size > 0;
}
