import type { Limits } from '../core/limits.ts';
import type { Documents } from '../core/ports.ts';
import { newSite, SITE_KIND, siteSchema } from '../core/site.ts';
import type { Site } from '../core/site.ts';
import { Refusal } from './refusal.ts';
import { remember } from './remember.ts';

type Found = Site | Refusal;

export interface Sites {
  /**
   * A site: at once if it is known, else from the store, which rejects with Unavailable when it is away.
   *
   * @param make whether the site may come into being now, where sites do so by themselves
   */
  find(id: string, make: boolean): Found | Promise<Found>;
}

export interface SitesOptions {
  documents: Documents;
  /** Whether a site comes into being with its first event. */
  autoSites: boolean;
  limits: Pick<Limits, 'autoSitesMax' | 'siteCacheSeconds' | 'siteCacheMax'>;
  now: () => number;
  /** Told when what is known of a site could not be refreshed. */
  onError: (error: unknown) => void;
}

/** What is known, and until when (ms since 1970) it need not be asked again. */
interface Known<T> {
  value: T;
  until: number;
}

/**
 * The sites as the store has them, at most `siteCacheSeconds` old. A site that is known is answered at once and, if it
 * is older, looked up behind the request's back: an outage of the store stops no site that had events before. That an
 * id is none is kept apart, so that guessing ids does not push sites out, and is asked again when it is older.
 */
export function sites({ documents, autoSites, limits, now, onError }: SitesOptions): Sites {
  const known = new Map<string, Known<Site>>();
  const none = new Map<string, Known<Refusal>>();
  const loading = new Map<string, Promise<Found>>();

  function find(id: string, make: boolean): Found | Promise<Found> {
    const site = known.get(id);
    if (site) {
      if (site.until <= now()) refresh(id, site);
      return site.value;
    }
    const missing = none.get(id);
    const mayMake = make && autoSites;
    if (missing && missing.until > now() && !(mayMake && missing.value.reason === 'unknown_site')) return missing.value;
    const key = `${mayMake}|${id}`;
    const pending = loading.get(key);
    if (pending) return pending;
    const load = lookUp(id, mayMake).finally(() => loading.delete(key));
    loading.set(key, load);
    return load;
  }

  function refresh(id: string, site: Known<Site>): void {
    site.until = soon();
    lookUp(id, false).catch(onError);
  }

  async function lookUp(id: string, mayMake: boolean): Promise<Found> {
    const found = (await documents.get(SITE_KIND, id)) ?? (mayMake ? await come(id) : unknown());
    if (found instanceof Refusal) {
      known.delete(id);
      remember(none, id, { value: found, until: soon() }, limits.siteCacheMax);
      return found;
    }
    const site = siteSchema.parse(found);
    none.delete(id);
    remember(known, id, { value: site, until: soon() }, limits.siteCacheMax);
    return site;
  }

  /** Nobody will see the key, so there is none. */
  async function come(id: string): Promise<unknown> {
    const { key_sha256: _unseen, ...site } = newSite(id, {}, now()).site;
    return (
      (await documents.create(SITE_KIND, id, site, { countMax: limits.autoSitesMax })) ?? full(limits.autoSitesMax)
    );
  }

  function soon(): number {
    return now() + limits.siteCacheSeconds * 1000;
  }

  return { find };
}

function unknown(): Refusal {
  const fix = 'add the site (footfall site add), or send the id of one that exists';
  return new Refusal('unknown_site', 'site', 'a site that exists', fix, 'there is no such site');
}

function full(max: number): Refusal {
  const fix = 'add the site (footfall site add), or send the id of one that exists';
  return new Refusal('sites_full', 'site', max, fix, `${max} sites exist; no further one comes into being by itself`);
}
