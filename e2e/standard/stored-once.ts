import { expect } from 'vitest';
import { PARTITIONS_DEFAULT } from '../../core/limits.ts';
import { verify } from '../../server/verify.ts';
import { differences, eventsOf, statsOf } from '../support/contents.ts';
import type { SentEvent } from '../support/load.ts';
import { until } from '../support/until.ts';
import type { Scene } from './scene.ts';

/**
 * Waits until as much is stored as was sent. Then that is there once, in a recount and in the answers of `reporting`, and
 * nothing else is. What else has happened, such as a loss, is not asked.
 */
export async function expectStoredOnce(
  { withStore }: Pick<Scene, 'withStore'>,
  sent: Map<string, SentEvent>,
  { reporting, date }: { reporting: string; date: string },
): Promise<void> {
  const sites = new Set([...sent.values()].map(({ site }) => site));
  await withStore(async (store) => {
    await until('all to be counted', async () => (await eventsOf(store)).length >= sent.size, 60_000);
    expect(differences(await eventsOf(store), sent)).toEqual([]);
    const verified = await verify(store, { partitions: PARTITIONS_DEFAULT });
    expect(verified).toEqual({ siteDays: sites.size, events: sent.size, forgotten: 0, differences: [] });
  });
  for (const site of sites) {
    // A replica may still be on its way.
    await expect
      .poll(async (): Promise<unknown> => (await fetch(`${reporting}/stats?site_id=${site}&date=${date}`)).json())
      .toEqual(statsOf(sent.values(), site, date));
  }
}
