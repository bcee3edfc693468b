import { until } from '../support/until.ts';
import type { Tab } from './behaviour.ts';

/**
 * Resolves when a tab shows a path. To be waited for after a page has gone to another, though that one's page view has arrived: a driver
 * may learn of it later than the collector does, and would ask the page that is gone.
 */
export async function shows(tab: Tab, path: string): Promise<void> {
  await until(`${path} to be shown`, async () => (await tab.run('return location.pathname')) === path);
}
