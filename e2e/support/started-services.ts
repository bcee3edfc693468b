import type { TestProject } from 'vitest/node';
import { startKafka } from '../../adapters/kafka/broker.contract.ts';
import { startMongod } from '../../adapters/mongodb/mongod.contract.ts';
import { startRedis } from '../../adapters/redis/redis-server.contract.ts';

/**
 * Starts the services of a deployment once for all its tests, for a mongod takes seconds; each test has data of its own
 * in them (`deployment.ts`). Vitest runs it before the tests of a project, and `teardown` after them.
 */

/** Where they are. */
export interface StartedServices {
  /** Of Redis, or of Kafka. */
  queue: string;
  /** Of the queue's own files. */
  queueFolder: string;
  /** Without a database's name; `DATABASE` stands for it. */
  mongodb: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** What is missing on this machine, where they could not be started. */
    services: StartedServices | string;
  }
}

interface Started {
  url: string;
  folder: string;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Each test takes a database, numbered from 1, and none is used again. Files are not written anew, so that a test can
 * look into them.
 */
const REDIS_ARGS = ['--databases', '4096', '--auto-aof-rewrite-percentage', '0'];

const queues = {
  standard: { service: 'redis', start: (program: string): Promise<Started> => startRedis(program, REDIS_ARGS) },
  scale: { service: 'kafka', start: (program: string): Promise<Started> => startKafka(program) },
} as const;

const stops: (() => Promise<void>)[] = [];

export async function setup(project: TestProject): Promise<void> {
  const context = project.getProvidedContext();
  if (context.deployment === 'embedded') throw new Error('the embedded deployment has no services');
  const { service, start } = queues[context.deployment];
  const needed = [context[service], context.mongodb];
  const [queue, mongodb] = needed.map(({ program }) => program);
  if (queue === undefined || mongodb === undefined) {
    const why = needed.map(({ missing }) => missing).filter((one) => one !== undefined);
    project.provide('services', why.join(' ') || `These tests start a ${service} and a mongod of their own.`);
    return;
  }
  const [queueServer, mongod] = await Promise.all([
    start(queue),
    startMongod(mongodb, ['--setParameter', 'diagnosticDataCollectionEnabled=false']),
  ]);
  stops.push(queueServer.stop, mongod.stop);
  // A run that is broken off does not wait for `teardown`.
  process.once('exit', () => {
    void queueServer.kill();
    void mongod.kill();
  });
  project.provide('services', {
    queue: queueServer.url,
    queueFolder: queueServer.folder,
    mongodb: mongod.url('DATABASE'),
  });
}

export async function teardown(): Promise<void> {
  await Promise.all(stops.map((stop) => stop()));
}
