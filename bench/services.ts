import { accessSync, constants, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import type { Db } from 'mongodb';
import { startMongod } from '../adapters/mongodb/mongod.contract.ts';
import type { Mongod } from '../adapters/mongodb/mongod.contract.ts';
import { startRedis } from '../adapters/redis/redis-server.contract.ts';
import type { RedisServer } from '../adapters/redis/redis-server.contract.ts';
import { cpuUsOf } from './process-cpu.ts';

/** A Redis and a mongod of the bench's own, real and durable: AOF with a sync each time, a replica set of one node. */
export interface Services {
  redis: RedisServer;
  mongod: Mongod;
  /** CPU time in µs that they have used so far. */
  cpuUs(): { redis: number; mongod: number };
  /** An empty Redis, and the name of a database that is not there yet. */
  fresh(): Promise<string>;
  /** Whether Redis has on its disk what it answers, or, as it comes, nothing. */
  setDurable(durable: boolean): Promise<void>;
  /** A database, past all of Footfall's code. */
  db(name: string): Db;
  stop(): Promise<void>;
}

/** Where `npm test` puts a mongod that it had to install. */
const installedByTests = join(import.meta.dirname, '..', 'node_modules', '.cache', 'footfall');

const LOOK_MS = 20;

/** @throws Error that says what to install */
export async function startServices(): Promise<Services> {
  const redisProgram = programOf('redis-server');
  const mongodProgram = programOf('mongod', 'mongod-6.0.5');
  const redis = await startRedis(redisProgram);
  const mongod = await startMongod(mongodProgram).catch(async (error: unknown) => {
    await redis.stop();
    throw error;
  });
  const client = await new MongoClient(mongod.url('admin')).connect();
  let runs = 0;
  return {
    redis,
    mongod,
    cpuUs: () => ({ redis: cpuUsOf(redis.pid()), mongod: cpuUsOf(mongod.pid()) }),
    async fresh() {
      await redis.call('FLUSHALL');
      return `bench-${(runs += 1)}`;
    },
    async setDurable(durable) {
      await redis.call('CONFIG', 'SET', 'appendonly', durable ? 'yes' : 'no');
      // It begins with a copy of what is there.
      while (/aof_rewrite_(in_progress|scheduled):1/.test(String(await redis.call('INFO', 'persistence')))) {
        await pause(LOOK_MS);
      }
    },
    db: (name) => client.db(name),
    async stop() {
      await client.close();
      await redis.stop();
      await mongod.stop();
    },
  };
}

/** The folder of Kafka's Java libraries. */
export function kafkaJars(): string {
  const found = globSync(join(installedByTests, 'kafka-*/')).find((folder) => !folder.includes('.part'));
  if (found === undefined) throw new Error('The benchmark needs Kafka: run npm test once, which installs it.');
  return found;
}

/** Its path: on the PATH, or among what the tests have installed. */
export function programOf(name: string, installed = name): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const places = [...folders.map((folder) => join(folder, name)), join(installedByTests, installed)];
  const found = places.find(isExecutable);
  if (found === undefined)
    throw new Error(`The benchmark needs ${name}: install it, or run npm test once, which does.`);
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
