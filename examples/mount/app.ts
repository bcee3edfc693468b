/**
 * An app of one's own with the collector in it: script and door are its own addresses, so nothing on the page comes from elsewhere.
 *
 *     node examples/mount/app.ts [--port 8080] [--data FOLDER]
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
// In a project of your own: from 'footfall'.
import { embedded } from '../../server/index.ts';
import { home } from './home.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8080' },
    data: { type: 'string', default: join(import.meta.dirname, 'data') },
  },
});

const DAY_MS = 24 * 60 * 60 * 1000;

// Sites come into being by themselves, and anybody may read the metrics: for a machine that only you can reach.
const footfall = await embedded({ folder: values.data, collector: { autoSites: true, mayRead: () => true } });

const app = new Hono();
app.get('/', (c) => c.html(home));
app.route('/analytics', footfall.collector); // GET /analytics/s.js, POST /analytics/e
app.get('/numbers', async (c) => {
  const today = Math.floor(Date.now() / DAY_MS);
  return c.json(await footfall.store.stats('example.com', today, 10));
});

const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(values.port) }, ({ port }) =>
  console.log(`http://localhost:${port}`),
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => server.close(() => void footfall.close()));
}
