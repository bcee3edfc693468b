import { PARTITIONS_DEFAULT } from '../../core/limits.ts';
import type { Store, StoredEvent } from '../../core/ports.ts';
import type { Visit } from '../../core/visits.ts';
import { verify } from '../../server/verify.ts';
import { until } from '../support/until.ts';

/** What was counted of a site. */
export interface Counted {
  /** Page views and custom events, such as `pageview /pricing`, by time. */
  happened: string[];
  engagements: StoredEvent[];
  events: StoredEvent[];
  visits: Visit[];
  /** What a recount finds different; empty: all is well. */
  differences: string[];
}

/** What a store holds of a site. */
export async function countedIn(store: Store, site: string): Promise<Counted> {
  const events: StoredEvent[] = [];
  const visits: Visit[] = [];
  for (let partition = 0; partition < PARTITIONS_DEFAULT; partition++) {
    const changes = await store.changes(partition, 0, 10_000);
    events.push(...changes.events.filter((event) => event.site === site));
    visits.push(...changes.visitorDays.filter((day) => day.site === site).flatMap(({ state }) => state.visits));
  }
  events.sort((a, b) => a.time - b.time);
  const { differences } = await verify(store, { partitions: PARTITIONS_DEFAULT });
  return {
    happened: events.filter(({ name }) => name !== 'engagement').map(({ name, path }) => `${name} ${path}`),
    engagements: events.filter(({ name }) => name === 'engagement'),
    events,
    visits,
    differences,
  };
}

interface Stats {
  total_views: number;
  unique_users: number;
}

/** Asks for today's numbers until there are so many page views; answers how many ms that took. */
export async function msUntilViews(address: string, count: number): Promise<number> {
  const since = performance.now();
  await until(`${count} page views in the numbers`, async () => (await statsAt(address)).total_views >= count);
  return performance.now() - since;
}

/** Today's numbers at the address of a report, which may take the day as `date`. */
export async function statsAt(address: string): Promise<Stats> {
  const url = new URL(address);
  url.searchParams.set('date', new Date().toISOString().slice(0, 10));
  return (await (await fetch(url)).json()) as Stats;
}
