import { describe, expect, test } from 'vitest';
import { dayOf, endOfDay, utcOffset } from '../../core/day.ts';
import { newId } from '../../core/id.ts';
import type { StoredEvent } from '../../core/ports.ts';
import { ordinaryAgent } from '../browser/browser.ts';
import { eventsOf, withStore } from '../support/contents.ts';
import { drained, send } from '../support/http.ts';
import { servers } from '../support/server.ts';
import { standard } from './scene.ts';

/** Who is one visitor, whichever collector is asked, before and after a restart, and on which side of midnight. */

const HOUR = 60 * 60_000;
const PROXIES = { TRUSTED_PROXIES: '127.0.0.1,::1,10.0.0.0/8' };

/** One of these zones has had its midnight a while ago, and not as long ago as events may be old. */
const zones = {
  whole: ['Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Pacific/Honolulu'],
  half: ['Asia/Kolkata', 'America/St_Johns', 'Australia/Darwin', 'Pacific/Marquesas'],
  quarter: ['Asia/Kathmandu', 'Australia/Eucla', 'Pacific/Chatham'],
};
const sites = Object.entries(zones).map(([kind, names]) => {
  const now = Date.now();
  const all = names.map((zone) => ({ zone, midnight: endOfDay(zone, dayOf(now, utcOffset(zone, now)) - 1) }));
  const found = all.find(({ midnight }) => now - midnight > 2 * HOUR && now - midnight < 22 * HOUR);
  if (!found) throw new Error(`all midnights of ${names.join(', ')} are too near`);
  return { site: `${kind}.example`, ...found };
});
/** Not nearer: the way from the browser counts as its clock's error, so all arrives somewhat later than it says. */
const moments = { before: [-HOUR, -10_000], after: [0, HOUR] };

const people = {
  one: { 'x-forwarded-for': '198.51.100.7', 'user-agent': ordinaryAgent(), 'accept-language': 'de' },
  other: { 'x-forwarded-for': '2001:db8:1:2::7', 'user-agent': ordinaryAgent(), 'accept-language': 'de' },
};

/** Has everybody look at a page of each site, around its midnight; the path says who it was, when and through which collector. */
async function visit(collector: string, through: string): Promise<void> {
  for (const { site, midnight } of sites) {
    for (const [who, headers] of Object.entries(people)) {
      const events = Object.entries(moments).flatMap(([side, distances]) =>
        distances.map((distance) => ({
          id: newId(),
          name: 'pageview',
          time: midnight + distance,
          url: `https://${site}/${who}/${side}/${through}`,
        })),
      );
      const answer = await send(`${collector}/e`, { site, sent: Date.now(), events }, headers);
      expect([answer.status, await answer.json()]).toMatchObject([202, { accepted: 4, refused: [] }]);
    }
  }
}

/** Everybody is one visitor of a site and day, whichever collector was asked, and nobody is anybody else. */
function expectOnePerDay(stored: StoredEvent[], collectors: number): void {
  expect(stored).toHaveLength(sites.length * 2 * 4 * collectors);
  const ids = new Map<string, Set<string>>();
  for (const { site, path, visitor } of stored) {
    const who = `${site} ${path.split('/').slice(1, 3).join(' ')}`;
    ids.set(who, (ids.get(who) ?? new Set()).add(visitor ?? ''));
  }
  expect(ids.size).toBe(sites.length * 2 * 2);
  expect([...ids].filter(([, { size }]) => size !== 1)).toEqual([]);
  const all = [...ids.values()].flatMap((one) => [...one]);
  expect(all.filter((id) => !/^v[\w-]{11}$/.test(id))).toEqual([]);
  expect(new Set(all).size).toBe(ids.size);
}

