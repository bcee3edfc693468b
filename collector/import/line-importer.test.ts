import { describe, expect, test } from 'vitest';
import { dayOf, dayOfIso, endOfDay, utcOffset } from '../../core/day.ts';
import { Unavailable } from '../../core/errors.ts';
import { eventSchema } from '../../core/event.ts';
import type { Event } from '../../core/event.ts';
import { limits } from '../../core/limits.ts';
import { newSite } from '../../core/site.ts';
import { PAGEVIEW, wireLimits } from '../../sdk/src/wire.ts';
import { clientAddress, trust } from '../address.ts';
import { agentReader, cutAgent } from '../agent.ts';
import { hmacKey } from '../hmac.ts';
import { visitorKey, visitorsOf } from '../identify.ts';
import { memoryDocuments } from '../memory.reference.ts';
import { salts } from '../salts.ts';
import { choicesOf } from './choices.ts';
import { importSalts } from './import-salts.ts';
import { lineImporter } from './line-importer.ts';
import type { LineImporterOptions, Outcome } from './line-importer.ts';

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0';
const BOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const CONTEXT = { browser: 'Firefox', browser_version: '132', os: 'Linux', device: 'desktop' };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 2, 10, 12);
const salt = hmacKey(Buffer.from('a salt'));

type Options = Partial<LineImporterOptions>;

/** One line's outcome; a salt is in memory. */
function take(line: string, options: Options = {}, at = 0): Outcome {
  const { site } = newSite('example.com', { zone: 'UTC' });
  const outcome = lineImporter({
    site,
    choices: choicesOf({}),
    salts: { of: () => salt },
    readAgent: agentReader(10),
    idOf: (time, where) => `${time}-${where}`,
    store: 'this-store',
    limits,
    now: () => NOW,
    ...options,
  })(line, at);
  if (outcome instanceof Promise) throw new Error('waits');
  return outcome;
}

