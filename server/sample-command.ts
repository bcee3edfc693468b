import { lockFolder } from '../adapters/sqlite/lock.ts';
import { sqliteQueue } from '../adapters/sqlite/queue.ts';
import { sqliteStore } from '../adapters/sqlite/store.ts';
import { messageOf, Unusable } from '../core/errors.ts';
import type { Config } from './config.ts';
import { isLoopback } from './config.ts';
import { addSample } from './sample.ts';

/**
 * `footfall sample add`: puts the sample data into the queue of a data folder; a server that runs on it does so itself.
 *
 * @returns what to tell
 * @throws Unusable if the server that runs cannot be asked
 */
export async function addSampleTo(config: Config): Promise<string> {
  let release: () => void;
  try {
    release = lockFolder(config.data);
  } catch {
    await askServer(config);
    return 'The sample data is in the queue of the server that runs; its site is "sample".';
  }
  try {
    const { data: folder, limits, partitions } = config;
    const queue = await sqliteQueue({ folder, limits, thread: false, ...(partitions ? { partitions } : {}) });
    const store = await sqliteStore({ folder, limits, thread: false });
    const events = await addSample({ queue, store, limits });
    await queue.close();
    await store.close();
    return `${events} page views and events are in the queue, and counted at the next start; their site is "sample".`;
  } finally {
    release();
  }
}

/** Only one process may append to the embedded queue. */
async function askServer({ reportingHost, reportingPort }: Config): Promise<void> {
  const host = reportingHost.includes(':') ? `[${reportingHost}]` : reportingHost;
  const byHand = 'Use the button on the start page of the reporting, or stop the server first.';
  if (!isLoopback(reportingHost)) throw new Unusable(`a server runs on this folder, and wants a token. ${byHand}`);
  try {
    const answer = await fetch(`http://${host}:${reportingPort}/api/v1/sample`, { method: 'POST' });
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
  } catch (error) {
    throw new Unusable(
      `a server runs on this folder, and could not be asked at ${host}:${reportingPort} (${messageOf(error)}). ${byHand}`,
      { cause: error },
    );
  }
}
