import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openQueueFile } from '../../adapters/sqlite/queue-file.ts';
import { PARTITIONS_DEFAULT } from '../../core/limits.ts';
import { randomOf } from '../../core/sample.contract.ts';
import { verify } from '../../server/verify.ts';
import { depthOf, differences, eventsOf, statsOf, withStore } from '../support/contents.ts';
import { entriesOf } from '../support/entries.ts';
import { drained } from '../support/http.ts';
import { startLoad } from '../support/load.ts';
import type { SentEvent } from '../support/load.ts';
import { quietMoment } from '../support/moment.ts';
import { childrenOf } from '../support/processes.ts';
import { servers } from '../support/server.ts';
import type { Server } from '../support/server.ts';
import { until } from '../support/until.ts';

const { folder, launch, start, run } = servers();

const KILLS = 30;
const SITES = ['a.example', 'b.example', 'c.example', 'd.example'];
/** Small slices, so that a batch is often in hand; the proxy is the test itself. */
const env = { TRUSTED_PROXIES: '127.0.0.1,::1', READ_ENTRIES_MAX: '10' };

/** All that was sent is in the store once and nothing else is; visits, stats, answers and a recount agree. */
async function expectCountedOnce(
  server: Server,
  data: string,
  sent: Map<string, SentEvent>,
  date: string,
): Promise<void> {
  const sites = new Set([...sent.values()].map(({ site }) => site));
  await drained(server.collector);
  for (const site of sites) {
    const answer = await fetch(`${server.reporting}/stats?site_id=${site}&date=${date}`);
    expect(await answer.json()).toEqual(statsOf(sent.values(), site, date));
  }
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
  await withStore(data, async (store) => {
    expect(differences(await eventsOf(store), sent)).toEqual([]);
    const verified = await verify(store, { partitions: PARTITIONS_DEFAULT });
    expect(verified).toEqual({ siteDays: sites.size, events: sent.size, forgotten: 0, differences: [] });
    for (const kind of ['quarantine', 'loss']) expect(await store.documents.list(kind)).toEqual([]);
  });
  const { code, stdout } = await run(['verify'], { folder: data });
  expect(stdout).toBe(`${sites.size} site days, ${sent.size} events, 0 differences\n`);
  expect(code).toBe(0);
}

describe('kill -9 at random moments under load', () => {
  test(`${KILLS} times: what was answered 202 is counted once, and nothing else`, async () => {
    const seed = Date.now() % 1_000_000;
    const random = randomOf(seed);
    const data = folder();
    const { time, date } = quietMoment();
    let server: Server | undefined;
    const address = (): string | undefined => server?.collector;
    const load = startLoad({ random: randomOf(seed + 1), sites: SITES, time, clients: 12, address });
    const hit = { starting: 0, queued: 0 };

    for (let kill = 0; kill < KILLS; kill++) {
      const launched = launch({ folder: data, env });
      if (random.chance(0.15)) {
        hit.starting += 1;
        await pause(random.below(1200));
      } else {
        server = await launched.ready();
        await pause(random.below(600));
      }
      server = undefined;
      expect(await launched.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
      if (depthOf(data).entries > 0) hit.queued += 1;
    }

    server = await start({ folder: data, env });
    await load.stop();
    const told = `seed ${seed}, ${JSON.stringify({ ...hit, ...load.counts, events: load.sent.size })}`;
    try {
      expect(load.accepted.size).toBe(load.sent.size);
      await expectCountedOnce(server, data, load.sent, date);
      // The kills have hit work: requests that broke off, and entries that were answered but not yet counted.
      expect(load.counts.broken).toBeGreaterThan(KILLS);
      expect(load.counts.repeated).toBeGreaterThan(KILLS);
      expect(hit.queued).toBeGreaterThan(KILLS / 4);
    } catch (cause) {
      throw new Error(told, { cause });
    }
  });
});

describe('one part that ends', () => {
  test('without the reporting process collection goes on, and it comes back by itself on its port', async () => {
    const data = folder();
    const { time, date } = quietMoment();
    const server = await start({ folder: data, env });
    const load = startLoad({ random: randomOf(1), sites: SITES, time, clients: 2, address: () => server.collector });
    await until('some events', () => load.accepted.size > 20);

    process.kill(server.child, 'SIGKILL');
    await until('the reporting process to be away', () => !childrenOf(server.pid).includes(server.child));
    const before = load.accepted.size;
    await until('more events', () => load.accepted.size > before + 20);
    await until('the reporting process to be back', async () => (await fetch(`${server.reporting}/healthz`)).ok);

    expect(childrenOf(server.pid)).toHaveLength(1);
    expect(childrenOf(server.pid)).not.toContain(server.child);
    expect(server.output()).toContain('reporting: ended (SIGKILL), starting it again');
    await load.stop();
    expect(load.counts).toMatchObject({ broken: 0, refused: {} });
    await expectCountedOnce(server, data, load.sent, date);
  });

  test('SIGTERM under load ends it in order, and the next start goes on with what was queued', async () => {
    const data = folder();
    const { time, date } = quietMoment();
    // More than a worker that takes one at a time can do before the signal.
    const { entries, sent } = entriesOf({ count: 20_000, site: 'a.example', time });
    const queue = openQueueFile({ folder: data });
    queue.append(entries);
    queue.close();
    let server: Server | undefined = await start({ folder: data, env: { ...env, READ_ENTRIES_MAX: '1' } });
    const address = (): string | undefined => server?.collector;
    const load = startLoad({ random: randomOf(2), sites: SITES, time, clients: 8, address });
    await until('some events', () => load.accepted.size > 100);

    const ending = server;
    const ended = ending.end('SIGTERM');
    server = undefined;
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(ending.output()).not.toContain('not done within');
    expect(depthOf(data).entries).toBeGreaterThan(0);

    server = await start({ folder: data, env: { TRUSTED_PROXIES: env.TRUSTED_PROXIES } });
    await load.stop();
    for (const [id, event] of load.sent) sent.set(id, event);
    await expectCountedOnce(server, data, sent, date);
  });
});
