import type { Context } from 'hono';
import { SITE_KIND, siteSchema } from '../../core/site.ts';
import type { Parts } from '../parts.ts';

/** `GET /api/v1/sites`: the sites, by id, without what is secret of them. */
export function sites({ store }: Pick<Parts, 'store'>): (c: Context) => Promise<Response> {
  return async (c) => {
    const found = (await store.documents.list(SITE_KIND)).map(({ value }) => siteSchema.parse(value));
    const plain = found.map(({ id, zone, created, hostnames }) => ({
      id,
      zone,
      created,
      ...(hostnames ? { hostnames } : {}),
    }));
    return c.json({ sites: plain.toSorted((a, b) => (a.id < b.id ? -1 : 1)) });
  };
}
