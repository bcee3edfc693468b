import { isKeyOf } from '../core/site.ts';
import type { Site } from '../core/site.ts';

/**
 * A function that says whether a request carries a site's key, as `Authorization: Bearer <key>`. It hashes the key
 * once a site, and only if it is asked.
 */
export function keyholder(authorization: string | null): (site: Site) => boolean {
  const key = /^Bearer +([\x21-\x7e]{1,200})$/i.exec(authorization ?? '')?.[1];
  const known = new Map<string, boolean>();
  return (site) => {
    if (key === undefined) return false;
    let holds = known.get(site.id);
    if (holds === undefined) {
      holds = isKeyOf(site, key);
      known.set(site.id, holds);
    }
    return holds;
  };
}
