import type { Context } from 'hono';
import { isSiteId, SITE_KIND, siteSchema } from '../core/site.ts';
import type { Site } from '../core/site.ts';
import type { Parts } from './parts.ts';
import { refuse } from './refuse.ts';

/** A site by its id, or the refusal that says that there is none. */
export async function knownSite(c: Context, { store }: Pick<Parts, 'store'>, id: string): Promise<Site | Response> {
  const found = isSiteId(id) ? await store.documents.get(SITE_KIND, id) : undefined;
  if (found !== undefined) return siteSchema.parse(found);
  return refuse(c, 'unknown_site', {
    field: 'site_id',
    limit: 'a site that exists',
    fix: 'check the id, or make the site with `footfall site add`',
  });
}
