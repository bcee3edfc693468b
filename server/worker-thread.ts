import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../core/errors.ts';
import { retention } from '../worker/retention.ts';
import { worker } from '../worker/worker.ts';
import { openQueue, openStore } from './open.ts';
import type { Places } from './open.ts';

/** The worker of the embedded deployment, in a thread of its own: it reads the log and writes the store without the collector. */

const places = workerData as Places;
const { limits = {} } = places;
const COUNTS_MS = 250;

const queue = await openQueue(places);
const store = await openStore(places);
const running = worker({
  queue,
  store,
  limits,
  alsoSweep: retention(store, queue.partitions),
  onError: (error) => parentPort?.postMessage({ error: messageOf(error) }),
});
const timer = setInterval(() => parentPort?.postMessage({ counts: running.counts }), COUNTS_MS);
parentPort?.postMessage({ counts: running.counts });

async function stop(): Promise<void> {
  await running.stop();
  clearInterval(timer);
  await queue.close();
  await store.close();
  parentPort?.postMessage({ counts: running.counts });
  parentPort?.close();
}

parentPort?.once('message', () => void stop());
