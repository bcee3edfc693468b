import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { endOfDay } from '../core/day.ts';
import type { Limits } from '../core/limits.ts';
import type { Documents } from '../core/ports.ts';
import type { Site } from '../core/site.ts';
import { destroyKey, hmacKey } from './hmac.ts';
import type { HmacKey } from './hmac.ts';
import { remember } from './remember.ts';
import { fileAt } from './time.ts';

/** The kind under which the store's documents keep salts, by `site|day`. */
const SALT_KIND = 'salt';
const SALT_BYTES = 32;
const HOUR_MS = 60 * 60 * 1000;

/** The salt of a day that has died: what was told apart by it can never be told apart again. */
export const DEAD = 'dead';

export type Salt = HmacKey | typeof DEAD;

export interface Salts {
  /** A site day's salt: at once if it is known, else from the store, which rejects with Unavailable when it is away. */
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

/**
 * The salts: 32 random bytes a site and day, made by whichever collector needs one first, shared by all through the
 * store, gone from the store and from memory `saltHours` after their day has ended.
 */
export function salts({ documents, limits, now, onError }: SaltsOptions): Salts {
  const known = new Map<string, Known>();
  const loading = new Map<string, Promise<Salt>>();

  function of(site: Site, day: number): Salt | Promise<Salt> {
    const id = `${site.id}|${day}`;
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
    return endOfDay(site.zone, day) + limits.saltHours * HOUR_MS;
  }

  async function loadSalt(id: string, about: Omit<Known, 'salt'>): Promise<Salt> {
    const salt = await makeSalt(documents, SALT_KIND, id, about.dies);
    if (about.dies <= now()) return DEAD;
    remember(known, id, { ...about, salt }, limits.saltCacheMax);
    if (isToday(about)) makeAhead(about);
    return salt;
  }

  function isToday({ site, day }: Omit<Known, 'salt'>): boolean {
    return fileAt(site.zone, now()).day === day;
  }

  /** Today's is in use, so tomorrow's will be: made now, it is there even if the store is away at midnight. */
  function makeAhead({ site, day }: Omit<Known, 'salt'>): void {
    const ahead = of(site, day + 1);
    if (ahead instanceof Promise) ahead.catch(onError);
  }

  async function keep(): Promise<void> {
    for (const [id, one] of known) if (one.dies <= now()) forget(id, one);
    for (const one of known.values()) {
      if (!isToday(one)) continue;
      try {
        await of(one.site, one.day + 1);
      } catch (error) {
        // The store is away; the next look tries again.
        onError(error);
        return;
      }
    }
  }

  return { of, isDead: (site, day) => diesAt(site, day) <= now(), keep };
}
