import type { TestProject } from 'vitest/node';
import { startMongod } from '../../adapters/mongodb/mongod.contract.ts';
import { startRedis } from '../../adapters/redis/redis-server.contract.ts';

/**
 * Starts the services of a deployment once for all its tests, for a mongod takes seconds; each test has data of its own
 * in them (`deployment.ts`). Vitest runs it before the tests of a project, and `teardown` after them.
 */

/** Where they are. */
export interface StartedServices {
  redis: string;
  /** Of Redis's own files. */
  redisFolder: string;
  /** Without a database's name; `DATABASE` stands for it. */
  mongodb: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** What is missing on this machine, where they could not be started. */
    services: StartedServices | string;
  }
}

/**
 * Each test takes a database, numbered from 1, and none is used again. Files are not written anew, so that a test can
 * look into them.
 */
const REDIS_ARGS = ['--databases', '4096', '--auto-aof-rewrite-percentage', '0'];

const stops: (() => Promise<void>)[] = [];

export async function setup(project: TestProject): Promise<void> {
  const { redis, mongodb } = project.getProvidedContext();
  if (redis.program === undefined || mongodb.program === undefined) {
    const why = [redis, mongodb].map(({ missing }) => missing).filter((one) => one !== undefined);
    project.provide(
      'services',
      why.join(' ') || 'These tests start a redis-server and a mongod of their own. Install both.',
    );
    return;
  }
  const [redisServer, mongod] = await Promise.all([
    startRedis(redis.program, REDIS_ARGS),
    startMongod(mongodb.program, ['--setParameter', 'diagnosticDataCollectionEnabled=false']),
  ]);
  stops.push(redisServer.stop, mongod.stop);
  // A run that is broken off does not wait for `teardown`.
  process.once('exit', () => {
    void redisServer.kill();
    void mongod.kill();
  });
  project.provide('services', {
    redis: redisServer.url,
    redisFolder: redisServer.folder,
    mongodb: mongod.url('DATABASE'),
  });
}

export async function teardown(): Promise<void> {
  await Promise.all(stops.map((stop) => stop()));
}
