import { Hono } from 'hono';
import { sameOrigin } from './same-origin.ts';

/** Who makes and removes the sample data: whoever owns the queue. */
export interface SampleHandler {
  /** Resolves when all of it is in the queue, with its number of page views and custom events. Twice adds it once. */
  add(): Promise<number>;
  /** Resolves when all of it is gone from the store. */
  remove(): Promise<void>;
}

/**
 * `POST` adds the sample data, `DELETE` removes it. Only for pages of this very origin: another website must not fill or
 * empty somebody's Footfall, whose browser may reach it.
 *
 * @example
 * app.route('/api/v1/sample', sample(handler));
 */
export function sample({ add, remove }: SampleHandler): Hono {
  const app = new Hono();
  app.use(sameOrigin);
  app.post('/', async (c) => {
    return c.json({ status: 'accepted', events: await add() }, 202);
  });
  app.delete('/', async (c) => {
    await remove();
    return c.json({ status: 'removed' });
  });
  return app;
}
