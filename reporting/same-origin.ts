import type { Context, MiddlewareHandler } from 'hono';

/** Lets pass what comes from this very origin, or from no page at all: another website must change nothing, whose browser may reach us. */
export const sameOrigin: MiddlewareHandler = async (c, next) => {
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
