import { describe, expect, test } from 'vitest';
import { sample } from './sample.ts';

function scene() {
  const calls: string[] = [];
  const app = sample({
    add: async () => calls.push('add'),
    remove: async () => void calls.push('remove'),
  });
  const send = (method: string, headers: Record<string, string> = {}) =>
    app.request('http://localhost:3002/', { method, headers: { host: 'localhost:3002', ...headers } });
  return { calls, send };
}

describe('sample', () => {
  test('adds and removes', async () => {
    const { calls, send } = scene();
    const added = await send('POST');
    expect([added.status, await added.json()]).toEqual([202, { status: 'accepted', events: 1 }]);
    expect((await send('DELETE')).status).toBe(200);
    expect(calls).toEqual(['add', 'remove']);
  });

  test.each([
    { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:3002' },
    { origin: 'http://localhost:3002' },
  ])('takes a page of its own: %j', async (headers) => {
    expect((await scene().send('POST', headers)).status).toBe(202);
  });

  test.each([
    { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    { 'sec-fetch-site': 'same-site', origin: 'http://localhost:8080' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example' },
    { origin: 'http://localhost:8080' },
    { origin: 'null' },
  ])('refuses other pages: %j', async (headers) => {
    const { calls, send } = scene();
    const answers = [await send('POST', headers), await send('DELETE', headers)];
    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
    expect(await answers[0]?.json()).toMatchObject({ reason: 'forbidden' });
    expect(calls).toEqual([]);
  });
});
