import { openQueue, openStore } from '../server/open.ts';
import { worker } from '../worker/worker.ts';
import { measured, option } from './measured.ts';

/** A worker of several in a process of its own: from Kafka into MongoDB, until it is told to stop. */

const places = { data: '', queueUrl: option('queue'), storeUrl: option('store') };
const queue = await openQueue(places);
const store = await openStore(places);
const running = worker({ queue, store, onError: (error) => console.error(error) });

measured({}, async () => {
  await running.stop();
  await queue.close();
  await store.close();
});
