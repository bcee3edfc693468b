import { z } from 'zod';
import { partitionOf } from '../core/partition.ts';
import type { Store } from '../core/ports.ts';
import { allOld, RETENTION_KIND } from '../core/retention.ts';

/** Up to where a site's old days have been deleted. */
const doneSchema = z.object({ site: z.string(), eventsBefore: z.number(), visitsBefore: z.number() });

/**
 * Deletes what sites do not keep any longer, once a site and day: of several workers the first does it, for the store says
 * that it is done. Two at once do no harm, and what was cut is begun again by whoever comes next.
 *
 * @example
 * worker({ queue, store, alsoSweep: retention(store, queue.partitions) });
 */
export function retention({ documents, forget }: Pick<Store, 'documents' | 'forget'>, partitions: number) {
  return async (now: number, signal: AbortSignal): Promise<void> => {
    for (const old of await allOld(documents, now)) {
      const { site, eventsBefore, visitsBefore } = old;
      const known = doneSchema.safeParse(await documents.get(RETENTION_KIND, site));
      if (known.data && known.data.eventsBefore >= eventsBefore && known.data.visitsBefore >= visitsBefore) continue;
      await forget(partitionOf(site, partitions), old, signal);
      if (signal.aborted) return;
      await documents.put(RETENTION_KIND, site, { site, eventsBefore, visitsBefore });
    }
  };
}
