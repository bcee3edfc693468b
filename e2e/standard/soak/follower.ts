import { setTimeout as pause } from 'node:timers/promises';
import { PARTITIONS_DEFAULT } from '../../../core/limits.ts';
import type { Store } from '../../../core/ports.ts';
import type { Load } from '../../support/load.ts';

/** Watches the store while things go wrong, and measures how long each event takes from its 202 until it is counted. */
export interface Follower {
  /** Events that are in the store. */
  counted(): number;
  /** Events that were acknowledged and are not counted yet, as far as it knows. */
  waiting(): number;
  /** When that of those was acknowledged which waits longest, by `performance.now()`; infinite when none does. */
  oldest(): number;
  /** ms from the 202 until it was counted, of each event. */
  delays: number[];
  /** Events that the store told twice. */
  duplicated(): number;
  stop(): Promise<void>;
}

const LOOK_MS = 100;
const ROWS_MAX = 5000;

export function follow(store: Store, { accepted }: Load): Follower {
  const stopping = new AbortController();
  const seen = new Set<string>();
  const waiting = new Map<string, number>();
  const delays: number[] = [];
  const versions = Array.from({ length: PARTITIONS_DEFAULT }, () => 0);
  // A set is in the order of its additions, and an iterator goes on with what is added later.
  const acknowledged = accepted.values();
  let known = 0;
  let duplicated = 0;

  function noteAccepted(): void {
    const now = performance.now();
    for (; known < accepted.size; known++) {
      const id = acknowledged.next().value ?? '';
      if (seen.has(id)) delays.push(0);
      else waiting.set(id, now);
    }
  }

  async function look(partition: number): Promise<void> {
    const after = versions[partition] ?? 0;
    const { version, events } = await store.changes(partition, after, ROWS_MAX);
    versions[partition] = version;
    noteAccepted();
    const now = performance.now();
    for (const { id } of events) {
      if (seen.has(id)) duplicated += 1;
      seen.add(id);
      const since = waiting.get(id);
      if (since === undefined) continue;
      delays.push(now - since);
      waiting.delete(id);
    }
  }

  const accepting = setInterval(noteAccepted, LOOK_MS);
  const running = (async () => {
    while (!stopping.signal.aborted) {
      for (let partition = 0; partition < PARTITIONS_DEFAULT; partition++) {
        // The store is made to be away; then it is looked at again.
        await look(partition).catch(() => pause(LOOK_MS));
      }
      await pause(LOOK_MS);
    }
  })();

  return {
    counted: () => seen.size,
    waiting: () => waiting.size + accepted.size - known,
    oldest: () => waiting.values().next().value ?? Number.POSITIVE_INFINITY,
    delays,
    duplicated: () => duplicated,
    async stop() {
      stopping.abort();
      clearInterval(accepting);
      await running;
    },
  };
}