describe('a visitor has one id a site and day, and another after its midnight', () => {
  const { env, launch, run, withStore: withMongodb } = standard();
  const { folder, start, run: runIn } = servers();
  const added = sites.map(({ site, zone }) => ['site', 'add', site, '--zone', zone]);

  test('through any collector, also one that comes later', async () => {
    for (const args of added) expect((await run(args, { folder: folder(), env: env() })).code).toBe(0);
    const worker = launch('worker');
    const both = await Promise.all(['collector', 'collector'].map((role) => launch(role, PROXIES).ready()));
    // At the same time: neither knows the salts yet.
    await Promise.all(both.map(({ collector }, index) => visit(collector, `${index}`)));
    await Promise.all(both.map((one) => one.end('SIGKILL')));
    const { collector } = await launch('collector', PROXIES).ready();
    await visit(collector, 'later');
    await worker.ready();
    await drained(collector);
    expectOnePerDay(await withMongodb(eventsOf), 3);
  });

  test('on both sides of a restart', async () => {
    const data = folder();
    for (const args of added) expect((await runIn(args, { folder: data })).code).toBe(0);
    for (const [through, signal] of [
      ['first', 'SIGKILL'],
      ['second', 'SIGTERM'],
      ['third', 'SIGTERM'],
    ] as const) {
      const server = await start({ folder: data, env: PROXIES });
      await visit(server.collector, through);
      await drained(server.collector);
      await server.end(signal);
    }
    expectOnePerDay(await withStore(data, eventsOf), 3);
  });
});

describe('a visitor is who the trusted proxies say', () => {
  const { folder, start } = servers();
  const cases: [path: string, forwarded: string | undefined, who: string][] = [
    ['no proxy', undefined, 'this machine'],
    ['one hop', '198.51.100.7', 'a'],
    ['two hops', '198.51.100.7, 10.0.0.9', 'a'],
    ['three hops', '198.51.100.7, 10.1.0.9, 10.0.0.9', 'a'],
    ['with its port', '198.51.100.7:50123', 'a'],
    ['a forged first hop', '8.8.8.8, 198.51.100.7', 'a'],
    ['a forged first hop that looks trusted', '10.9.9.9, 198.51.100.7, 10.0.0.9', 'a'],
    ['a forged chain', '1.1.1.1, 8.8.8.8, 127.0.0.1, 198.51.100.7', 'a'],
    ['another', '198.51.100.8', 'b'],
    ['another behind a hop', '198.51.100.7, 198.51.100.8, 10.0.0.9', 'b'],
    ['IPv6', '2001:db8:1:2::7', 'c'],
    ['IPv6, another address of the network', '2001:DB8:1:2:ffff::1', 'c'],
    ['IPv6 behind a hop, in brackets and with its port', '[2001:db8:1:2::8]:443, 10.0.0.9', 'c'],
    ['IPv6 of the next network', '2001:db8:1:3::7', 'd'],
    ['IPv4 as IPv6', '::ffff:198.51.100.7', 'a'],
    ['no address', 'unknown', 'this machine'],
    ['no address behind a hop', '198.51.100.7, <script>, 10.0.0.9', 'the hop'],
  ];

  test('through none, one, two and forged hops; an IPv6 network is one address', async () => {
    const data = folder();
    const { collector, end } = await start({ folder: data, env: PROXIES });
    for (const [path, forwarded] of cases) {
      const headers = {
        'user-agent': ordinaryAgent(),
        'accept-language': 'de',
        ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }),
      };
      const url = `https://hops.example/${encodeURIComponent(path)}`;
      const events = [{ id: newId(), name: 'pageview', time: Date.now(), url }];
      const answer = await send(`${collector}/e`, { site: 'hops.example', sent: Date.now(), events }, headers);
      expect([path, answer.status]).toEqual([path, 202]);
    }
    await drained(collector);
    await end('SIGTERM');
    const stored = await withStore(data, eventsOf);
    const idOf = new Map(stored.map(({ path, visitor }) => [decodeURIComponent(path.slice(1)), visitor]));
    const firstOf = new Map<string, string | undefined>();
    for (const [path, , who] of cases) if (!firstOf.has(who)) firstOf.set(who, idOf.get(path));
    expect(new Set(firstOf.values()).size).toBe(firstOf.size);
    expect(cases.map(([path]) => [path, idOf.get(path)])).toEqual(
      cases.map(([path, , who]) => [path, firstOf.get(who)]),
    );
  });
});
