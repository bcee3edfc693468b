import { expect, test } from 'vitest';
import { partitionOf } from '../../core/partition.ts';
import { reporting } from '../../reporting/reporting.ts';
import type { Reporting } from '../../reporting/reporting.ts';
import { NOW, sentOf, view } from './scenarios/tell.ts';
import { newWorld } from './world.ts';

/** Reportings on one store, each of which follows some of its partitions. */

const PARTITIONS = 4;
const SITES = ['a.example', 'b.example', 'c.example', 'd.example', 'e.example', 'f.example'];

async function json(app: Reporting, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await app.request(path, body === undefined ? {} : post);
  return { status: answer.status, body: await answer.json() };
}

test('a reporting answers for the sites in its partitions, as one that follows all, and says who has the others', async () => {
  const world = await newWorld({ partitions: PARTITIONS, now: Date.parse(NOW), follow: [0, 1] });
  const { store } = world;
  const more = [[2, 3], undefined].map((follow, n) =>
    reporting({
      store,
      replica: { file: `${world.file}-${n}`, partitions: PARTITIONS, follow },
      limits: { replicaPollMs: 5 },
      now: () => Date.parse(NOW),
    }),
  );
  const [second, all] = more as [Reporting, Reporting];
  const isFirsts = (site: string): boolean => partitionOf(site, PARTITIONS) < 2;
  expect(new Set(SITES.map(isFirsts)).size).toBe(2);
  for (const [n, site] of SITES.entries()) {
    await world.addSite(site, 'UTC');
    const views = Array.from({ length: n + 1 }, (_, i) => view('someone', `11-22 0${i}:00`));
    await world.apply(site, sentOf(views));
  }
  const question = (site_id: string) => ({ site_id, date_range: 'all', metrics: ['pageviews', 'visits'] });
  for (const site of SITES) {
    const [mine, others] = isFirsts(site) ? [world.app, second] : [second, world.app];
    await expect
      .poll(async () => (await json(mine, '/api/v1/query', question(site))).body)
      .toMatchObject({ results: [{ metrics: [SITES.indexOf(site) + 1, expect.any(Number)] }] });
    const { body } = await json(mine, '/api/v1/query', question(site));
    await expect.poll(async () => (await json(all, '/api/v1/query', question(site))).body).toEqual(body);
    for (const path of ['/api/v1/query', `/api/v1/realtime?site_id=${site}`, `/api/v1/properties?site_id=${site}`]) {
      const refused = await json(others, path, path.endsWith('query') ? question(site) : undefined);
      expect(refused).toMatchObject({ status: 421, body: { reason: 'elsewhere', field: 'site_id' } });
      expect(refused.body).toHaveProperty('fix', expect.stringContaining(`partition ${partitionOf(site, PARTITIONS)}`));
    }
  }
  const listed = await Promise.all([world.app, second, all].map((app) => json(app, '/api/v1/sites')));
  const ids = listed.map(({ body }) => (body as { sites: { id: string }[] }).sites.map(({ id }) => id));
  expect(ids).toEqual([SITES.filter(isFirsts), SITES.filter((site) => !isFirsts(site)), SITES]);
  await Promise.all(more.map((app) => app.close()));
  await world.close();
});