function eventOf(outcome: Outcome): Event {
  if ('skipped' in outcome) throw new Error(`skipped: ${outcome.skipped}`);
  return outcome.event;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `10/Mar/2026:11:00:00 +0000` */
function logTime(time: number): string {
  const iso = new Date(time).toISOString();
  return `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

interface Line {
  who?: string;
  time?: number;
  request?: string;
  status?: number;
  referrer?: string;
  agent?: string;
}

function combined(line: Line = {}): string {
  const { who = '203.0.113.9 - -', time = NOW - HOUR, request = 'GET /pricing HTTP/1.1', status = 200 } = line;
  const { referrer = '-', agent = AGENT } = line;
  return `${who} [${logTime(time)}] "${request}" ${status} 2326 "${referrer}" "${agent}"`;
}

interface CaddyLine {
  ts?: number;
  host?: string;
  uri?: string;
  client?: string;
  headers?: Record<string, string[]> | undefined;
}

function caddy(line: CaddyLine = {}): string {
  const { ts = (NOW - HOUR) / 1000, host, uri = '/pricing', client = '203.0.113.9' } = line;
  const headers = 'headers' in line ? line.headers : { 'User-Agent': [AGENT] };
  return JSON.stringify({ ts, status: 200, request: { client_ip: client, method: 'GET', host, uri, headers } });
}

describe('a hit becomes an event', () => {
  test('with all that a page view of a browser has, and nothing of address and agent', () => {
    const outcome = take(combined({ referrer: 'https://www.google.com/search?q=secret' }), {}, 4711);
    expect(outcome).toEqual({
      event: {
        id: `${NOW - HOUR}-4711`,
        name: PAGEVIEW,
        time: NOW - HOUR,
        day: Math.floor(NOW / DAY),
        utc_offset: 0,
        visitor: visitorKey(salt, newSite('example.com').site, { address: '203.0.113.9', agent: AGENT }),
        hostname: 'example.com',
        path: '/pricing',
        acquisition: { referrer: 'google.com/search', source: 'Google', channel: 'Organic Search' },
        context: { ...CONTEXT, language: undefined },
      },
    });
    expect(JSON.stringify(outcome)).not.toMatch(/203\.0|Gecko|secret/);
  });

  test('in the place of its address, where it tells one', () => {
    const placeOf = (address: string) => ({ country: address === '203.0.113.9' ? 'CH' : 'DE' });
    expect(eventOf(take(combined(), { placeOf })).context).toMatchObject({ ...CONTEXT, country: 'CH' });
    expect(eventOf(take(caddy({ client: '::ffff:203.0.113.9' }), { placeOf })).context).toMatchObject({
      country: 'CH',
    });
    expect(eventOf(take(combined({ who: 'host.example - -' }), { placeOf })).context).not.toHaveProperty('country');
  });

  test('of the common format, without what tells browsers and robots', () => {
    const line = combined().replace(/ "-" "[^"]*"$/, '');
    const event = eventOf(take(line));
    expect(event.context).toEqual({ language: undefined });
    expect(event.visitor).toBe(visitorKey(salt, newSite('example.com').site, { address: '203.0.113.9', agent: '' }));
  });

  test("of Caddy, with its language and its host's name", () => {
    const headers = { 'User-Agent': [AGENT], 'Accept-Language': ['de-CH,de;q=0.9'], Referer: ['https://t.co/x'] };
    const event = eventOf(take(caddy({ ts: (NOW - HOUR) / 1000 + 0.25, host: 'WWW.Example.com:8443', headers })));
    expect(event).toMatchObject({
      time: NOW - HOUR + 250,
      hostname: 'www.example.com',
      context: { language: 'de-CH' },
    });
    expect(event.acquisition).toMatchObject({ source: 'X' });
  });

  test('that the log of events takes', () => {
    const idOf = () => '0199aaaa-0000-7000-8000-000000000000';
    for (const line of [
      combined(),
      caddy(),
      combined({ who: 'host.example.net - -', request: 'GET /ü"\\x00 HTTP/1.1' }),
    ]) {
      const event = eventOf(take(line, { idOf }));
      expect(eventSchema.parse(JSON.parse(JSON.stringify(event)))).toEqual(JSON.parse(JSON.stringify(event)));
    }
  });
});

describe('the visitor', () => {
  const { site } = newSite('example.com', { zone: 'Pacific/Honolulu' });
  const live = salts({ documents: memoryDocuments(), limits, now: () => NOW, onError: () => {} });
  const day = dayOf(NOW, utcOffset(site.zone, NOW));

  /** As the browsers' door makes it of a connection. */
  async function doorsKey(peer: string, forwarded: string | null, agent: string): Promise<string | undefined> {
    const address = clientAddress(peer, () => forwarded, trust(['127.0.0.1']));
    const traits = { address: address ?? '', agent: cutAgent(agent, limits.userAgentCharsMax) };
    return (await visitorsOf(live, site, traits, new Set([day]))).get(day);
  }

  test.each([
    ['203.0.113.9', '203.0.113.9', null, AGENT],
    ['203.0.113.9', '::ffff:203.0.113.9', null, AGENT],
    ['::ffff:203.0.113.9', '203.0.113.9', null, AGENT],
    ['2001:DB8:0::5', '2001:db8::5', null, AGENT],
    ['2001:db8::5', '127.0.0.1', '2001:0db8::5', AGENT],
    ['203.0.113.9', '127.0.0.1', '203.0.113.9', `${AGENT} ${'x'.repeat(1000)}`],
    ['203.0.113.9', '203.0.113.9', null, `${AGENT} "quoted"`],
  ])('of %s in the log is the one of %s (%s) at the door', async (client, peer, forwarded, agent) => {
    const daySalts = importSalts({ live, documents: memoryDocuments(), hours: 1, now: () => NOW });
    const importLine = lineImporter({
      site,
      choices: choicesOf({}),
      salts: daySalts,
      readAgent: agentReader(10),
      idOf: () => '',
      limits,
      now: () => NOW,
    });
    const key = await doorsKey(peer, forwarded, agent);
    expect(key).toMatch(/^v/);
    const lines = [
      combined({ who: `${client} - -`, agent: agent.replaceAll('"', '\\"') }),
      caddy({ client, headers: { 'User-Agent': [agent] } }),
      caddy({
        client: client.includes(':') ? `[${client}]:4711` : `${client}:4711`,
        headers: { 'User-Agent': [agent] },
      }),
    ];
    for (const line of lines) expect(eventOf(await importLine(line, 0))).toMatchObject({ day, visitor: key });
  });

  test('of a host by its name is the same whatever its case', () => {
    const [one, other] = ['Host.Example.NET', 'host.example.net'].map((name) =>
      eventOf(take(combined({ who: `${name} - -` }))),
    );
    expect(one?.visitor).toBe(other?.visitor);
    expect(one?.visitor).not.toBe(eventOf(take(combined())).visitor);
  });

  test('is waited for where the salt is not in memory, and fails where the store is away', async () => {
    const importLine = (of: LineImporterOptions['salts']['of']) =>
      lineImporter({
        site,
        choices: choicesOf({}),
        salts: { of },
        readAgent: agentReader(10),
        idOf: () => '',
        limits,
        now: () => NOW,
      });
    const late = importLine(() => Promise.resolve(salt))(combined(), 0);
    expect(late).toBeInstanceOf(Promise);
    expect(await late).toMatchObject({ event: { visitor: expect.stringMatching(/^v/) } });
    await expect(importLine(() => Promise.reject(new Unavailable('away')))(combined(), 0)).rejects.toThrow(Unavailable);
  });
});

describe('the day', () => {
  const { site } = newSite('example.com', { zone: 'America/New_York' });

  test.each([
    // Clocks go from 2:00 to 3:00 on 2026-03-08, and from 2:00 back to 1:00 on 2025-11-02.
    ['2026-03-08T04:59:59Z', '2026-03-07', -300],
    ['2026-03-08T05:00:00Z', '2026-03-08', -300],
    ['2026-03-08T06:59:59Z', '2026-03-08', -300],
    ['2026-03-08T07:00:00Z', '2026-03-08', -240],
    ['2026-03-09T03:59:59Z', '2026-03-08', -240],
    ['2026-03-09T04:00:00Z', '2026-03-09', -240],
    ['2025-11-02T03:59:59Z', '2025-11-01', -240],
    ['2025-11-02T05:59:59Z', '2025-11-02', -240],
    ['2025-11-02T06:00:00Z', '2025-11-02', -300],
    ['2025-11-03T04:59:59Z', '2025-11-02', -300],
    ['2025-11-03T05:00:00Z', '2025-11-03', -300],
    ['2024-02-29T04:59:59Z', '2024-02-28', -300],
    ['2024-03-01T04:59:59Z', '2024-02-29', -300],
  ])('of %s is %s', (iso, day, utc_offset) => {
    const asked: number[] = [];
    const of = (_site: unknown, asksFor: number) => (asked.push(asksFor), salt);
    const event = eventOf(take(combined({ time: Date.parse(iso) }), { site, salts: { of } }));
    expect(event).toMatchObject({ time: Date.parse(iso), day: dayOfIso(day), utc_offset });
    expect(asked).toEqual([dayOfIso(day)]);
  });

  test('is that of the time by which a clock that is ahead is set back', () => {
    const end = endOfDay(site.zone, dayOf(NOW, -240));
    for (const now of [end - 1, end - HOUR]) {
      const event = eventOf(take(combined({ time: end + HOUR }), { site, now: () => now }));
      expect(event).toMatchObject({ time: now, day: dayOf(NOW, -240), utc_offset: -240 });
    }
  });
});

describe('the page', () => {
  test.each([
    ['/', '/'],
    ['/a?b=c#d', '/a'],
    ['/a#b?c', '/a'],
    ['/ü', '/%C3%BC'],
    ['/\\xc3\\xbc', '/%C3%BC'],
    ['/a b', '/a%20b'],
    ['//evil.example/x', '//evil.example/x'],
    ['/../../etc/passwd', '/etc/passwd'],
    ['/a/./b/../c', '/a/c'],
    ['/a\\x00b', '/a%00b'],
    ['/\\x00', '/'],
    ['/<img src=x onerror=alert(1)>', '/%3Cimg%20src=x%20onerror=alert(1)%3E'],
    ['/@user:pw/', '/@user:pw/'],
    ['/:80', '/:80'],
    ['/%zz', '/%zz'],
    ['https://Example.com/a', '/a'],
    ['http://example.com', '/'],
    ['http://user:pw@example.com/a', '/a'],
  ])('of %j is %j', (target, path) => {
    const request = `GET ${target} HTTP/1.1`;
    expect(eventOf(take(combined({ request })))).toMatchObject({ path, hostname: 'example.com' });
  });

  test.each([['*'], ['example'], ['ftp://example.com/'], ['javascript:alert(1)'], ['http://[::1'], [''], ['?a']])(
    'of %j is none',
    (target) => {
      expect(take(combined({ request: `GET ${target} HTTP/1.1` }))).toEqual({ skipped: 'broken' });
    },
  );

  test('is what the browser would have told: a whole address has its own host', () => {
    const request = 'GET https://Other.example:8080/a HTTP/1.1';
    expect(eventOf(take(combined({ request }))).hostname).toBe('other.example');
    expect(eventOf(take(combined({ request, who: 'asked.example:443 203.0.113.9 - -' }))).hostname).toBe(
      'asked.example',
    );
  });

  const path = (length: number) => `/${'a'.repeat(length - 1)}`;

  test.each([
    [path(wireLimits.urlCharsMax + 1)],
    [`/?${'a'.repeat(wireLimits.urlCharsMax)}`],
    [`/${'ü'.repeat(wireLimits.urlCharsMax / 2)}`],
    ['/'.repeat(1024 * 1024)],
  ])('that is too long, in itself or once it is escaped, is none', (target) => {
    expect(take(combined({ request: `GET ${target} HTTP/1.1` }))).toEqual({ skipped: 'too_long' });
  });

  test('may have as many characters as a page that a browser tells of', () => {
    const target = path(wireLimits.urlCharsMax);
    expect(eventOf(take(combined({ request: `GET ${target} HTTP/1.1` }))).path).toBe(target);
  });
});

describe('the host', () => {
  const hosts: [Options, string | undefined][] = [
    [{}, 'example.com'],
    [{ site: newSite('shop').site }, undefined],
    [{ site: newSite('shop:1').site }, undefined],
    [{ site: newSite('Shop.Example').site }, 'shop.example'],
    [{ site: newSite('shop', { hostnames: ['b.example', 'a.example'] }).site }, 'b.example'],
    [{ hostname: 'pages.example' }, 'pages.example'],
    [{ hostname: 'Pages.Example:8443' }, 'pages.example'],
    [{ hostname: 'bücher.example' }, 'xn--bcher-kva.example'],
    [{ site: newSite('shop', { hostnames: ['a.example'] }).site, hostname: 'www.a.example' }, 'www.a.example'],
  ];

  test.each(hosts)('where the log does not tell it: %#', (options, hostname) => {
    expect(eventOf(take(combined(), options)).hostname).toBe(hostname);
  });

  test.each([
    ['Example.COM', 'example.com'],
    ['example.com:8443', 'example.com'],
    ['example.com.', 'example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['[2001:DB8::1]:443', '[2001:db8::1]'],
    ['', 'example.com'],
    // A client may send anything as its host.
    ['a b', undefined],
    ['<b>', undefined],
    ['\0', undefined],
    ['\ud800', undefined],
    ['[::1', undefined],
    ['a:99999', undefined],
  ])('that the log tells: %j', (host, hostname) => {
    expect(eventOf(take(caddy({ host }))).hostname).toBe(hostname);
  });

  test('that the log tells is none where it is too long', () => {
    for (const host of [`${'a'.repeat(250)}.example`, 'a'.repeat(1024 * 1024), 'a.'.repeat(1024 * 1024)]) {
      expect(eventOf(take(caddy({ host }))).hostname).toBeUndefined();
    }
  });

  test("must be one of the site's, if it has some, or below one", () => {
    const { site } = newSite('shop', { hostnames: ['example.com'] });
    const day = Math.floor(NOW / DAY);
    for (const host of ['example.com', 'www.example.com:443']) {
      expect(take(caddy({ host }), { site })).toHaveProperty('event');
    }
    for (const host of ['evil-example.com', 'example.com.evil.com', '203.0.113.1', 'a b', 'com']) {
      expect(take(caddy({ host }), { site })).toEqual({ skipped: 'hostname', day });
    }
    expect(take(combined({ who: 'example.org:443 203.0.113.9 - -' }), { site })).toEqual({ skipped: 'hostname', day });
    expect(take(combined(), { site })).toHaveProperty('event');
    expect(take(combined(), { site, hostname: 'example.org' })).toEqual({ skipped: 'hostname', day });
  });
});

describe('where a view came from', () => {
  test.each([
    ['https://example.com/other', undefined],
    ['https://www.example.com/', undefined],
    ['http://example.com:8080/a', undefined],
    ['https://blog.example.com/', 'blog.example.com'],
    ['https://example.com.evil.com/', 'example.com.evil.com'],
    ['-', undefined],
    ['not an address', undefined],
    ['javascript:alert(1)', undefined],
    ['\\x00\\xff', undefined],
    ['https://other.example/?a=\\"', 'other.example'],
  ])('%j: its source is %j', (referrer, source) => {
    const event = eventOf(take(combined({ referrer })));
    expect(event.acquisition?.source).toBe(source);
  });

  test('a referrer of any length is cut', () => {
    const event = eventOf(take(combined({ referrer: `https://other.example/${'a'.repeat(1_000_000)}` })));
    expect(event.acquisition).toMatchObject({ source: 'other.example' });
    expect(event.acquisition?.referrer?.length).toBeLessThanOrEqual(wireLimits.urlCharsMax);
  });

  test('a page of the host that was asked for is no source, whatever the site', () => {
    const referrer = 'https://a.example/x';
    const one = combined({ referrer, who: 'A.example:443 203.0.113.9 - -' });
    expect(eventOf(take(one)).acquisition).toBeUndefined();
    expect(eventOf(take(combined({ referrer }), { hostname: 'www.a.example' })).acquisition).toBeUndefined();
    expect(eventOf(take(combined({ referrer }), { site: newSite('shop').site })).acquisition?.source).toBe('a.example');
  });

  test("the site's hosts are no sources", () => {
    const { site } = newSite('shop', { hostnames: ['a.example', 'b.example'] });
    const own = take(combined({ referrer: 'https://b.example/x' }), { site, hostname: 'a.example' });
    expect(eventOf(own).acquisition).toBeUndefined();
  });

  test('campaigns are read from the query, and what they say is clean', () => {
    const request = 'GET /a?utm_source=news%00&utm_medium=email&utm_campaign=%ff&x=secret HTTP/1.1';
    const event = eventOf(take(combined({ request })));
    expect(event.acquisition).toEqual({
      source: 'news\ufffd',
      channel: 'Email',
      utm_source: 'news\ufffd',
      utm_medium: 'email',
      utm_campaign: '\ufffd',
    });
    expect(JSON.stringify(event)).not.toContain('secret');
  });
});

