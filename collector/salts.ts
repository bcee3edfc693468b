import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { endOfDay } from '../core/day.ts';
import type { Limits } from '../core/limits.ts';
import type { Documents } from '../core/ports.ts';
import type { Site } from '../core/site.ts';
import { lifeOf, periodOf } from '../core/visitor-life.ts';
import { destroyKey, hmacKey } from './hmac.ts';
import type { HmacKey } from './hmac.ts';
import { remember } from './remember.ts';
import { fileAt } from './time.ts';

/** The kind under which the store's documents keep salts, by `periodId`. */
const SALT_KIND = 'salt';
const SALT_BYTES = 32;
const HOUR_MS = 60 * 60 * 1000;

/** The salt of a day, week or month that has died: what was told apart by it can never be told apart again. */
export const DEAD = 'dead';

export type Salt = HmacKey | typeof DEAD;

export interface Salts {
  /**
   * The salt of a site's day, or of the week or month it is in: at once if it is known, else from the store, which rejects
   * with Unavailable when it is away.
   */
  of(site: Site, day: number): Salt | Promise<Salt>;
  isDead(site: Site, day: number): boolean;
  /** Forgets what has died, and has tomorrow's made where today's is in use. */
  keep(): Promise<void>;
}

export interface SaltsOptions {
  documents: Documents;
  limits: Pick<Limits, 'saltHours' | 'saltCacheMax'>;
  now: () => number;
  /** Told of a salt that could not be made ahead. */
  onError: (error: unknown) => void;
}

interface Known {
  site: Site;
  /** For which it was asked: one of those that it is for. */
  day: number;
  salt: HmacKey;
  /** ms since 1970. */
  dies: number;
}

const documentSchema = z.object({ salt: z.base64url().length(Math.ceil((SALT_BYTES * 4) / 3)) });

/**
 * The salt of that kind and id: the one that is there, or a new one.
 *
 * @param expires ms since 1970, when a new one dies
 */
export async function makeSalt(
  documents: Pick<Documents, 'create'>,
  kind: string,
  id: string,
  expires: number,
): Promise<HmacKey> {
  const fresh = { salt: randomBytes(SALT_BYTES).toString('base64url') };
  const stored = await documents.create(kind, id, fresh, { expires });
  return hmacKey(Buffer.from(documentSchema.parse(stored).salt, 'base64url'));
}

/** The day, week or month of a site that a day is in: `site|day`, or, of those, `site|week|first day`. */
export function periodId(site: Site, day: number): string {
  const life = lifeOf(site);
  return life === 'day' ? `${site.id}|${day}` : `${site.id}|${life}|${periodOf(life, day).first}`;
}

/**
 * The salts: 32 random bytes a site and day (week or month, where a site's visitors live as long), made by whichever
 * collector needs one first, shared by all through the store, gone from the store and from memory `saltHours` after their
 * last day has ended.
 */
export function salts({ documents, limits, now, onError }: SaltsOptions): Salts {
  const known = new Map<string, Known>();
  const loading = new Map<string, Promise<Salt>>();

  function of(site: Site, day: number): Salt | Promise<Salt> {
    const id = periodId(site, day);
    const cached = known.get(id);
    if (cached && cached.dies > now()) return cached.salt;
    if (cached) forget(id, cached);
    const dies = diesAt(site, day);
    if (dies <= now()) return DEAD;
    const pending = loading.get(id);
    if (pending) return pending;
    const load = loadSalt(id, { site, day, dies }).finally(() => loading.delete(id));
    loading.set(id, load);
    return load;
  }

  function forget(id: string, { salt }: Known): void {
    known.delete(id);
    destroyKey(salt);
  }

  function diesAt(site: Site, day: number): number {
    return endOfDay(site.zone, periodOf(lifeOf(site), day).last) + limits.saltHours * HOUR_MS;
  }

  async function loadSalt(id: string, about: Omit<Known, 'salt'>): Promise<Salt> {
    const salt = await makeSalt(documents, SALT_KIND, id, about.dies);
    if (about.dies <= now()) return DEAD;
    remember(known, id, { ...about, salt }, limits.saltCacheMax);
    const ahead = makeAhead(about);
    if (ahead instanceof Promise) ahead.catch(onError);
    return salt;
  }

  /** Today's is in use, so tomorrow's will be: made now, it is there even if the store is away at midnight. */
  function makeAhead({ site, day }: Omit<Known, 'salt'>): Salt | Promise<Salt> | undefined {
    const today = fileAt(site.zone, now()).day;
    return periodId(site, today) === periodId(site, day) ? of(site, today + 1) : undefined;
  }

  async function keep(): Promise<void> {
    for (const [id, one] of known) if (one.dies <= now()) forget(id, one);
    for (const one of known.values()) {
      try {
        await makeAhead(one);
      } catch (error) {
        // The store is away; the next look tries again.
        onError(error);
        return;
      }
    }
  }

  return { of, isDead: (site, day) => diesAt(site, day) <= now(), keep };
}
