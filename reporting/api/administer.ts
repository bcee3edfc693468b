import { Hono } from 'hono';
import type { Context } from 'hono';
import { z } from 'zod';
import type { Limits } from '../../core/limits.ts';
import { isSiteId } from '../../core/site.ts';
import { wireLimits } from '../../sdk/src/wire.ts';
import { plainSite } from '../administration.ts';
import type { Administration } from '../administration.ts';
import { refuse } from '../refuse.ts';
import { sameOrigin } from '../same-origin.ts';
import { readJson } from './read-json.ts';

const object = z.record(z.string(), z.unknown());
export const eraseSchema = z.object({
  site_id: z.string().meta({ description: "The site's id." }),
  user_id: z
    .string()
    .min(1)
    .max(wireLimits.userIdCharsMax)
    .meta({ description: 'As it was passed; an e-mail address, too.' }),
});

/**
 * `POST /sites`, `PATCH /sites/:id`, `POST /sites/:id/key`, `POST /erase`: what may be changed. Only for callers that may read, and for
 * pages of this very origin.
 *
 * @example
 * app.route('/api/v1', administer(administration, limits));
 */
export function administer(administration: Administration, limits: Pick<Limits, 'questionBodyBytesMax'>): Hono {
  const app = new Hono();

  app.post('/sites', sameOrigin, (c) =>
    withBody(c, object, async ({ id, ...settings }) => {
      if (typeof id !== 'string' || !isSiteId(id)) return wrongId(c);
      const made = await administration.add(id, settings);
      if (!made)
        return refuse(c, 'exists', { field: 'id', limit: 'an id that no site has', fix: 'change the site by PATCH' });
      return c.json({ site: plainSite(made.site), key: made.key }, 201);
    }),
  );
  app.patch('/sites/:id', sameOrigin, (c) =>
    withBody(c, object, async (settings) => {
      const site = await administration.change(c.req.param('id'), settings);
      return site ? c.json({ site: plainSite(site) }) : unknown(c, 'id');
    }),
  );
  app.post('/sites/:id/key', sameOrigin, async (c) => {
    const key = await administration.replaceKey(c.req.param('id'));
    return key === undefined ? unknown(c, 'id') : c.json({ key });
  });
  app.post('/erase', sameOrigin, (c) =>
    withBody(c, eraseSchema, async ({ site_id, user_id }) => {
      const events = await administration.erase(site_id, user_id);
      return events === undefined ? unknown(c, 'site_id') : c.json({ events });
    }),
  );
  return app;

  /** The answer to a body of that shape; a setting that cannot be one is the caller's to mend. */
  async function withBody<T>(
    c: Context,
    schema: z.ZodType<T>,
    work: (body: T) => Promise<Response>,
  ): Promise<Response> {
    const read = await readJson(c, limits.questionBodyBytesMax);
    if (read instanceof Response) return read;
    const parsed = schema.safeParse(read.json);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const field = issue?.path.join('.') || 'body';
      return refuse(c, 'invalid', { field, limit: issue?.message ?? 'an object', fix: 'see /api/v1/reference' });
    }
    try {
      return await work(parsed.data);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const [, field = 'body', limit = ''] = /^(\w+): (.*)$/s.exec(error.message) ?? [];
      return refuse(c, 'invalid', { field, limit, fix: 'see docs/settings.md, "What a site\'s owner chooses"' });
    }
  }
}

function wrongId(c: Context): Response {
  const limit = `1 to ${wireLimits.siteCharsMax} of A-Z a-z 0-9 . _ : -`;
  return refuse(c, 'invalid', { field: 'id', limit, fix: 'send an id such as example.com' });
}

function unknown(c: Context, field: string): Response {
  return refuse(c, 'unknown_site', { field, limit: 'a site that exists', fix: 'see GET /api/v1/sites' });
}
