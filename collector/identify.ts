import type { Site } from '../core/site.ts';
import { visitorOfHash } from '../core/visitor.ts';
import { lifeOf } from '../core/visitor-life.ts';
import { networkOf } from './address.ts';
import { hmacKey, hmacOf } from './hmac.ts';
import type { HmacKey } from './hmac.ts';
import { holdsEmail } from './mask.ts';
import { DEAD } from './salts.ts';
import type { Salt, Salts } from './salts.ts';

/** What a visitor is recognised by within a day, a week or a month. It exists until `visitorKey` has made a key of it, and nowhere else. */
export interface Traits {
  /** IP address, in the form that compares. */
  address: string;
  /** The user agent, cut. */
  agent: string;
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/**
 * A visitor's key: the first 64 bits of HMAC-SHA-256(salt of the site's day, week or month, site | IP | user agent), where
 * IPv6 counts by its network. Once the salt is gone, nobody can compute it again.
 */
export function visitorKey(salt: HmacKey, site: Site, { address, agent }: Traits): string {
  return visitorOfHash(hmacOf(salt, `${site.id}|${networkOf(address)}|${agent}`), lifeOf(site));
}

/** A visitor's keys by day; none for a day whose salt has died. */
export type Visitors = Map<number, string>;

/**
 * A visitor's keys on some days: at once where the days' salts are in memory, as they nearly always are.
 *
 * @throws Unavailable (rejects) where a salt is not in memory and the store is away
 */
export function visitorsOf(salts: Salts, site: Site, traits: Traits, days: Set<number>): Visitors | Promise<Visitors> {
  const visitors: Visitors = new Map();
  const missing: Promise<void>[] = [];
  const add = (day: number, salt: Salt) => {
    if (salt !== DEAD) visitors.set(day, visitorKey(salt, site, traits));
  };
  for (const day of days) {
    const salt = salts.of(site, day);
    if (salt instanceof Promise) missing.push(salt.then((loaded) => add(day, loaded)));
    else add(day, salt);
  }
  return missing.length === 0 ? visitors : Promise.all(missing).then(() => visitors);
}

/**
 * A `user_id` as it is stored: itself, or, where it has the shape of an e-mail address or holds one, a keyed hash that is the same
 * for the same address and site, whatever its case. The key is the site's `pepper`.
 *
 * @example
 * plainUserId(site, 'Ada@Example.com'); // 'email:1fJ0…' of 22 characters
 */
export function plainUserId(site: Site, userId: string): string {
  if (!userId.includes('@') && !userId.includes('%40')) return userId;
  const address = userId.trim().toLowerCase();
  if (!EMAIL.test(address) && !holdsEmail(address)) return userId;
  return `email:${hmacOf(pepperOf(site), address).toString('base64url', 0, 16)}`;
}

const peppers = new WeakMap<Site, HmacKey>();

function pepperOf(site: Site): HmacKey {
  let pepper = peppers.get(site);
  if (!pepper) {
    pepper = hmacKey(Buffer.from(site.pepper));
    peppers.set(site, pepper);
  }
  return pepper;
}
