import type { QueueEntry, Store, StoredEvent } from '../../core/ports.ts';
import { openQueue, openStore } from '../../server/open.ts';
import type { Places } from '../../server/open.ts';
import { worker } from '../../worker/worker.ts';
import type { WorkerCounts } from '../../worker/worker.ts';
import { eventsOf } from '../support/contents.ts';
import { until } from '../support/until.ts';

/** A queue that is filled, workers, and a store. */
export interface Deployment {
  store: Store;
  /** What went wrong on the way. */
  errors: unknown[];
  /** Appends, and waits until all of it has been worked. Answers what the workers have come to since they began. */
  work(appends: QueueEntry[][]): Promise<Totals>;
  close(): Promise<void>;
}

export type Totals = Pick<WorkerCounts, 'applied' | 'duplicates' | 'conflicts' | 'erased' | 'quarantined'>;

/** Starts one as it would be by the settings of its places. */
export async function startDeployment(places: Places, workers: number): Promise<Deployment> {
  const errors: unknown[] = [];
  const queue = await openQueue(places, { writer: true });
  const store = await openStore(places);
  const running = await Promise.all(
    Array.from({ length: workers }, async () => {
      const [own, into] = [await openQueue(places), await openStore(places)];
      const one = worker({ queue: own, store: into, ...places, onError: (error) => errors.push(error) });
      return {
        counts: one.counts,
        async close() {
          await one.stop();
          await own.close();
          await into.close();
        },
      };
    }),
  );
  const sum = (name: keyof Totals): number => running.reduce((total, { counts }) => total + counts[name], 0);
  const done = (): number => sum('applied') + sum('duplicates') + sum('erased');
  let sent = 0;
  return {
    store,
    errors,
    async work(appends) {
      for (const entries of appends) {
        await queue.append(entries);
        sent += entries.reduce((total, { body }) => total + (JSON.parse(body) as { events: [] }).events.length, 0);
      }
      await until('all to be worked', async () => done() >= sent && (await queue.depth()).entries === 0);
      const names = ['applied', 'duplicates', 'conflicts', 'erased', 'quarantined'] as const;
      return Object.fromEntries(names.map((name) => [name, sum(name)])) as unknown as Totals;
    },
    async close() {
      for (const one of running) await one.close();
      await queue.close();
      await store.close();
    },
  };
}

/** All events of a store, but for when each was received: that is another time for each deployment. */
export async function storedIn(store: Store): Promise<StoredEvent[]> {
  const key = ({ site, id }: { site: string; id: string }): string => `${site} ${id}`;
  const events = (await eventsOf(store)).map((event) => ({ ...event, received: 0 }));
  return events.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
