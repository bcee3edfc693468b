import { cpSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sqliteStore } from '../adapters/sqlite/store.ts';
import { newId } from '../core/id.ts';
import { drained, send } from './support/http.ts';
import { quietMoment } from './support/moment.ts';
import { servers } from './support/server.ts';
import { findInFiles, tracesOf } from './support/traces.ts';

/** Of the embedded deployment alone: MongoDB keeps for a while what is deleted, in its oplog (`docs/operations.md`). */

const { folder, start } = servers();

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const DAY_MS = 24 * 60 * 60 * 1000;

test('salts are in no file any more when their day has been over for a day', async () => {
  const data = folder();
  const server = await start({ folder: data });
  const agent = { 'user-agent': AGENT };
  const { time } = quietMoment();
  for (const site of ['a.example', 'b.example']) {
    const event = { id: newId(), name: 'pageview', time, url: `https://${site}/` };
    const answer = await send(`${server.collector}/e`, { site, offset: 0, events: [event] }, agent);
    expect(answer.status).toBe(202);
  }
  await drained(server.collector);
  await server.end('SIGKILL');

  const store = await sqliteStore({ folder: data });
  try {
    const salts = await store.documents.list('salt');
    expect(salts.length).toBeGreaterThanOrEqual(2);
    const texts = Object.fromEntries(salts.map(({ id, value }) => [id, (value as { salt: string }).salt]));
    const bytes = Object.fromEntries(
      Object.entries(texts).map(([id, text]) => [`${id}, bytes`, Buffer.from(text, 'base64url')]),
    );
    const traces = tracesOf({ ...texts, ...bytes });
    expect(findInFiles(traces, data)).not.toEqual([]);
    const before = `${data}-before`;
    cpSync(data, before, { recursive: true });

    await store.sweep(Date.now());
    expect(await store.documents.list('salt')).toHaveLength(salts.length);
    await store.sweep(Date.now() + 4 * DAY_MS);
    expect(await store.documents.list('salt')).toEqual([]);
    expect(findInFiles(traces, data)).toEqual([]);
    expect(findInFiles(traces, before)).not.toEqual([]);
  } finally {
    await store.close();
  }
});
