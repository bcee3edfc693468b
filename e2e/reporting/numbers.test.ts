import { describe, expect, inject, test } from 'vitest';
import { randomOf } from '../../core/sample.contract.ts';
import { deployment } from '../support/deployment.ts';
import { drained } from '../support/http.ts';
import { startLoad } from '../support/load.ts';
import { quietMoment } from '../support/moment.ts';
import { until } from '../support/until.ts';
import { ask, env, expectAll, SITES } from './told.ts';

const { newData, start } = deployment();

const TOLD_MS_MAX = 2000;
/** Workers that have just started first join Kafka's group, one after the other. */
const FIRST_TOLD_MS_MAX = inject('deployment') === 'scale' ? 30_000 : TOLD_MS_MAX;

describe('a number', () => {
  test('is told by the API within two seconds of the 202', async () => {
    const server = await start(await newData(), env);
    const views = async (): Promise<number> => {
      const { results } = await ask(server, { site_id: 'a.example', date_range: 'day', metrics: ['pageviews'] });
      return results[0]?.metrics[0] ?? 0;
    };
    for (let count = 1; count <= 5; count++) {
      const answer = await fetch(`${server.collector}/event`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ site_id: 'a.example', event_type: 'page_view', path: '/', user_id: `u${count}` }),
      });
      expect(answer.status).toBe(202);
      const msMax = count === 1 ? FIRST_TOLD_MS_MAX : TOLD_MS_MAX;
      await until(`page view ${count} to be told`, async () => (await views()) === count, msMax);
      const live = await fetch(`${server.reporting}/api/v1/realtime?site_id=a.example`);
      expect(await live.json()).toMatchObject({ visitors: count, pages: [{ page: '/', visitors: count }] });
    }
  });

  test('is told after a restart as before it', async () => {
    const data = await newData();
    const { time, date } = quietMoment();
    let server = await start(data, env);
    const load = startLoad({ random: randomOf(5), sites: SITES, time, clients: 2, address: () => server.collector });
    await until('some events', () => load.accepted.size > 200);
    await load.stop();
    await drained(server.collector);
    await expectAll(server, load.sent.values(), date);
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
    server = await start(data, env);
    await expectAll(server, load.sent.values(), date);
  });
});
