import type { Answer, QuestionInput } from '../../core/question.ts';
import { statsOf } from '../support/contents.ts';
import type { SentEvent } from '../support/load.ts';
import type { Server } from '../support/server.ts';
import { until } from '../support/until.ts';

/** What a reporting tells of what was sent. */

type Reporting = Pick<Server, 'reporting'>;

export const SITES = ['a.example', 'b.example', 'c.example', 'd.example'];
/** Of a server that the load may be sent to. */
export const env = { TRUSTED_PROXIES: '127.0.0.1,::1' };

export async function ask(server: Reporting, question: QuestionInput): Promise<Answer> {
  const answer = await fetch(`${server.reporting}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
  });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

/** Page views by page, of one day of UTC. */
export async function pagesOf(server: Reporting, site: string, date: string) {
  const { results, totals } = await ask(server, {
    site_id: site,
    date_range: [date, date],
    metrics: ['pageviews', 'visitors'],
    dimensions: ['page'],
    pagination: { limit: 1000 },
    include: { totals: true },
  });
  const views = results.filter(({ metrics }) => metrics[0] !== 0).map((row) => [row.dimensions[0], row.metrics[0]]);
  return { pages: Object.fromEntries(views) as Record<string, number>, total: totals?.metrics[0] };
}

/** What was sent is what is told, page by page. */
export async function expectAll(server: Reporting, sent: Iterable<SentEvent>, date: string): Promise<void> {
  const all = [...sent];
  for (const site of SITES) {
    const { total_views: total, top_paths: paths } = statsOf(all, site, date);
    const pages = Object.fromEntries(paths.map(({ path, views }) => [path, views]));
    const expected = JSON.stringify({ pages: sorted(pages), total });
    await until(`${site} to be told as it was sent`, async () => {
      const told = await pagesOf(server, site, date);
      return JSON.stringify({ pages: sorted(told.pages), total: told.total }) === expected;
    });
  }
}

function sorted(pages: Record<string, number>): [string, number][] {
  return Object.entries(pages).sort(([a], [b]) => (a < b ? -1 : 1));
}
