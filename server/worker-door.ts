import { Hono } from 'hono';
import type { Context } from 'hono';
import type { Registry } from 'prom-client';
import { ageOf, addQueueMetrics } from '../collector/metrics.ts';
import { messageOf } from '../core/errors.ts';
import { SITE_KIND } from '../core/site.ts';
import type { Deployment } from './deployment.ts';

export interface WorkerDoorOptions extends Pick<Deployment, 'queue' | 'store'> {
  /** With the worker's counts; the queue's numbers are added. */
  metrics: Registry;
  mayRead: (c: Context) => boolean | Promise<boolean>;
  log: (line: string) => void;
}

/**
 * What a process answers that works and does not collect: `GET /healthz`, 200 as long as queue and store can be reached,
 * and `GET /metrics` for whoever may read.
 *
 * @example
 * const app = workerDoor({ queue, store, metrics, mayRead: access(host, store.documents), log });
 * const { status } = await app.request('/healthz');
 */
export function workerDoor({ queue, store, metrics, mayRead, log }: WorkerDoorOptions): Hono {
  const app = new Hono();
  addQueueMetrics(metrics, () => queue.depth(), Date.now);
  app.get('/healthz', async (c) => {
    c.header('cache-control', 'no-store');
    try {
      const [depth] = await Promise.all([queue.depth(), store.documents.get(SITE_KIND, '')]);
      return c.json({ status: 'ok', queue: { entries: depth.entries, age_ms: ageOf(depth, Date.now()) } });
    } catch (error) {
      log(`worker: healthz: ${messageOf(error)}`);
      return c.json({ status: 'unavailable' }, 503);
    }
  });
  app.get('/metrics', async (c) => {
    if (await mayRead(c)) return c.body(await metrics.metrics(), 200, { 'content-type': metrics.contentType });
    return c.json(
      { error: 'send the token that was printed at the first start, as Authorization: Bearer <token>' },
      403,
    );
  });
  app.notFound((c) => c.json({ error: 'nothing is here: a worker answers /healthz and /metrics' }, 404));
  return app;
}
