import { openQueue, openStore } from '../server/open.ts';
import { drain } from './drain.ts';
import { measured, option } from './measured.ts';
import { cpuUsOf } from './process-cpu.ts';

/** The worker of the standard deployment in a process of its own: from Redis into MongoDB; tells what that cost all three. */

const pids = { redis: Number(option('redis-pid')), mongod: Number(option('mongod-pid')) };

// As `server/worker-thread.ts` has them.
const places = { data: '', queueUrl: option('queue'), storeUrl: option('store') };
const queue = await openQueue(places);
const store = await openStore(places);

const before = { redis: cpuUsOf(pids.redis), mongod: cpuUsOf(pids.mongod) };
let after = before;
const drained = await drain(queue, store, Number(option('events')), () => {
  after = { redis: cpuUsOf(pids.redis), mongod: cpuUsOf(pids.mongod) };
});
await queue.close();
await store.close();

const redisCpuUs = after.redis - before.redis;
const mongodCpuUs = after.mongod - before.mongod;
measured({ ...drained, redisCpuUs, mongodCpuUs }, async () => {});
