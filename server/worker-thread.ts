import { parentPort, workerData } from 'node:worker_threads';
import { sqliteQueue } from '../adapters/sqlite/queue.ts';
import { sqliteStore } from '../adapters/sqlite/store.ts';
import { messageOf } from '../core/errors.ts';
import type { Limits } from '../core/limits.ts';
import { worker } from '../worker/worker.ts';

/** The worker of the embedded deployment, in a thread of its own: it reads the log and writes the store without the collector. */

const { folder, limits } = workerData as { folder: string; limits: Partial<Limits> };
const COUNTS_MS = 250;

const queue = await sqliteQueue({ folder, limits, role: 'reader', thread: false });
const store = await sqliteStore({ folder, limits, thread: false });
const running = worker({
  queue,
  store,
  limits,
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
