import { readConfig } from '../server/config.ts';
import { start } from '../server/main.ts';
import { measured, option } from './measured.ts';

/** A process of the standard deployment, as `npm start` makes it, with the role `--role`: `collector` or `worker`. */

const config = readConfig({
  DATA: option('folder'),
  ROLES: option('role'),
  QUEUE_URL: option('queue'),
  STORE_URL: option('store'),
  PORT: '0',
  WORKER_PORT: '0',
  TRUSTED_PROXIES: '127.0.0.1',
  // Batches of 20 are more than 3 million events a minute; visitors stay within their own limit.
  SITE_EVENTS_PER_MINUTE_MAX: String(1e12),
});
const { collectorPort: port = 0, stop } = await start(config, () => {});
measured({ port }, stop);
