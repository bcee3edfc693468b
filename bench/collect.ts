import { sqliteQueue } from '../adapters/sqlite/queue.ts';
import { sqliteStore } from '../adapters/sqlite/store.ts';
import { collector } from '../collector/collector.ts';
import { limits as defaults } from '../core/limits.ts';
import { readConfig } from '../server/config.ts';
import type { Config } from '../server/config.ts';
import { listen } from '../server/listen.ts';
import { start } from '../server/main.ts';
import { measured, option } from './measured.ts';

/**
 * The collector on a folder of its own, put together as `npm start` does it: `--role collector` alone, with its queue;
 * `--role start` is what `npm start` runs, with the worker's threads in this process and reporting in another.
 */

const role = option('role');
const config: Config = {
  ...readConfig({}),
  data: option('folder'),
  collectorPort: 0,
  reportingPort: 0,
  trustedProxies: ['127.0.0.1'],
  // Batches of 20 are more than 3 million events a minute; visitors stay within their own limit.
  limits: { siteEventsPerMinuteMax: 1e12 },
};
const log = (line: string): void => console.error(line);

if (role === 'start') {
  const { collectorPort: port = 0, reportingPort: reporting = 0, stop } = await start(config, () => {});
  measured({ port, reporting }, stop);
} else {
  const { data: folder, limits, trustedProxies } = config;
  const queue = await sqliteQueue({ folder, limits });
  const store = await sqliteStore({ folder, limits });
  const app = collector({ queue, store, limits, trustedProxies, autoSites: true, openServers: true, log });
  const { requestMsMax } = defaults;
  const settings = { host: 'HOST', port: 'PORT' };
  const listening = await listen(app, { host: config.collectorHost, port: 0, settings, requestMsMax }, app.direct);
  measured({ port: listening.port }, async () => {
    await listening.close();
    await app.close();
    await queue.close();
    await store.close();
  });
}
