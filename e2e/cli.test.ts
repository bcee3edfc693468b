import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { openQueueFile } from '../adapters/sqlite/queue-file.ts';
import { isoOfDay } from '../core/day.ts';
import { partitionOf } from '../core/partition.ts';
import { depthOf, withStore } from './support/contents.ts';
import { entriesOf } from './support/entries.ts';
import { drained, send } from './support/http.ts';
import { quietMoment } from './support/moment.ts';
import { servers } from './support/server.ts';
import { until } from './support/until.ts';

const { folder, start, run } = servers();

const TOKEN = /fft_[A-Za-z0-9_-]{43}/;
const KEY = /ffk_[A-Za-z0-9_-]{43}/;
const view = { site_id: 'a.example', event_type: 'page_view', path: '/', user_id: 'anna' };

/** The path to where a request goes is its host's; the name it goes by is another thing. */
function statusByHost(address: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(address, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asked.once('error', reject).end();
  });
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe('usage', () => {
  test.each(['--help', 'site -h'])('%s prints it', async (args) => {
    const { code, stdout, stderr } = await run(args.split(' '), { folder: folder() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of ['start', 'site add ID', 'verify', 'erase', 'token', 'quarantine replay', 'repair']) {
      expect(stdout).toContain(`\n  ${command}`);
    }
  });

  test.each(['--version', '-v'])('%s prints the version', async (arg) => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
      version: string;
    };
    expect(await run([arg], { folder: folder() })).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test.each([
    { args: 'frobnicate', says: 'no command "frobnicate"' },
    { args: 'site', says: 'no command "site"' },
    { args: 'constructor', says: 'no command "constructor"' },
    { args: 'start now', says: 'too many arguments for start' },
    { args: 'verify all', says: 'too many arguments for verify' },
    { args: 'site add', says: 'site add takes the id of the site' },
    { args: 'site add a.example b.example', says: 'too many arguments for site add' },
    { args: 'site add a.example --gpc never', says: 'gpc: must be count, drop or ignore' },
    { args: 'site set a.example --automation on', says: 'automation: must be refuse or count' },
    { args: 'verify --frobnicate', says: "Unknown option '--frobnicate'" },
    { args: 'verify --date', says: "Option '--date <value>' argument missing" },
  ])('$args is wrong: exit code 2, the reason and the usage', async ({ args, says }) => {
    const { code, stdout, stderr } = await run(args.split(' '), { folder: folder() });
    expect(stderr).toContain(`footfall: ${says}`);
    expect(stderr).toContain('footfall [command]');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test.each(['site list', 'verify', 'erase --site a --user b', 'token', 'quarantine list', 'quarantine replay'])(
    '%s needs data, and makes none',
    async (command) => {
      const data = folder();
      const { code, stdout, stderr } = await run(command.split(' '), { folder: data });
      expect(stderr).toBe(
        `footfall: ${data} holds no data. Name the right folder by DATA, or start Footfall on it first.\n`,
      );
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect((await run(command.split(' '), { folder: data })).stderr).toBe(stderr);
    },
  );
});

describe('settings', () => {
  test.each([
    { name: 'PORT', value: 'eighty', says: 'PORT takes a whole number from 0 to 65535, not "eighty".' },
    {
      name: 'REPORTING_PORT',
      value: '65536',
      says: 'REPORTING_PORT takes a whole number from 0 to 65535, not "65536".',
    },
    { name: 'PARTITIONS', value: '0', says: 'PARTITIONS takes a whole number from 1 to 1024, not "0".' },
    { name: 'QUEUE_ENTRIES_MAX', value: '-1', says: 'QUEUE_ENTRIES_MAX takes a whole number' },
    { name: 'RETRY_MS_MIN', value: '1.5', says: 'RETRY_MS_MIN takes a whole number' },
    { name: 'TRUSTED_PROXIES', value: 'proxy.example', says: 'TRUSTED_PROXIES takes addresses and ranges' },
    { name: 'TRUSTED_PROXIES', value: '10.0.0.0/33', says: '10.0.0.0/33' },
    { name: 'SITES_FILE', value: '/no/such/file.json', says: 'SITES_FILE /no/such/file.json: ENOENT' },
  ])('$name=$value stops the start, which names it', async ({ name, value, says }) => {
    const { code, stdout, stderr } = await run(['start'], { folder: folder(), env: { [name]: value } });
    expect(stderr).toContain(`footfall: `);
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('    at ');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });

  test('PARTITIONS is fixed when the data is made', async () => {
    const data = folder();
    await (await start({ folder: data, env: { PARTITIONS: '3' } })).end('SIGTERM');
    const { code, stderr } = await run(['start'], { folder: data, env: { PARTITIONS: '4' } });
    expect(code).toBe(1);
    expect(stderr).toContain('has 3 partitions, and 4 are asked for');
    expect(stderr).toContain('set PARTITIONS=3');
    await (await start({ folder: data })).end('SIGTERM');
  });

  test('SITES_FILE makes its sites once, and says which line is wrong', async () => {
    const data = folder();
    const file = `${data}-sites.json`;
    const env = { SITES_FILE: file };
    writeFileSync(
      file,
      '{"sites":[{"id":"a.example","zone":"Europe/Berlin"},{"id":"b.example","hostnames":["b.example"]}]}',
    );
    const first = await start({ folder: data, env });
    expect(first.output()).toMatch(new RegExp(`made the site a\\.example.*${KEY.source}`));
    await first.end('SIGTERM');
    const second = await start({ folder: data, env });
    expect(second.output()).not.toMatch(KEY);
    expect((await run(['site', 'list'], { folder: data })).stdout).toBe(
      'a.example  Europe/Berlin\nb.example  UTC  b.example\n',
    );
    await second.end('SIGTERM');

    for (const [text, says] of [
      ['{"sites":[{"id":"a b"}]}', 'sites.0.id'],
      ['{"sites":[{"id":"a","zone":"Mars/Olympus"}]}', 'sites.0.zone'],
      ['{"sites":[{"id":"a","hostnames":["http://a/"]}]}', 'sites.0.hostnames.0 each must be a bare host'],
      ['nonsense', 'not valid JSON'],
    ] as const) {
      writeFileSync(file, text);
      const { code, stderr } = await run(['start'], { folder: folder(), env });
      expect(stderr).toContain('SITES_FILE');
      expect(stderr).toContain(says);
      expect(stderr).not.toContain('    at ');
      expect(code).toBe(1);
    }
  });
});

describe('commands', () => {
  test('site add and site list work before and beside a server', async () => {
    const data = folder();
    const add = (...args: string[]) => run(['site', 'add', ...args], { folder: data });
    const before = await add(
      'a.example',
      '--zone',
      'Asia/Kathmandu',
      '--hostname',
      'a.example',
      '--hostname',
      'www.b.example',
    );
    expect(before.stdout).toMatch(new RegExp(`^Made a\\.example\\..*\\n\\n  ${KEY.source}\\n`));
    expect(before.code).toBe(0);
    const server = await start({ folder: data });
    const beside = await add('c.example');
    expect(beside.stdout).toMatch(KEY);
    expect((await add('c.example')).stdout).toBe('c.example is there already.\n');
    expect((await run(['site', 'list'], { folder: data })).stdout).toBe(
      'a.example  Asia/Kathmandu  a.example  www.b.example\nc.example  UTC\n',
    );
    expect((await send(`${server.collector}/event`, { ...view, site_id: 'c.example' })).status).toBe(202);

    for (const [args, says, exit] of [
      [['a b'], "a site's id has", 1],
      [['x', '--zone', 'Mars/Olympus'], 'zone: must be a name', 2],
      [['x', '--hostname', 'https://x/'], 'hostnames: each must be a bare host', 2],
    ] as const) {
      const { code, stderr } = await add(...args);
      expect(stderr).toContain(`footfall: ${says}`);
      expect(stderr).not.toContain('    at ');
      expect(code).toBe(exit);
    }
  });

  test('site set changes what is named, and site key the key', async () => {
    const data = folder();
    const site = (...args: string[]) => run(['site', ...args], { folder: data });
    const key = KEY.exec((await site('add', 'a.example', '--hostname', 'a.example', '--gpc', 'drop')).stdout)?.[0];
    const { code, stdout } = await site('set', 'a.example', '--automation', 'count');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      id: 'a.example',
      zone: 'UTC',
      created: expect.any(Number),
      hostnames: ['a.example'],
      gpc: 'drop',
      automation: 'count',
    });
    const lists = ['--query-param', 'id', '--query-param', 'page', '--exclude-path', '/admin/**', '--masking', 'off'];
    expect(JSON.parse((await site('set', 'a.example', ...lists)).stdout)).toMatchObject({
      query_params: ['id', 'page'],
      excluded_paths: ['/admin/**'],
      masking: 'off',
    });
    const { stdout: open } = await site('set', 'a.example', '--hostname', '', '--query-param', '', '--zone', 'UTC');
    expect(JSON.parse(open)).toMatchObject({ gpc: 'drop', masking: 'off' });
    for (const name of ['hostnames', 'query_params']) expect(JSON.parse(open)).not.toHaveProperty(name);
    const keep = ['--keep-events-days', '30', '--keep-visits-days', '400', '--visitor-life', 'week'];
    expect(JSON.parse((await site('set', 'a.example', ...keep)).stdout)).toMatchObject({
      keep_events_days: 30,
      keep_visits_days: 400,
      visitor_life: 'week',
    });
    const ever = JSON.parse((await site('set', 'a.example', '--keep-visits-days', 'ever')).stdout) as object;
    expect(ever).toMatchObject({ keep_events_days: 30 });
    for (const name of ['keep_visits_days', 'closed']) expect(ever).not.toHaveProperty(name);
    for (const wrong of ['0', '-1', '1.5', 'all', '40000', '9'.repeat(30)]) {
      const refused = await site('set', 'a.example', `--keep-events-days=${wrong}`);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain('keep_events_days: must be a number of whole days from 1 to 36500, or ever');
    }
    expect((await site('set', 'a.example', '--zone', 'Europe/Rome')).stderr).toContain('zone: is chosen when');
    expect((await site('set', 'b.example')).stderr).toContain('not "b.example"');
    const fresh = KEY.exec((await site('key', 'a.example')).stdout)?.[0];
    expect(fresh).toMatch(KEY);
    expect(fresh).not.toBe(key);
    expect((await site('key', 'b.example')).code).toBe(2);
  });

  test('verify recounts, one site day or all, and exits with 1 on a difference', async () => {
    const data = folder();
    const { collector, end } = await start({ folder: data });
    const { date, time, day } = quietMoment();
    const timestamp = new Date(time).toISOString();
    for (const site_id of ['a.example', 'b.example']) {
      expect((await send(`${collector}/event`, { ...view, site_id, timestamp })).status).toBe(202);
    }
    await drained(collector);
    const verify = (...args: string[]) => run(['verify', ...args], { folder: data });
    expect(await verify()).toEqual({ code: 0, stdout: '2 site days, 2 events, 0 differences\n', stderr: '' });
    expect((await verify('--site', 'a.example')).stdout).toBe('1 site days, 1 events, 0 differences\n');
    expect((await verify('--date', date)).stdout).toBe('2 site days, 2 events, 0 differences\n');
    expect((await verify('--date', isoOfDay(day - 1))).stdout).toBe('0 site days, 0 events, 0 differences\n');
    expect((await verify('--date', 'yesterday')).code).toBe(2);
    await end('SIGTERM');

    const database = new DatabaseSync(join(data, 'store.db'));
    database.exec(
      'UPDATE stats_days SET total_views = total_views + 1 WHERE site = (SELECT min(site) FROM stats_days)',
    );
    database.close();
    const wrong = await verify();
    expect(wrong.stdout).toMatch(/^\w\.example \d{4}-\d\d-\d\d: total_views: kept 2, recounted 1\n/);
    expect(wrong.stdout).toContain('2 site days, 2 events, 1 differences');
    expect(wrong.code).toBe(1);
  });

  test('erase removes a person, also one known by an e-mail address, beside a server', async () => {
    const data = folder();
    const { collector, reporting } = await start({ folder: data });
    const { date, time } = quietMoment();
    const timestamp = new Date(time).toISOString();
    const users = ['anna', 'Bert@Example.com', 'carla'];
    for (const user_id of users) await send(`${collector}/event`, { ...view, user_id, timestamp });
    await drained(collector);
    const stats = async () =>
      (await fetch(`${reporting}/stats?site_id=a.example&date=${date}`)).json() as Promise<{ total_views: number }>;
    expect(await stats()).toMatchObject({ total_views: 3, unique_users: 3 });

    const erase = (...args: string[]) => run(['erase', ...args], { folder: data });
    expect((await erase('--site', 'a.example', '--user', 'anna')).stdout).toBe('1 events erased.\n');
    expect((await erase('--site', 'a.example', '--user-id', 'bert@example.com')).stdout).toBe('1 events erased.\n');
    expect((await erase('--site', 'a.example', '--user', 'nobody')).stdout).toBe('0 events erased.\n');
    expect(await stats()).toMatchObject({ total_views: 1, unique_users: 1 });
    // What comes again of before stays out; what is new counts.
    await send(`${collector}/event`, { ...view, user_id: 'anna', timestamp });
    await send(`${collector}/event`, { ...view, user_id: 'dora', timestamp });
    await drained(collector);
    await until('the new one', async () => (await stats()).total_views === 2);
    expect((await run(['verify'], { folder: data })).code).toBe(0);

    expect((await erase('--site', 'nowhere.example', '--user', 'anna')).stderr).toBe(
      'footfall: there is no site nowhere.example\n',
    );
    expect((await erase('--site', 'a.example')).code).toBe(2);
    expect((await erase('--user', 'anna')).code).toBe(2);
  });

  test('quarantine lists what cannot be applied, and replays it', async () => {
    const data = folder();
    const { time } = quietMoment();
    const queue = openQueueFile({ folder: data });
    const { entries } = entriesOf({ count: 1, site: 'a.example', time });
    const partition = partitionOf('a.example', queue.partitions);
    queue.append([{ partition, body: '{"v":99}' }, ...entries]);
    queue.close();
    const server = await start({ folder: data });
    await drained(server.collector);
    // The worker tells its counts a little later.
    const metrics = async (): Promise<string> => (await fetch(`${server.collector}/metrics`)).text();
    await expect.poll(metrics).toMatch(/^footfall_worker_quarantined_total 1$/m);
    const list = () => run(['quarantine', 'list'], { folder: data });
    expect(JSON.parse((await list()).stdout)).toMatchObject({ body: '{"v":99}', reason: expect.stringContaining('v') });
    await server.end('SIGTERM');

    expect((await run(['quarantine', 'replay'], { folder: data })).stdout).toBe('1 entries are in the queue again.\n');
    expect((await list()).stdout).toBe('');
    expect(depthOf(data).entries).toBe(1);
    const again = await start({ folder: data });
    await drained(again.collector);
    expect(JSON.parse((await list()).stdout)).toMatchObject({ body: '{"v":99}' });
    await again.end('SIGTERM');
    await withStore(data, async (store) => expect(await store.documents.list('loss')).toEqual([]));
  });
});

describe('on loopback', () => {
  test('whoever names this machine may read; a web page that points its own name here may not', async () => {
    const { collector, reporting } = await start({ folder: folder() });
    await send(`${collector}/event`, view);
    const stats = `${reporting}/stats?site_id=a.example&date=2025-11-12`;
    for (const host of ['127.0.0.1', 'localhost', 'localhost:3002', '[::1]:3002', '127.1.2.3']) {
      expect([host, await statusByHost(stats, host)]).toEqual([host, 200]);
      expect([host, await statusByHost(`${collector}/metrics`, host)]).toEqual([host, 200]);
    }
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '192.0.2.1', '[::2]']) {
      expect([host, await statusByHost(stats, host)]).toEqual([host, 401]);
      expect([host, await statusByHost(`${collector}/metrics`, host)]).toEqual([host, 403]);
    }
  });

  test('a site comes into being with its first event, up to the limit', async () => {
    const { collector } = await start({ folder: folder(), env: { AUTO_SITES_MAX: '2' } });
    const first = (site_id: string) => send(`${collector}/event`, { ...view, site_id });
    for (const site of ['a.example', 'b.example']) expect((await first(site)).status).toBe(202);
    const full = await first('c.example');
    expect(full.status).toBe(403);
    expect(await full.json()).toMatchObject({ reason: 'sites_full', limit: 2 });
    expect((await first('a.example')).status).toBe(202);
  });

  test('the token is printed at the first start only', async () => {
    const data = folder();
    const first = await start({ folder: data });
    expect(first.output()).toMatch(TOKEN);
    await first.end('SIGTERM');
    const second = await start({ folder: data });
    expect(second.output()).not.toMatch(TOKEN);
    await second.end('SIGTERM');
  });
});

