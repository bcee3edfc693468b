import { plainUserId } from '../collector/identify.ts';
import { limits as defaults } from '../core/limits.ts';
import type { Limits } from '../core/limits.ts';
import { partitionOf } from '../core/partition.ts';
import type { Store } from '../core/ports.ts';
import { SITE_KIND, siteSchema } from '../core/site.ts';
import type { Administration } from '../reporting/administration.ts';
import { addSite, changeSite, replaceKey } from './sites.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface AdministrationOptions {
  store: Pick<Store, 'documents' | 'erase'>;
  partitions: number;
  limits?: Partial<Limits> | undefined;
}

/**
 * What the API and the command line change.
 *
 * @example
 * const app = reporting({ store, replica, administration: administration({ store, partitions }) });
 */
export function administration({ store, partitions, limits }: AdministrationOptions): Administration {
  const { documents } = store;
  return {
    async add(id, settings) {
      const key = await addSite(documents, id, settings);
      return key === undefined ? undefined : { site: siteSchema.parse(await documents.get(SITE_KIND, id)), key };
    },
    change: (id, settings) => changeSite(documents, id, settings),
    replaceKey: (id) => replaceKey(documents, id),
    async erase(site, userId) {
      const known = await documents.get(SITE_KIND, site);
      if (known === undefined) return undefined;
      const until = Date.now() + (limits?.tombstoneDays ?? defaults.tombstoneDays) * DAY_MS;
      // As the collector stores it: e-mail addresses as a keyed hash.
      const erasure = { site, user_id: plainUserId(siteSchema.parse(known), userId) };
      return store.erase(partitionOf(site, partitions), erasure, until);
    },
  };
}
