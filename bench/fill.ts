import { sqliteQueue } from '../adapters/sqlite/queue.ts';
import { sqliteStore } from '../adapters/sqlite/store.ts';
import { collector } from '../collector/collector.ts';
import type { Delivery } from './data.ts';

/** Requests that are under way at once. */
const AT_ONCE = 500;

/**
 * Fills the queue of a new folder with what the collector makes of a day's deliveries. The collector's clock is set to
 * the time of each, so that events lie in the log as they would had the day been lived through.
 *
 * @throws Error for an answer other than 202
 */
export async function fill(folder: string, deliveries: Delivery[]): Promise<void> {
  const queue = await sqliteQueue({ folder });
  const store = await sqliteStore({ folder });
  let now = deliveries[0]?.batch.sent ?? 0;
  const app = collector({
    queue,
    store,
    autoSites: true,
    trustedProxies: ['127.0.0.1'],
    remoteAddress: () => '127.0.0.1',
    now: () => now,
    // A day's batches are sent within seconds, but the limit is by the collector's own clock.
    limits: { siteEventsPerMinuteMax: 1e12 },
  });

  async function deliver({ address, agent, batch }: Delivery): Promise<void> {
    now = batch.sent;
    const headers = {
      'user-agent': agent,
      'x-forwarded-for': address,
      'content-type': 'text/plain',
      'accept-language': '*',
    };
    const response = await app.request('/e', { method: 'POST', headers, body: JSON.stringify(batch) });
    if (response.status !== 202) throw new Error(`the collector answered ${response.status}: ${await response.text()}`);
  }

  for (let from = 0; from < deliveries.length; from += AT_ONCE) {
    await Promise.all(deliveries.slice(from, from + AT_ONCE).map(deliver));
  }
  await app.close();
  await queue.close();
  await store.close();
}
