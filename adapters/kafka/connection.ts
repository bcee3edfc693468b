import { isIP } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Admin, BaseOptions, Consumer, ConsumerOptions, Producer, ProducerOptions } from '@platformatic/kafka';
import { Unavailable, Unusable } from '../../core/errors.ts';
import type { Limits } from '../../core/limits.ts';
import { addressOf } from './address.ts';
import type { Address } from './address.ts';
import { isLate, isPassing, refused, translated } from './errors.ts';

/** What a connection needs of the limits. */
export type ConnectionLimits = Pick<Limits, 'queueCommandMsMax' | 'retryMsMin' | 'retryMsMax'>;

type Client = Admin | Consumer | Producer;

/** The brokers, by clients that each have connections of their own: Kafka answers on each in turn. */
export interface Kafka {
  /** Where Kafka is, for messages: never the password. */
  place: string;
  topic: string;
  /** How many brokers the address names. */
  brokers: number;
  /** ms for one try: where there are several brokers there is time for another one. */
  tryMsMax: number;
  /** It may be another one at any time: ask for it anew. */
  readonly admin: Admin;
  newProducer(options: Partial<ProducerOptions<Buffer, Buffer, Buffer, Buffer>>): Producer;
  newConsumer(options: Partial<ConsumerOptions<Buffer, Buffer, Buffer, Buffer>> & { groupId: string }): Consumer;
  /** Does something within `queueCommandMsMax`, and again while an election is under way. Rejects with Unavailable. */
  ask<T>(work: () => Promise<T>): Promise<T>;
  /** The same at the opening, when what Kafka refuses for good is Unusable. */
  probe<T>(work: () => Promise<T>): Promise<T>;
  /** Ends a client and its connections. The next ones begin with another broker, if this one's is to be left. */
  release(client: Client, isLeft?: boolean): Promise<void>;
  /** Ends all of them. What is asked afterwards rejects. */
  close(): Promise<void>;
}

/** ms that clients are waited for when they are closed. */
const DISCONNECT_MS = 200;
/** ms for which it is known who leads which partition; whoever is wrong hears of it and asks anew. */
const METADATA_MS = 60 * 60 * 1000;
/** The longest pause in ms between two tries to ask something. */
const ASK_AGAIN_MS_MAX = 250;

/**
 * The way to Kafka's brokers. Nothing is connected until something is asked.
 *
 * @throws Unusable if the address is wrong
 * @example
 * const kafka = await connect('kafka://127.0.0.1:9092', limits);
 * await kafka.ask(() => kafka.admin.listTopics());
 */
export async function connect(url: string, limits: ConnectionLimits): Promise<Kafka> {
  const address = addressOf(url);
  const place = `Kafka at ${address.brokers.join(',')}`;
  const driver = await load();
  const { queueCommandMsMax } = limits;
  const several = address.brokers.length > 1;
  const tryMsMax = several ? Math.ceil(queueCommandMsMax / 2) : queueCommandMsMax;
  /** With which broker of the address a client begins. Each process with another one. */
  let first = Math.floor(Math.random() * address.brokers.length);
  const settings = () => settingsOf(address, first, queueCommandMsMax, tryMsMax);
  /** With which each has begun. */
  const clients = new Map<Client, number>();
  let closed = false;

  function kept<C extends Client>(client: C): C {
    if (closed) throw new Unavailable(`${place} is away: the queue is closed`);
    // One that fails twice, such as by its password and then by its end, would end the process.
    client.connections.on('connecting', ({ connection }) => void connection.on('error', () => {}));
    clients.set(client, first);
    return client;
  }

  async function release(client: Client, isLeft = false): Promise<void> {
    if (isLeft && clients.get(client) === first) first = (first + 1) % address.brokers.length;
    if (!clients.delete(client)) return;
    const open = [...client.connections].map(([, connection]) => connection);
    await Promise.race([client.close().catch(() => {}), pause(DISCONNECT_MS)]);
    // A broker that hangs takes no farewell.
    for (const { socket } of open) socket?.destroy();
  }

  let admin = kept(new driver.Admin(settings()));

  function replaceAdmin(): void {
    void release(admin, true);
    admin = kept(new driver.Admin(settings()));
  }

  async function ask<T>(work: () => Promise<T>, inOurTerms: typeof refused = translated): Promise<T> {
    const until = performance.now() + queueCommandMsMax;
    for (let ms = limits.retryMsMin; ; ms = Math.min(ms * 2, ASK_AGAIN_MS_MAX)) {
      try {
        if (closed) throw new Error('the queue is closed');
        return await inTime(work(), until - performance.now());
      } catch (error) {
        const late = isLate(error);
        if (!closed && late) replaceAdmin();
        const again = isPassing(error) || (late && several);
        if (closed || !again || performance.now() + ms > until) throw inOurTerms(place, error);
      }
      await pause(ms);
    }
  }

  return {
    place,
    topic: address.topic,
    brokers: address.brokers.length,
    tryMsMax,
    get admin() {
      return admin;
    },
    newProducer: (options) => kept(new driver.Producer({ ...settings(), ...options })),
    newConsumer: (options) => kept(new driver.Consumer({ ...settings(), ...options })),
    ask: (work) => ask(work),
    probe: (work) => ask(work, refused),
    release,
    async close() {
      closed = true;
      await Promise.all([...clients.keys()].map((client) => release(client)));
    },
  };
}

async function load() {
  try {
    return await import('@platformatic/kafka');
  } catch (error) {
    throw new Unusable('A queue in Kafka needs a package that is missing: run `npm install @platformatic/kafka`.', {
      cause: error,
    });
  }
}

function settingsOf(
  { brokers, tls, sasl }: Address,
  first: number,
  queueCommandMsMax: number,
  tryMsMax: number,
): BaseOptions {
  const hosts = brokers.map((broker) => broker.replace(/:\d+$/, '').replace(/^\[|\]$/g, ''));
  return {
    clientId: 'footfall',
    bootstrapBrokers: [...brokers.slice(first), ...brokers.slice(0, first)],
    // So that there is time for all of them.
    connectTimeout: Math.ceil(queueCommandMsMax / (brokers.length + 1)),
    requestTimeout: tryMsMax,
    timeout: queueCommandMsMax,
    // Asked again by us, as long as there is time.
    retries: 0,
    metadataMaxAge: METADATA_MS,
    autocreateTopics: false,
    // The name of the host is what brokers behind one address are told apart by.
    ...(tls && { tls: {}, tlsServerName: hosts.every((host) => isIP(host) === 0) }),
    ...(sasl && { sasl }),
  };
}

/** A promise that is given up after some ms. What it still does is not waited for. */
export async function inTime<T>(work: Promise<T>, msMax: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('timed out: no answer in time')), msMax);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
