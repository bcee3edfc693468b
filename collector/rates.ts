import { randomBytes } from 'node:crypto';
import type { Limits } from '../core/limits.ts';
import { networkOf } from './address.ts';
import type { Traits } from './identify.ts';
import { Refusal } from './refusal.ts';

const MINUTE_MS = 60_000;
const FNV_PRIME = 0x01000193;

export interface RateLimits {
  /**
   * Counts events of this minute, or says why there are too many.
   *
   * @param site id of a site that exists
   * @param visitor without it only the site's limit counts
   */
  take(site: string, count: number, visitor?: Traits): Refusal | undefined;
}

type Options = Pick<Limits, 'visitorEventsPerMinuteMax' | 'siteEventsPerMinuteMax' | 'rateSlots'>;

/**
 * Events a minute, by visitor and by site. Visitors share a fixed number of counters, two each, of which the smaller
 * one counts (a count-min sketch): memory stays the same whatever anyone sends, nobody's address is kept, and a visitor
 * is only ever taken for another if both counters are another's. Which ones they are depends on a random seed.
 * Source: Cormode and Muthukrishnan, "An improved data stream summary: the count-min sketch", 2005.
 */
export function rateLimits(limits: Options, now: () => number): RateLimits {
  const { visitorEventsPerMinuteMax, siteEventsPerMinuteMax, rateSlots } = limits;
  const seed = randomBytes(4).readUInt32LE();
  const rows = [new Uint32Array(rateSlots), new Uint32Array(rateSlots)] as const;
  const sites = new Map<string, number>();
  let minute = 0;

  function takeVisitor(site: string, { address, agent }: Traits, count: number): number {
    const hash = mix(hashOf(agent, hashOf(networkOf(address), hashOf(site, seed))));
    const first = hash % rateSlots;
    const second = mix(hash ^ 0x5bd1e995) % rateSlots;
    const a = (rows[0][first] = (rows[0][first] ?? 0) + count);
    const b = (rows[1][second] = (rows[1][second] ?? 0) + count);
    return Math.min(a, b);
  }

  return {
    take(site, count, visitor) {
      const current = Math.floor(now() / MINUTE_MS);
      if (current !== minute) {
        minute = current;
        sites.clear();
        for (const row of rows) row.fill(0);
      }
      if (visitor !== undefined && takeVisitor(site, visitor, count) > visitorEventsPerMinuteMax) {
        return tooMany('visitor', visitorEventsPerMinuteMax);
      }
      const taken = (sites.get(site) ?? 0) + count;
      if (taken > siteEventsPerMinuteMax) return tooMany('site', siteEventsPerMinuteMax);
      sites.set(site, taken);
      return undefined;
    },
  };
}

function tooMany(field: string, max: number): Refusal {
  const fix = 'wait for as long as Retry-After says, then send again';
  return new Refusal('rate_limited', field, max, fix, `more than ${max} events a minute from one ${field}`);
}

/** FNV-1a over UTF-16 units. */
function hashOf(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return hash;
}

/** MurmurHash3's finalizer: every bit of the hash moves every bit of the slot. */
function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
