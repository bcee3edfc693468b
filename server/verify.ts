import { isDeepStrictEqual } from 'node:util';
import { isoOfDay } from '../core/day.ts';
import { limits as defaults } from '../core/limits.ts';
import type { Limits } from '../core/limits.ts';
import type { Store, StoredEvent, StoredVisitorDay } from '../core/ports.ts';
import { closedOf } from '../core/retention.ts';
import { SITE_KIND, siteSchema } from '../core/site.ts';
import { dayKey, visitsOf } from '../core/visits.ts';
import { PAGEVIEW } from '../sdk/src/wire.ts';

export interface VerifyOptions {
  partitions: number;
  /** Only this site. Default: all. */
  site?: string | undefined;
  /** Only this day, in days since 1970-01-01. Default: all. */
  day?: number | undefined;
  /** Those with which the store was filled. */
  limits?: Partial<Pick<Limits, 'visitorDayEventsMax' | 'statsPathsMax'>>;
}

export interface Verified {
  siteDays: number;
  events: number;
  /** Site days that have no raw events any more, by the site's own choice. */
  forgotten: number;
  /** One line a difference; empty: all is well. */
  differences: string[];
}

interface SiteDay {
  site: string;
  day: number;
  events: StoredEvent[];
  visits: Map<string, StoredVisitorDay>;
}

const ROWS_MAX = 5000;
const TRIES_MAX = 10;

/**
 * Recounts site days from the raw events, and compares with the visits and the stats that the store keeps. It may run
 * beside a server: a partition that changes meanwhile is read on until it holds still. It keeps a partition's events in
 * memory; `site` and `day` bound that.
 *
 * @example
 * const { differences } = await verify(store, { partitions: 8, site: 'example.com' });
 */
export async function verify(store: Store, options: VerifyOptions): Promise<Verified> {
  const verified: Verified = { siteDays: 0, events: 0, forgotten: 0, differences: [] };
  for (let partition = 0; partition < options.partitions; partition++) {
    await verifyPartition(store, partition, options, verified);
  }
  return verified;
}

async function verifyPartition(store: Store, partition: number, options: VerifyOptions, into: Verified): Promise<void> {
  const days = new Map<string, SiteDay>();
  let version = 0;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    version = await readOn(store, partition, version, options, days);
    const differences: string[] = [];
    const kept = await keptDays(store, days.values());
    for (const day of kept) differences.push(...(await compare(store, day, { ...defaults, ...options.limits })));
    const still = (await store.position(partition)).version === version;
    if (differences.length > 0 && !still) continue;
    into.siteDays += kept.length;
    into.forgotten += days.size - kept.length;
    for (const day of kept) into.events += day.events.length;
    into.differences.push(...differences);
    return;
  }
  into.differences.push(`partition ${partition}: it changed all the time; try again when there is less traffic`);
}

/** Those that have their raw events. */
async function keptDays({ documents }: Store, days: Iterable<SiteDay>): Promise<SiteDay[]> {
  const kept: SiteDay[] = [];
  for (const [id, ofSite] of Map.groupBy(days, ({ site }) => site)) {
    const site = siteSchema.safeParse(await documents.get(SITE_KIND, id)).data;
    const { eventsBefore } = site ? closedOf(site, Date.now()) : { eventsBefore: 0 };
    kept.push(...ofSite.filter(({ day }) => day >= eventsBefore));
  }
  return kept;
}

/** Reads what changed after a version; answers the version reached. */
async function readOn(
  store: Store,
  partition: number,
  after: number,
  options: VerifyOptions,
  days: Map<string, SiteDay>,
): Promise<number> {
  const wanted = (one: { site: string; day: number }): boolean =>
    (options.site === undefined || one.site === options.site) && (options.day === undefined || one.day === options.day);
  for (let version = after; ; ) {
    const changes = await store.changes(partition, version, ROWS_MAX);
    if (changes.erasures.length > 0 && version > 0) throw new Error('a person was erased meanwhile: start again');
    for (const event of changes.events) if (wanted(event)) dayOf(days, event).events.push(event);
    for (const one of changes.visitorDays) if (wanted(one)) dayOf(days, one).visits.set(one.visitor, one);
    if (changes.version === version) return version;
    version = changes.version;
  }
}

function dayOf(days: Map<string, SiteDay>, { site, day }: { site: string; day: number }): SiteDay {
  const key = `${site}|${day}`;
  const known = days.get(key);
  if (known) return known;
  const made: SiteDay = { site, day, events: [], visits: new Map() };
  days.set(key, made);
  return made;
}

async function compare(
  store: Store,
  { site, day, events, visits }: SiteDay,
  limits: Pick<Limits, 'visitorDayEventsMax' | 'statsPathsMax'>,
): Promise<string[]> {
  const differences: string[] = [];
  const report = (what: string, kept: unknown, counted: unknown): void => {
    differences.push(`${site} ${isoOfDay(day)}: ${what}: kept ${String(kept)}, recounted ${String(counted)}`);
  };
  const recounted = visitsOf(
    events.map((event) => ({ event, context: event.context })),
    {
      eventsMax: limits.visitorDayEventsMax,
    },
  );
  if (recounted.size !== visits.size) report('visitors', visits.size, recounted.size);
  for (const [visitor, { state }] of visits) {
    const again = recounted.get(dayKey(day, visitor));
    if (!isDeepStrictEqual(plain(again), plain(state))) {
      report(`visits of ${visitor}`, JSON.stringify(state), JSON.stringify(again));
    }
  }
  const views = new Map<string, number>();
  for (const { name, path } of events) if (name === PAGEVIEW) views.set(path, (views.get(path) ?? 0) + 1);
  const total = [...views.values()].reduce((sum, count) => sum + count, 0);
  const stats = await store.stats(site, day, limits.statsPathsMax + 1);
  if (stats.total_views !== total) report('total_views', stats.total_views, total);
  for (const { path, views: kept } of stats.paths) {
    const counted = views.get(path);
    // Past the limit of distinct paths the rest is under one name that no page has.
    if (counted !== undefined && counted !== kept) report(`views of ${path}`, kept, counted);
  }
  const users = [...recounted.values()].filter((one) => one.visits.length > 0).length;
  if (stats.unique_users !== users) report('unique_users', stats.unique_users, users);
  return differences;
}

/** Without the keys whose value is undefined. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