describe('the agent', () => {
  const day = Math.floor(NOW / DAY);

  test.each([[BOT], ['curl/8.5.0'], ['-'], ['']])('%j is a bot', (agent) => {
    expect(take(combined({ agent }))).toEqual({ skipped: 'bot', day });
    expect(take(caddy({ headers: { 'User-Agent': [agent === '-' ? '' : agent] } }))).toEqual({ skipped: 'bot', day });
  });

  test('that the log does not tell is nobody', () => {
    expect(take(caddy({ headers: undefined }))).toHaveProperty('event');
    expect(take(caddy({ headers: {} }))).toEqual({ skipped: 'bot', day });
  });

  test('is clean before anything is made of it', () => {
    const visitorOf = (agent: string) => eventOf(take(caddy({ headers: { 'User-Agent': [agent] } }))).visitor;
    const visitor = visitorOf('a\ufffdb\ufffd/1.2 (x)');
    expect(visitorOf('a\0b\ud800/1.2 (x)')).toBe(visitor);
    expect(eventOf(take(combined({ agent: 'a\\x00b\\xff/1.2 (x)' }))).visitor).toBe(visitor);
  });

  test('is cut before any regular expression sees it', () => {
    const agent = `${AGENT} ${'('.repeat(1_000_000)}`;
    const seen: string[] = [];
    const readAgent = (text: string) => (seen.push(text), { bot: false as const, context: {} });
    take(combined({ agent }), { readAgent });
    expect(seen).toEqual([agent.slice(0, limits.userAgentCharsMax)]);
  });
});

