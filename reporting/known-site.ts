import type { Context } from 'hono';
import { isSiteId, SITE_KIND, siteSchema } from '../core/site.ts';
import type { Site } from '../core/site.ts';
import type { Parts } from './parts.ts';
import { refuse } from './refuse.ts';

/** A site by its id, or the refusal that says that there is none, or that another process answers for it. */
export async function knownSite(
  c: Context,
  { store, replica }: Pick<Parts, 'store' | 'replica'>,
  id: string,
): Promise<Site | Response> {
  const found = isSiteId(id) ? await store.documents.get(SITE_KIND, id) : undefined;
  if (found !== undefined) {
    const { partition, isFollowed } = replica.placeOf(id);
    if (isFollowed) return siteSchema.parse(found);
    return refuse(c, 'elsewhere', {
      field: 'site_id',
      limit: 'a site in a partition of REPORTING_PARTITIONS',
      fix: `ask the reporting that follows partition ${partition}`,
    });
  }
  return refuse(c, 'unknown_site', {
    field: 'site_id',
    limit: 'a site that exists',
    fix: 'check the id, or make the site with `footfall site add`',
  });
}
