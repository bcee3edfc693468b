import { Hono } from 'hono';
import type { Context, MiddlewareHandler } from 'hono';

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

const sameOrigin: MiddlewareHandler = async (c, next) => {
  if (isSameOrigin(c)) return next();
  const refusal = { status: 'refused', reason: 'forbidden', field: 'Origin', limit: 'this very origin' };
  const fix = 'use the page that this reporting serves, or send no Origin';
  return c.json({ ...refusal, fix, message: `Origin: forbidden; ${fix}` }, 403);
};

/**
 * Whether a browser says that the request comes from a page of this origin. A caller that is no browser says nothing.
 * Source: Fetch Metadata (`Sec-Fetch-Site`), which no page can set; `Origin` for browsers that do not know it.
 */
function isSameOrigin(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  const origin = c.req.header('origin');
  return origin === undefined || URL.parse(origin)?.host === c.req.header('host');
}
