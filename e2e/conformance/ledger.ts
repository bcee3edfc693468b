import { sqliteStore } from '../../adapters/sqlite/store.ts';
import { PARTITIONS_DEFAULT } from '../../core/limits.ts';
import type { StoredEvent } from '../../core/ports.ts';

const ROWS_MAX = 5000;
const LOOK_MS = 60;

/** Follows what a running collector's store has. */
export interface Ledger {
  /** What it has of a site, as often as it is there. */
  of(site: string): StoredEvent[];
  /** Looks at once. */
  look(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the store in a folder beside the collector that writes to it. */
export async function openLedger(folder: string): Promise<Ledger> {
  const store = await sqliteStore({ folder, thread: false });
  const seen = new Map<string, StoredEvent[]>();
  const versions = new Map<number, number>();
  let looking: Promise<void> | undefined;

  async function read(): Promise<void> {
    for (let partition = 0; partition < PARTITIONS_DEFAULT; partition++) {
      const after = versions.get(partition) ?? 0;
      const { events, version } = await store.changes(partition, after, ROWS_MAX);
      versions.set(partition, version);
      for (const event of events) seen.set(event.site, [...(seen.get(event.site) ?? []), event]);
    }
  }
  const look = (): Promise<void> => (looking ??= read().finally(() => (looking = undefined)));
  const timer = setInterval(() => void look(), LOOK_MS);
  return {
    of: (site) => seen.get(site) ?? [],
    look,
    async close() {
      clearInterval(timer);
      await looking;
      await store.close();
    },
  };
}
