import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import type { WriteConcernSettings } from 'mongodb';
import { measured, option } from './measured.ts';
import { SEED_LIST } from './seed-event.ts';
import type { SeedEvent } from './seed-event.ts';

/**
 * The seed's worker, after the description of it: takes one event after the other from a list in Redis, and for each does
 * one insert and two updates in MongoDB. What it was at when it is killed is lost; what comes again counts again.
 *
 * With `--durable yes` each of them is answered when it is on the disk, as ours are.
 */

/** What a mongod that is no replica set does where nothing is said. */
const undurable: WriteConcernSettings = { w: 1, journal: false };
const durable: WriteConcernSettings = { w: 'majority', journal: true };
const WAIT_SECONDS = 1;

const redis = new Redis(option('queue'));
const writeConcern = option('durable') === 'yes' ? durable : undurable;
const client = await new MongoClient(option('store'), { writeConcern }).connect();
const db = client.db();
const events = db.collection<SeedEvent>('events');
const stats = db.collection('stats');
const users = db.collection('unique_users');
// Not in the description. Without them each update would look through all users of all days.
await stats.createIndexes([{ key: { site_id: 1, date: 1 }, unique: true }]);
await users.createIndexes([{ key: { site_id: 1, date: 1, user_id: 1 }, unique: true }]);

const stopping = new AbortController();

async function take(): Promise<void> {
  while (!stopping.signal.aborted) {
    const popped = await redis.brpop(SEED_LIST, WAIT_SECONDS);
    if (popped) await count(JSON.parse(popped[1]) as SeedEvent);
  }
}

async function count(event: SeedEvent): Promise<void> {
  const { site_id, date, path, user_id, timestamp } = event;
  await events.insertOne(event);
  await stats.updateOne({ site_id, date }, { $inc: { total_views: 1, [`paths.${path}`]: 1 } }, { upsert: true });
  await users.updateOne({ site_id, date, user_id }, { $setOnInsert: { first_seen: timestamp } }, { upsert: true });
}

const taking = take();
measured({}, async () => {
  stopping.abort();
  await taking;
  redis.disconnect();
  await client.close();
});
await taking;
