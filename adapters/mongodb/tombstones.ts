import type { ClientSession } from 'mongodb';
import type { Event, LogEntry } from '../../core/event.ts';
import type { Collections, ErasureRow } from './collections.ts';

/**
 * Whether an erasure names an event: it happened before the person's erasure, or was received before the site's. What
 * comes later counts again.
 */
export type Names = (entry: Pick<LogEntry, 'site' | 'received'>, event: Event) => boolean;

/** Reads what a partition's erasures keep out. */
export async function tombstones({ erasures }: Collections, partition: number, session: ClientSession): Promise<Names> {
  const until = new Map<string, number>();
  for await (const row of erasures.find({ partition }, { session })) {
    for (const key of keysOf(row)) until.set(key, Math.max(until.get(key) ?? 0, row.at.getTime()));
  }
  if (until.size === 0) return () => false;
  return ({ site, received }, { visitor, user_id, time }) => {
    if (received <= (until.get(siteKey(site)) ?? 0)) return true;
    const byVisitor = visitor === undefined ? undefined : until.get(visitorKey(site, visitor));
    const byUser = user_id === undefined ? undefined : until.get(userKey(site, user_id));
    return time <= Math.max(byVisitor ?? 0, byUser ?? 0);
  };
}

function keysOf({ site_id, user_id, visitor }: ErasureRow): string[] {
  if (user_id === undefined || visitor === undefined) return [siteKey(site_id)];
  return [visitorKey(site_id, visitor), userKey(site_id, user_id)];
}

const siteKey = (site: string): string => JSON.stringify([site]);
const visitorKey = (site: string, visitor: string): string => JSON.stringify([site, 'visitor', visitor]);
const userKey = (site: string, userId: string): string => JSON.stringify([site, 'user', userId]);