describe('why a line is no event', () => {
  const { site } = newSite('example.com', { hostnames: ['example.com'] });
  const choices = choicesOf({ paths: ['!/left/*'] });
  const today = Math.floor(NOW / DAY);
  const long = `/left/${'a'.repeat(wireLimits.urlCharsMax)}.css`;

  // Each has all reasons of those below it.
  test.each([
    ['broken', combined({ agent: BOT }).slice(0, -1)],
    ['too_long', combined({ request: `POST ${long} HTTP/1.1`, status: 301, agent: BOT, time: NOW + 2 * DAY })],
    ['filter', combined({ request: 'POST /left/a.css HTTP/1.1', status: 301, agent: BOT, time: NOW + 2 * DAY })],
    ['redirect', combined({ request: 'POST /a.css HTTP/1.1', status: 301, agent: BOT, time: NOW + 2 * DAY })],
    ['error', combined({ request: 'POST /a.css HTTP/1.1', status: 404, agent: BOT, time: NOW + 2 * DAY })],
    ['method', combined({ request: 'POST /a.css HTTP/1.1', agent: BOT, time: NOW + 2 * DAY })],
    ['static', combined({ request: 'GET /a.css HTTP/1.1', agent: BOT, time: NOW + 2 * DAY })],
    ['in_future', combined({ who: 'b.example:1 192.0.2.1 - -', agent: BOT, time: NOW + 2 * DAY }), today],
    ['bot', combined({ who: 'b.example:1 192.0.2.1 - -', agent: BOT }), today],
    ['hostname', combined({ who: 'b.example:1 192.0.2.1 - -' }), today],
  ])('%s', (reason, line, day?: number) => {
    expect(take(line, { site, choices })).toEqual(day === undefined ? { skipped: reason } : { skipped: reason, day });
  });

  test('a whole address is filtered by its path', () => {
    const only = choicesOf({ paths: ['/blog/*'] });
    const of = (target: string) => take(combined({ request: `GET ${target} HTTP/1.1` }), { choices: only });
    expect(of('https://example.com/blog/a?b')).toHaveProperty('event');
    expect(of('/blog/a?b')).toHaveProperty('event');
    expect(of('https://blog.example/x?/blog/a')).toEqual({ skipped: 'filter' });
    expect(of('/x?/blog/a')).toEqual({ skipped: 'filter' });
    expect(of('/x#/blog/a')).toEqual({ skipped: 'filter' });
  });

  test('a time up to a day ahead is now, one further ahead is in the future, counted today', () => {
    const ahead = limits.clockAheadMsMax;
    expect(eventOf(take(combined({ time: NOW + ahead })))).toMatchObject({ id: `${NOW}-0`, time: NOW, day: today });
    expect(take(combined({ time: NOW + ahead + 1000 }))).toEqual({ skipped: 'in_future', day: today });
    for (const zone of ['UTC', 'Asia/Kathmandu']) {
      const { site: elsewhere } = newSite('example.com', { zone });
      expect(take(caddy({ ts: 8.6e12 }), { site: elsewhere })).toEqual({ skipped: 'in_future', day: today });
      expect(take(caddy({ ts: 1e300 }), { site: elsewhere })).toEqual({ skipped: 'broken' });
    }
  });

  test.each([
    [''],
    [' '],
    ['{'],
    ['{}'],
    ['{"v":1}'],
    ['{"v":2,"store":"a"}'],
    ['{"v":1,"store":"a"}'],
    ['[]'],
    ['null'],
    ['\0'],
    ['\ud800'],
    ['# a comment'],
    ['{"ts":1,"status":200,"request":{"__proto__":{"uri":"/"}}}'],
  ])('broken: %j', (line) => {
    expect(take(line)).toEqual({ skipped: 'broken' });
  });

  test('broken: what is deep', () => {
    const lines = [`{"a":${'['.repeat(100_000)}`, `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`];
    const deep = `{"v":1,"store":"a","props":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    for (const line of [...lines, deep]) expect(take(line)).toEqual({ skipped: 'broken' });
  });
});

describe('an exported event', () => {
  const view: Event = {
    id: '0199aaaa-0000-7000-8000-000000000001',
    name: PAGEVIEW,
    time: NOW - HOUR,
    day: Math.floor(NOW / DAY),
    utc_offset: 0,
    visitor: 'vAAAAAAAAAAA',
    user_id: 'anna',
    hostname: 'example.com',
    path: '/pricing',
    title: 'Pricing',
    acquisition: { source: 'Google', channel: 'Organic Search', referrer: 'google.com' },
    props: [
      ['__proto__', 'x'],
      ['price', 1.5],
      ['paid', true],
    ],
    interactive: false,
    context: { browser: 'Firefox', country: 'CH' },
  };
  const engagement: Event = {
    ...view,
    id: '0199aaaa-0000-7000-8000-000000000002',
    name: 'engagement',
    view: view.id,
    engaged_ms: 5000,
    depth: 80,
  };

  const exported = (event: object, more: object = {}) =>
    JSON.stringify({ v: 1, store: 'other-store', site: 'example.org', received: NOW, ...event, ...more });
  const skippedOf = (event: object, options: Options = {}) => {
    const outcome = take(exported(event), options);
    return 'skipped' in outcome ? outcome : undefined;
  };

  test.each([[view], [engagement]])('is taken as it is: %#', (event) => {
    const outcome = take(exported(event), {
      salts: {
        of: () => {
          throw new Error('asked');
        },
      },
    });
    expect(outcome).toEqual({ event });
    expect(eventSchema.strict().parse(eventOf(outcome))).toEqual(event);
  });

  test('brings in nothing that an event does not have', () => {
    const event = eventOf(take(exported({ ...view, ip: '203.0.113.9', __proto: 1 })));
    expect(event).toEqual(view);
    const line = exported(view).replace('"v":1', '"v":1,"__proto__":{"admin":true},"constructor":1');
    expect(take(line)).toEqual({ event: view });
  });

  test('is clean', () => {
    const event = eventOf(
      take(exported({ ...view, title: 'a\0\ud800', props: [['\0', '\udfff']], context: { browser: '\0' } })),
    );
    expect(event).toMatchObject({
      title: 'a\ufffd\ufffd',
      props: [['\ufffd', '\ufffd']],
      context: { browser: '\ufffd' },
    });
  });

  test('that was exported from this store and site is there', () => {
    expect(take(exported(view, { store: 'this-store', site: 'example.com' }))).toEqual({ skipped: 'own' });
    expect(take(exported(view, { store: 'this-store' }))).toHaveProperty('event');
    expect(take(exported(view, { site: 'example.com' }))).toHaveProperty('event');
    expect(take(exported(view, { site: 'example.com' }), { store: undefined })).toHaveProperty('event');
  });

  test('of another site than the wanted one', () => {
    expect(skippedOf(view, { exportedSite: 'example.net' })).toEqual({ skipped: 'site' });
    expect(skippedOf(view, { exportedSite: 'example.org' })).toBeUndefined();
    expect(skippedOf(view, { exportedSite: undefined })).toBeUndefined();
  });

  test('of another zone', () => {
    const { site } = newSite('example.com', { zone: 'America/New_York' });
    expect(skippedOf(view, { site })).toEqual({ skipped: 'zone' });
    expect(skippedOf({ ...view, utc_offset: -240 }, { site })).toBeUndefined();
    expect(skippedOf({ ...view, day: view.day - 1 })).toEqual({ skipped: 'zone' });
    expect(skippedOf({ ...view, day: view.day + 1 })).toEqual({ skipped: 'zone' });
    expect(skippedOf({ ...engagement, day: view.day - 1 })).toBeUndefined();
    expect(skippedOf({ ...engagement, utc_offset: 60 })).toBeUndefined();
    expect(skippedOf({ ...engagement, day: view.day + 1 })).toEqual({ skipped: 'zone' });
  });

  test('that was not chosen by host or path', () => {
    expect(skippedOf(view, { choices: choicesOf({ hosts: ['example.com'], paths: ['/pricing'] }) })).toBeUndefined();
    expect(skippedOf(view, { choices: choicesOf({ hosts: ['!example.com'] }) })).toEqual({ skipped: 'filter' });
    expect(skippedOf(view, { choices: choicesOf({ paths: ['/blog'] }) })).toEqual({ skipped: 'filter' });
    expect(skippedOf({ ...view, hostname: undefined }, { choices: choicesOf({ hosts: ['*.com'] }) })).toEqual({
      skipped: 'filter',
    });
  });

  test('of the future, in any zone, is not told by its day', () => {
    for (const zone of ['UTC', 'Asia/Kathmandu']) {
      const { site } = newSite('example.com', { zone });
      for (const time of [NOW + limits.clockAheadMsMax + 1, 8.64e15]) {
        expect(skippedOf({ ...view, time }, { site })).toEqual({ skipped: 'in_future' });
      }
    }
  });

  test.each([
    ['v', { v: 2 }],
    ['v', { v: '1' }],
    ['store', { store: 1 }],
    ['site', { site: undefined }],
    ['received', { received: undefined }],
    ['id', { id: 'x' }],
    ['id', { id: view.id.toUpperCase() }],
    ['name', { name: null }],
    ['time', { time: -1 }],
    ['time', { time: 1.5 }],
    ['time', { time: 8.64e15 + 1 }],
    ['time', { time: 1e300 }],
    ['time', { time: '2026-03-10' }],
    ['day', { day: 1e300 }],
    ['day', { day: -2 }],
    ['path', { path: undefined }],
    ['context', { context: undefined }],
    ['context', { context: { browser: {} } }],
    ['props', { props: { a: 1 } }],
    ['props', { props: [['a', {}]] }],
    ['props', { props: [['a']] }],
    ['interactive', { interactive: true }],
    ['view', { view: 'x' }],
    ['acquisition', { acquisition: 'Google' }],
  ])('is broken by a wrong %s: %j', (_what, wrong) => {
    expect(take(exported({ ...view, ...wrong }))).toEqual({ skipped: 'broken' });
  });

  test('is broken where it is cut off', () => {
    const line = exported(view);
    for (let end = 0; end < line.length; end++) expect(take(line.slice(0, end))).toEqual({ skipped: 'broken' });
  });
});
