import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cityRecord, mmdb } from '../../collector/mmdb.contract.ts';
import { until } from '../support/until.ts';
import { CHROME, NOON, openScene, seed, view } from './scene.ts';
import type { Scene } from './scene.ts';

const PROXY = '203.0.113.7';
const ZURICH = { country: 'CH', region: 'CH-ZH', city: 'Zürich' };
const agent = { browser: 'Chrome', browser_version: '131', os: 'Linux', device: 'desktop' };
const folder = mkdtempSync(join(tmpdir(), 'footfall-places-'));
const placesFile = join(folder, 'city.mmdb');

beforeAll(() => {
  const zurich = cityRecord('CH', 'ZH', 'Zürich');
  writeFileSync(placesFile, mmdb({ ranges: { '84.72.0.0/14': zurich, '2a02:1200::/24': zurich } }));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function sendFrom(scene: Scene, address: string, headers: Record<string, string> = {}): Promise<void> {
  const reply = await scene.post('/e', { site: 'a', events: [view()] }, { 'x-forwarded-for': address, ...headers });
  expect(reply.status).toBe(202);
}

async function contextsOf(scene: Scene): Promise<object[]> {
  return (await scene.entries()).map(({ context }) => context);
}

test('a visitor is in the place of the address that a trusted proxy tells, and in its own otherwise', async () => {
  const scene = await openScene({ autoSites: true, placesFile, trustedProxies: [PROXY] });
  scene.peer.address = PROXY;
  for (const address of ['84.72.0.1', '::ffff:84.72.0.1', '[2a02:1205::1]:4711', '8.8.8.8, 84.72.0.1']) {
    await sendFrom(scene, address);
  }
  for (const nowhere of ['8.8.8.8', '192.168.1.1', 'unknown']) await sendFrom(scene, nowhere);
  scene.peer.address = '84.73.0.1';
  await sendFrom(scene, '8.8.8.8');
  scene.peer.address = undefined;
  await sendFrom(scene, '84.72.0.1');
  const here = { ...agent, ...ZURICH };
  expect(await contextsOf(scene)).toEqual([here, here, here, here, agent, agent, agent, here, agent]);
  expect(scene.log).toEqual([]);
});

test('of one that asks for privacy nothing is kept but the country', async () => {
  const scene = await openScene({ autoSites: true, placesFile });
  scene.peer.address = '84.73.0.1';
  await sendFrom(scene, '', { 'sec-gpc': '1' });
  const [entry] = await scene.entries();
  expect(entry?.context).toEqual({ country: 'CH' });
  expect(entry?.events[0]).not.toHaveProperty('visitor');
});

test('a header with the country is believed of trusted proxies alone, and only where a setting says so', async () => {
  const told = { 'cf-ipcountry': 'DE' };
  const scene = await openScene({
    autoSites: true,
    placesFile,
    trustedProxies: [PROXY],
    countryHeader: 'CF-IPCountry',
  });
  scene.peer.address = `::ffff:${PROXY}`;
  await sendFrom(scene, '84.72.0.1', told);
  await sendFrom(scene, '84.72.0.1', { 'cf-ipcountry': 'CH' });
  await sendFrom(scene, '84.72.0.1', { 'cf-ipcountry': 'T1' });
  await sendFrom(scene, '84.72.0.1');
  await sendFrom(scene, '84.72.0.1', { ...told, 'sec-gpc': '1' });
  scene.peer.address = '84.73.0.1';
  await sendFrom(scene, '', told);
  expect(await contextsOf(scene)).toEqual([
    { ...agent, country: 'DE' },
    { ...agent, ...ZURICH },
    agent,
    { ...agent, ...ZURICH },
    { country: 'DE' },
    { ...agent, ...ZURICH },
  ]);

  const other = await openScene({ autoSites: true, placesFile, trustedProxies: [PROXY] });
  other.peer.address = PROXY;
  await sendFrom(other, '84.72.0.1', told);
  expect(await contextsOf(other)).toEqual([{ ...agent, ...ZURICH }]);
});

test("a server's event has the place of the address that it tells, each its own, and never the server's", async () => {
  const scene = await openScene({ autoSites: true, openServers: true, placesFile });
  scene.peer.address = '84.73.0.1';
  const of = (fields: object) => seed({ timestamp: new Date(NOON).toISOString(), ...fields });
  const reply = await scene.post('/event', [
    of({ ip: '84.72.0.1', user_agent: CHROME }),
    of({ ip: '8.8.8.8', user_agent: CHROME }),
    of({ ip: '2a02:1200:0:0::1' }),
    of({}),
  ]);
  expect(reply.status).toBe(202);
  expect(await contextsOf(scene)).toEqual([{ ...agent, ...ZURICH }, agent, ZURICH, {}]);
});

test('without any setting the country is known, and it is none that is switched off', async () => {
  const scene = await openScene({ autoSites: true });
  scene.peer.address = '84.73.0.1';
  await sendFrom(scene, '');
  const off = await openScene({ autoSites: true, placesFile: 'none' });
  off.peer.address = '84.73.0.1';
  await sendFrom(off, '');
  expect([...(await contextsOf(scene)), ...(await contextsOf(off))]).toEqual([{ ...agent, country: 'CH' }, agent]);
});

test('a file that is replaced is taken up while events come', async () => {
  const file = join(folder, 'changing.mmdb');
  const fileOf = (city: string) => mmdb({ ranges: { '84.72.0.0/14': cityRecord('CH', 'ZH', city) } });
  writeFileSync(file, fileOf('Winterthur'));
  // Soon: 0 of a timer is 1 ms.
  const scene = await openScene({ autoSites: true, placesFile: file, limits: { placesCheckSeconds: 0 } });
  scene.peer.address = '84.73.0.1';
  await sendFrom(scene, '');
  writeFileSync(file, fileOf('Zürich'));
  await until('the new file', async () => {
    await sendFrom(scene, '');
    return (await contextsOf(scene)).some((context) => 'city' in context && context.city === 'Zürich');
  });
  expect((await contextsOf(scene))[0]).toMatchObject({ city: 'Winterthur' });
});
