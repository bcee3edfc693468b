import { expect, test } from 'vitest';
import { setup } from './setup.ts';

test('answers what the start page shows', async () => {
  const app = setup({ collectorUrl: (name) => `http://${name}:3001`, local: true, sample: true, demoSite: 'demo' });
  const answer = await app.request('/', { headers: { host: 'stats.example:3002' } });
  expect(await answer.json()).toEqual({
    collector_url: 'http://stats.example:3001',
    local: true,
    sample: true,
    demo: { url: 'demo/', site_id: 'demo' },
  });
});

test('has no demo where there is none, and no host that is none', async () => {
  const app = setup({ collectorUrl: (name) => `http://${name}:1`, local: false, sample: false, demoSite: undefined });
  const answer = await app.request('/', { headers: { host: '"><script>' } });
  expect(await answer.json()).toEqual({ collector_url: 'http://localhost:1', local: false, sample: false });
});
