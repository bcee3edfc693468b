import { limits as defaults } from '../core/limits.ts';
import type { Limits } from '../core/limits.ts';
import { partitionOf } from '../core/partition.ts';
import type { Queue, QueueEntry, Store } from '../core/ports.ts';
import { newSite, SITE_KIND, siteSchema } from '../core/site.ts';
import { ENGAGEMENT } from '../sdk/src/wire.ts';
import { SAMPLE_SITE, sampleEntries } from './sample-data.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Entries of one append. */
const ENTRIES_MAX = 500;

export interface SampleParts {
  queue: Pick<Queue, 'append' | 'partitions'>;
  store: Pick<Store, 'documents'>;
  limits?: Partial<Pick<Limits, 'idsDays' | 'tombstoneDays'>> | undefined;
  /** The clock, in ms since 1970. */
  now?: () => number;
}

/**
 * Puts the sample data into the queue, under a site of its own. Called again it puts in the same events, which are known
 * by then; once their ids may be forgotten it puts in nothing.
 *
 * @returns how many page views and custom events went into the queue
 * @throws QueueFull, Unavailable as the queue does; call it again then
 */
export async function addSample({ queue, store, limits, now = Date.now }: SampleParts): Promise<number> {
  const { key_sha256: _unseen, ...wanted } = newSite(SAMPLE_SITE, {}, now()).site;
  const { created } = siteSchema.parse(await store.documents.create(SITE_KIND, SAMPLE_SITE, wanted));
  // The ids are known for that long at least; a day is left for what still waits in the queue.
  if (now() - created > ((limits?.idsDays ?? defaults.idsDays) - 1) * DAY_MS) return 0;
  const partition = partitionOf(SAMPLE_SITE, queue.partitions);
  let entries: QueueEntry[] = [];
  let events = 0;
  for (const entry of sampleEntries(created)) {
    entries.push({ partition, body: JSON.stringify(entry) });
    events += entry.events.filter(({ name }) => name !== ENGAGEMENT).length;
    if (entries.length < ENTRIES_MAX) continue;
    await queue.append(entries);
    entries = [];
  }
  if (entries.length > 0) await queue.append(entries);
  return events;
}

/**
 * Removes the sample data: what is counted, what waits in the queue, and its site.
 *
 * @returns how many events were stored, engagement among them
 */
export async function removeSample(
  parts: Omit<SampleParts, 'queue' | 'store'> & { store: Pick<Store, 'documents' | 'erase'>; partitions: number },
): Promise<number> {
  const { store, partitions, limits, now = Date.now } = parts;
  const until = now() + (limits?.tombstoneDays ?? defaults.tombstoneDays) * DAY_MS;
  const events = await store.erase(partitionOf(SAMPLE_SITE, partitions), { site: SAMPLE_SITE }, until);
  // Last, so that what a crash leaves behind can still be seen, and removed again.
  await store.documents.delete(SITE_KIND, SAMPLE_SITE);
  return events;
}
