import type { Config } from './config.ts';
import { addSample } from './sample.ts';
import { openTarget } from './target.ts';

/**
 * `footfall sample add`: puts the sample data into the queue.
 *
 * @returns what to tell
 * @throws Unusable, Unavailable as `openTarget` and `addSample` do
 */
export async function addSampleTo(config: Config): Promise<string> {
  const target = await openTarget(config, (line) => console.error(line));
  try {
    const events = await addSample({ queue: target.queue, store: target.store, limits: config.limits });
    return target.reporting === undefined
      ? `${events} page views and events are in the queue, and counted at the next start; their site is "sample".`
      : 'The sample data is in the queue of the server that runs; its site is "sample".';
  } finally {
    await target.close();
  }
}
