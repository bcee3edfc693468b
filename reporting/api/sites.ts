import type { Context } from 'hono';
import { SITE_KIND, siteSchema } from '../../core/site.ts';
import { plainSite } from '../administration.ts';
import type { Parts } from '../parts.ts';

/** `GET /api/v1/sites`: the sites that can be asked for here, by id, without what is secret of them. */
export function sites({ store, replica }: Pick<Parts, 'store' | 'replica'>): (c: Context) => Promise<Response> {
  return async (c) => {
    const found = (await store.documents.list(SITE_KIND)).map(({ value }) => siteSchema.parse(value));
    const plain = found.filter(({ id }) => replica.placeOf(id).isFollowed).map(plainSite);
    return c.json({ sites: plain.toSorted((a, b) => (a.id < b.id ? -1 : 1)) });
  };
}
