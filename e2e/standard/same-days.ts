import { LOG_ENTRY_VERSION } from '../../core/event.ts';
import type { Acquisition, Context, Event, LogEntry } from '../../core/event.ts';
import { newId } from '../../core/id.ts';
import { PARTITIONS_DEFAULT } from '../../core/limits.ts';
import { partitionOf } from '../../core/partition.ts';
import type { QueueEntry } from '../../core/ports.ts';
import { randomOf, sampleId } from '../../core/sample.contract.ts';
import type { Random } from '../../core/sample.contract.ts';
import { newSite } from '../../core/site.ts';
import type { Site } from '../../core/site.ts';
import { PAGEVIEW } from '../../sdk/src/wire.ts';
import { randomSites } from '../reporting/random-sites.ts';
import type { Sent } from '../reporting/world.ts';

/** Days of some sites: what happened, and how two deployments may come to hear of it. */

export interface SiteDays {
  /** The site's document. */
  site: Site;
  /** ms since 1970. */
  from: number;
  to: number;
  /** In no order of time. */
  sent: Sent[];
}

/** Texts that a store may change. None is a pattern that RE2 refuses. */
const odd = ['a.b', '$set', '__proto__', '👣 ü', ' ', '\0', '9', 'null', 'two\nlines', `${'x'.repeat(1998)}/`];
const CREATED = Date.UTC(2026, 0, 1);
const REFUSED_FIRST_ID = 1_000_000;

/** The same for the same seeds: eight sites each, of some days at which clocks change. */
export function daysOf(seeds: number[]): SiteDays[] {
  return seeds.flatMap((seed) => {
    const random = randomOf(seed);
    return randomSites(seed).map(({ id, zone, from, to, groups }): SiteDays => {
      const { site } = newSite(`${seed}.${id}`, { zone }, CREATED);
      return { site, from, to, sent: groups.flat().map((one) => varied(random, one)) };
    });
  });
}

/** With a value here and there for every dimension. */
function varied(random: Random, { event, context }: Sent): Sent {
  const here = <T extends object>(more: T): Partial<T> => (random.chance(0.15) ? more : {});
  const acquisition: Acquisition = {
    ...event.acquisition,
    ...here({ referrer: `https://a.example/${random.below(3)}` }),
    ...here({ utm_source: random.pick(odd), utm_medium: 'mail' }),
    ...here({ utm_campaign: random.pick(odd) }),
    ...here({ utm_content: random.pick(odd), utm_term: random.pick(odd) }),
    ...here({ source: random.pick(odd), channel: random.pick(['social', 'search']) }),
  };
  const more: Partial<Event> = { ...here({ title: random.pick(odd) }), ...here({ path: `/${random.pick(odd)}` }) };
  if (event.name === PAGEVIEW && Object.keys(acquisition).length > 0) more.acquisition = acquisition;
  const about: Context = {
    ...context,
    ...here({ os: random.pick(odd), os_version: '9' }),
    ...here({ language: random.pick(odd), device: 'tablet' }),
    ...here({ browser_version: random.pick(odd) }),
  };
  return { event: { ...event, ...more }, context: about };
}

/**
 * The sites' events as one deployment hears of them, in batches that are appended one after the other: in an order and
 * a grouping by chance, some again in another batch, some batches twice.
 *
 * @param part which of a site's events
 */
export function arrivalsOf(
  days: SiteDays[],
  random: Random,
  part: (days: SiteDays) => Sent[] = ({ sent }) => sent,
): QueueEntry[][] {
  const entries = days.flatMap((one, n) => {
    const mine = part(one);
    const all = random.shuffle([...mine, ...mine.filter(() => random.chance(0.2))]);
    const batches: LogEntry[] = [refusals(one, n)];
    while (all.length > 0) batches.push(entryOf(random, one.site.id, all.splice(0, 1 + random.below(30))));
    return batches;
  });
  const bodies = entries.map((entry) => ({
    partition: partitionOf(entry.site, PARTITIONS_DEFAULT),
    body: JSON.stringify(entry),
  }));
  const left = random.shuffle([...bodies, ...bodies.filter(() => random.chance(0.1))]);
  const appends: QueueEntry[][] = [];
  while (left.length > 0) appends.push(left.splice(0, 1 + random.below(25)));
  return appends;
}

/** The browser is told once for all events, and by those that have another one. */
function entryOf(random: Random, site: string, sent: Sent[]): LogEntry {
  const { context } = random.pick(sent);
  const events = sent.map(
    (one): Event => (one.context === context ? one.event : { ...one.event, context: one.context }),
  );
  return { v: LOG_ENTRY_VERSION, id: newId(), site, received: Date.now(), context, events };
}

/** Counted once, however often it comes: by the entry's id. */
function refusals({ site, from }: SiteDays, n: number): LogEntry {
  const day = Math.floor(from / 86_400_000);
  const refused = [
    { day, reason: 'bot', count: 1 + n },
    { day: day + 1, reason: 'too_old', count: 1 },
  ];
  const id = sampleId(REFUSED_FIRST_ID + n);
  return { v: LOG_ENTRY_VERSION, id, site: site.id, received: Date.now(), context: {}, events: [], refused };
}
