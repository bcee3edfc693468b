import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { sqliteQueue } from '../adapters/sqlite/queue.ts';
import { sqliteStore } from '../adapters/sqlite/store.ts';
import { partitionOf } from '../core/partition.ts';
import { listSites } from './sites.ts';
import { SAMPLE_SITE } from './sample-data.ts';
import { addSample, removeSample } from './sample.ts';
import { worker } from '../worker/worker.ts';

const now = Date.UTC(2026, 10, 22, 15);
const DAY = 24 * 60 * 60 * 1000;

describe('addSample and removeSample', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  async function scene() {
    const folder = mkdtempSync(join(tmpdir(), 'footfall-sample-'));
    folders.push(folder);
    const queue = await sqliteQueue({ folder, thread: false });
    const store = await sqliteStore({ folder, thread: false });
    return { queue, store, partition: partitionOf(SAMPLE_SITE, queue.partitions), partitions: queue.partitions };
  }

  /** Applies what is queued, and counts what the store holds of the sample. */
  async function counted({ queue, store, partition }: Awaited<ReturnType<typeof scene>>): Promise<number> {
    const running = worker({ queue, store });
    await expect.poll(async () => (await queue.depth()).entries, { timeout: 20_000 }).toBe(0);
    await running.stop();
    const { events } = await store.changes(partition, 0, 1_000_000);
    return events.filter(({ site, name }) => site === SAMPLE_SITE && name !== 'engagement').length;
  }

  test('twice is once; removed is gone, also what was still queued; and it can be added again', async () => {
    const place = await scene();
    const { store, partitions } = place;
    const added = await addSample({ ...place, now: () => now });
    expect(await counted(place)).toBe(added);
    expect(await addSample({ ...place, now: () => now + 1000 })).toBe(added);
    expect(await removeSample({ store, partitions })).toBeGreaterThan(added);
    expect(await counted(place)).toBe(0);
    expect(await listSites(store.documents)).toEqual([]);
    // What an erasure names is told by the clock: this is later.
    const again = await addSample({ ...place, now: () => Date.now() + 1000 });
    expect(await counted(place)).toBe(again);
    await place.queue.close();
    await store.close();
  }, 60_000);

  test('is not added again when its ids may be forgotten', async () => {
    const place = await scene();
    expect(await addSample({ ...place, now: () => now })).toBeGreaterThan(0);
    expect(await addSample({ ...place, now: () => now + 7.5 * DAY })).toBe(0);
    await place.queue.close();
    await place.store.close();
  });
});
