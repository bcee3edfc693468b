import { setTimeout as pause } from 'node:timers/promises';
import { redisQueue } from '../adapters/redis/queue.ts';
import { startChild } from './child.ts';
import { SEED_LIST } from './seed-event.ts';
import type { Services } from './services.ts';
import { checkOnce, countedIn } from './standard-counted.ts';
import type { Day } from './standard-day.ts';

/** What a worker does with what lies in Redis, and what an event costs each process in µs of CPU time. */
export interface DrainFigures {
  eventsPerSecond: number;
  workerCpuUs: number;
  mongodCpuUs: number;
  redisCpuUs: number;
  /** The most that was resident of the worker's process. */
  rssBytesMax: number;
}

const AT_ONCE = 5000;
/** At once into a list; Redis has it in one command. */
const PUSHED_AT_ONCE = 1000;
const WARM_MS = 1000;

/**
 * Lets ours take a whole day that lies in the queue.
 *
 * @throws Error if not every event is counted once
 */
export async function drainOurs(services: Services, name: string, day: Day): Promise<DrainFigures> {
  const database = await services.fresh();
  const db = services.db(database);
  const queue = await redisQueue({ url: services.redis.url });
  for (let from = 0; from < day.entries.length; from += AT_ONCE) {
    await queue.append(day.entries.slice(from, from + AT_ONCE));
  }
  await queue.close();
  const child = await startChild('standard-work', {
    queue: services.redis.url,
    store: services.mongod.url(database),
    events: String(day.events),
    'redis-pid': String(services.redis.pid()),
    'mongod-pid': String(services.mongod.pid()),
  });
  await child.stop();
  const { seconds = 0, events = 0, wrong = 0, rssBytesMax = 0 } = child.ready;
  const { cpuUs = 0, mongodCpuUs = 0, redisCpuUs = 0 } = child.ready;
  if (wrong > 0) throw new Error(`${name}: ${wrong} went wrong`);
  const counted = await countedIn(db);
  checkOnce(name, counted, { least: day.events, most: day.events });
  if (counted.pageviews !== day.pageviews) throw new Error(`${name}: ${counted.pageviews} of ${day.pageviews} views`);
  await db.dropDatabase();
  return {
    eventsPerSecond: events / seconds,
    workerCpuUs: cpuUs / events,
    mongodCpuUs: mongodCpuUs / events,
    redisCpuUs: redisCpuUs / events,
    rssBytesMax,
  };
}

export interface SeedRun {
  /** The day's events, as the list takes them. */
  messages: string[];
  seconds: number;
  /** As ours: on the disk before it is answered. */
  durable: boolean;
}

/**
 * Lets the seed's worker take the day's first events for some seconds.
 *
 * @throws Error if it took them all before the time was over, or its numbers are not those of what it took
 */
export async function drainSeed(services: Services, { messages, seconds, durable }: SeedRun): Promise<DrainFigures> {
  const database = await services.fresh();
  const db = services.db(database);
  await services.setDurable(durable);
  for (let from = 0; from < messages.length; from += PUSHED_AT_ONCE) {
    await services.redis.call('LPUSH', SEED_LIST, ...messages.slice(from, from + PUSHED_AT_ONCE));
  }
  const options = { queue: services.redis.url, store: services.mongod.url(database), durable: durable ? 'yes' : 'no' };
  const child = await startChild('seed-work', options);
  await pause(WARM_MS);
  const look = async () => {
    const events = await db.collection('events').estimatedDocumentCount();
    return { events, at: performance.now(), usage: await child.usage(), services: services.cpuUs() };
  };
  const before = await look();
  await pause(seconds * 1000);
  const after = await look();
  await child.stop();
  await services.setDurable(true);
  const left = Number(await services.redis.call('LLEN', SEED_LIST));
  if (left === 0) throw new Error(`the seed's worker had no more than ${messages.length} events to do`);
  const taken = messages.length - left;
  const [stats] = await db.collection<{ total_views: number }>('stats').find().toArray();
  const inserted = await db.collection('events').countDocuments();
  if (inserted !== taken || stats?.total_views !== taken) {
    throw new Error(`the seed's worker took ${taken} events, and has ${inserted} and ${stats?.total_views}`);
  }
  await db.dropDatabase();
  const events = after.events - before.events;
  return {
    eventsPerSecond: events / ((after.at - before.at) / 1000),
    workerCpuUs: (after.usage.cpuUs - before.usage.cpuUs) / events,
    mongodCpuUs: (after.services.mongod - before.services.mongod) / events,
    redisCpuUs: (after.services.redis - before.services.redis) / events,
    rssBytesMax: after.usage.rssBytesMax,
  };
}