describe('off loopback', () => {
  // It listens everywhere, for moments, and only ever hears from 127.0.0.1.
  const env = { HOST: '0.0.0.0', REPORTING_HOST: '0.0.0.0' };

  test('a site must have been made; old timestamps, addresses and agents need its key', async () => {
    const data = folder();
    const { collector } = await start({ folder: data, env: { ...env, SITE_CACHE_SECONDS: '0' } });
    const unknown = await send(`${collector}/event`, view);
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ reason: 'unknown_site', fix: expect.stringContaining('site add') });

    const key = KEY.exec((await run(['site', 'add', 'a.example'], { folder: data })).stdout)?.[0];
    await until('the site to be known', async () => (await send(`${collector}/event`, view)).status === 202);
    for (const more of [{ timestamp: '2025-11-12T19:30:01Z' }, { ip: '203.0.113.9' }, { user_agent: 'x' }]) {
      const without = await send(`${collector}/event`, { ...view, ...more });
      expect([more, without.status]).toEqual([more, 401]);
      expect(await without.json()).toMatchObject({ reason: 'key_required' });
      const wrong = await send(`${collector}/event`, { ...view, ...more }, { authorization: `Bearer ${key}x` });
      expect([more, wrong.status]).toEqual([more, 401]);
      const right = await send(`${collector}/event`, { ...view, ...more }, { authorization: `Bearer ${key}` });
      expect([more, right.status]).toEqual([more, 202]);
    }
  });

  test('reports and metrics need the token; a new one voids it at once', async () => {
    const data = folder();
    const { collector, reporting, output } = await start({ folder: data, env });
    const old = TOKEN.exec(output())?.[0] ?? '';
    expect(output()).toContain('footfall site add');
    await run(['site', 'add', 'a.example'], { folder: data });
    const addresses = [`${collector}/metrics`, `${reporting}/stats?site_id=a.example&date=2025-11-12`];
    const statuses = (token: string) =>
      Promise.all(addresses.map(async (address) => (await fetch(address, token ? bearer(token) : {})).status));

    expect(await statuses('')).toEqual([403, 401]);
    expect(await statuses(`${old}x`)).toEqual([403, 401]);
    expect(await statuses('ffk_wrong')).toEqual([403, 401]);
    expect(await statuses(old)).toEqual([200, 200]);
    for (const host of ['localhost', '127.0.0.1']) {
      for (const address of addresses) expect(await statusByHost(address, host)).toBeGreaterThanOrEqual(401);
    }
    expect((await fetch(`${collector}/healthz`)).status).toBe(200);
    expect((await fetch(`${reporting}/healthz`)).status).toBe(200);

    const fresh = TOKEN.exec((await run(['token'], { folder: data })).stdout)?.[0] ?? '';
    expect(await statuses(old)).toEqual([403, 401]);
    expect(await statuses(fresh)).toEqual([200, 200]);
  });

  test('HOST opens the collector only', async () => {
    const { collector, reporting, output } = await start({ folder: folder(), env: { HOST: '0.0.0.0' } });
    expect(output()).toContain('Reporting');
    const stats = `${reporting}/stats?site_id=a.example&date=2025-11-12`;
    expect(await statusByHost(stats, 'localhost')).toBe(404);
    expect(await statusByHost(stats, 'evil.example')).toBe(401);
    expect((await fetch(`${collector}/metrics`)).status).toBe(403);
  });
});
