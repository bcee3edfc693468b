import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Admin } from '@platformatic/kafka';
import { afterAll, beforeAll, inject } from 'vitest';
import { freePort } from '../free-port.contract.ts';
import { programOf } from '../program.contract.ts';

/** A real Kafka of a test's own, in a temporary folder, that can be killed and started again on the same data and ports. */
export interface KafkaBroker {
  url: string;
  /** `host:port`, as its clients want it. */
  address: string;
  /** Where its data are. */
  folder: string;
  pid(): number;
  /** Ends it by a signal, and waits until it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again if it does not run. */
  start(): Promise<void>;
  /** Says something to it by a client of its own. */
  ask<T>(work: (admin: Admin) => Promise<T>): Promise<T>;
  /** Ends it for good, with its data. */
  stop(): Promise<void>;
}

export interface BrokerOptions {
  /** Lines for `server.properties`. */
  settings?: Record<string, string>;
  /** Further listeners, such as `TLS://127.0.0.1:9094`. */
  listeners?: string[];
  /** Further arguments for the formatting of its storage. */
  format?: string[];
  /** Default: free ones. */
  ports?: Ports;
}

interface Ports {
  port: number;
  controllerPort: number;
}

/** The Java libraries for `startKafka`. A test that needs them fails where they are missing. */
function kafkaJars(): string {
  const { program, missing } = inject('kafka');
  if (program === undefined) throw new Error(missing ?? 'These tests start a Kafka of their own. Install it.');
  return program;
}

/**
 * A Kafka for all tests of a file.
 *
 * @example
 * const kafka = kafkaOfFile();
 * test('…', () => kafkaQueue({ url: `${kafka().url}/topic` }));
 */
export function kafkaOfFile(options: BrokerOptions = {}): () => KafkaBroker {
  let broker: KafkaBroker | undefined;
  beforeAll(async () => {
    broker = await startKafka(kafkaJars(), options);
  });
  afterAll(() => broker?.stop());
  return () => {
    if (!broker) throw new Error('no Kafka yet');
    return broker;
  };
}

/** Three brokers for all tests of a file, each of which is a controller as well. Two of them are enough. */
export function kafkaClusterOfFile(): () => KafkaBroker[] {
  let brokers: KafkaBroker[] = [];
  beforeAll(async () => {
    const jars = kafkaJars();
    const ports = [await freePorts(), await freePorts(), await freePorts()];
    const voters = ports.map(({ controllerPort }, n) => `${n + 1}@127.0.0.1:${controllerPort}`).join();
    const started = ports.map((own, n) => {
      const settings = { ...CLUSTER_SETTINGS, 'node.id': String(n + 1), 'controller.quorum.voters': voters };
      return startKafka(jars, { ports: own, settings });
    });
    brokers = await Promise.all(started);
  });
  afterAll(() => Promise.all(brokers.map((broker) => broker.stop())));
  return () => brokers;
}

const CLUSTER_SETTINGS = {
  'offsets.topic.replication.factor': '3',
  // A follower that is gone must not be waited for by every test.
  'replica.lag.time.max.ms': '3000',
};

async function freePorts(): Promise<Ports> {
  return { port: await freePort(), controllerPort: await freePort() };
}

const UP_MS_MAX = 60_000;
const LOOK_MS = 100;
/** Node.js has nothing that runs a Kafka. */
const JAVA = 'java';
/** Small and quick to start. */
const JVM = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];
/** What Java has made of Kafka's classes, beside them; `scripts/kafka-service.ts` makes it. */
const CLASS_ARCHIVE = 'classes.jsa';
const CLUSTER = 'Zm9vdGZhbGwtdGVzdHMtMQ';

/**
 * Starts one: broker and controller in one process, everything in one copy, groups without waiting.
 *
 * @param jars folder of Kafka's Java libraries
 */
export async function startKafka(jars: string, options: BrokerOptions = {}): Promise<KafkaBroker> {
  const { settings = {}, listeners = [], format = [] } = options;
  const { port, controllerPort } = options.ports ?? (await freePorts());
  const folder = mkdtempSync(join(tmpdir(), 'footfall-kafka-'));
  const address = `127.0.0.1:${port}`;
  const config = join(folder, 'server.properties');
  const log = join(folder, 'output.log');
  const all = { ...settingsOf(port, controllerPort, listeners, join(folder, 'data')), ...settings };
  const lines = Object.entries(all).map(([name, value]) => `${name}=${value}`);
  writeFileSync(config, lines.join('\n'));
  const archive = join(jars, CLASS_ARCHIVE);
  const classes = existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`] : [];
  const java = [...JVM, ...classes, '-cp', join(jars, '*')];
  const formatted = spawnSync(JAVA, [
    ...java,
    'kafka.tools.StorageTool',
    'format',
    '-t',
    CLUSTER,
    '-c',
    config,
    ...format,
  ]);
  if (formatted.status !== 0) throw new Error(`Kafka does not format its storage: ${String(formatted.stderr)}`);
  const { pid, runs, begin, kill } = programOf(() => {
    const output = openSync(log, 'w');
    const child = spawn(JAVA, [...java, 'kafka.Kafka', config], { stdio: ['ignore', output, output] });
    closeSync(output);
    return child;
  });

  async function start(): Promise<void> {
    if (!begin()) return;
    const until = Date.now() + UP_MS_MAX;
    while (!(await isUp(address))) {
      if (!runs() || Date.now() > until) throw new Error(`no Kafka at ${address}: ${readFileSync(log, 'utf8')}`);
      await pause(LOOK_MS);
    }
  }

  await start();
  return {
    url: `kafka://${address}`,
    address,
    folder,
    pid,
    kill,
    start,
    ask: (work) => asked(address, work),
    async stop() {
      await kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function settingsOf(port: number, controllerPort: number, listeners: string[], data: string): Record<string, string> {
  const own = [`PLAINTEXT://127.0.0.1:${port}`, `CONTROLLER://127.0.0.1:${controllerPort}`];
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: [...own, ...listeners].join(),
    'log.dirs': data,
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    // Else the index of each segment is a file of 10 MB, most of it empty, which tests that look into all files have to read.
    'log.index.size.max.bytes': '65536',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.num.partitions': '1',
    'transaction.state.log.min.isr': '1',
    // One that was killed is taken back only when its session is over.
    'broker.heartbeat.interval.ms': '250',
    'broker.session.timeout.ms': '2000',
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '500',
  };
}

async function asked<T>(address: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [address], retries: 20, retryDelay: 100 });
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}

/** Once it is registered it takes whatever is asked. */
async function isUp(address: string): Promise<boolean> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [address], retries: 0, connectTimeout: 1000 });
  try {
    return (await admin.metadata({ topics: [] })).brokers.size > 0;
  } catch {
    return false;
  } finally {
    await admin.close().catch(() => {});
  }
}
