import { describe, expect, test } from 'vitest';
import { limits } from '../core/limits.ts';
import { newSite } from '../core/site.ts';
import type { Site } from '../core/site.ts';
import type { BotKind } from './agent/bots.ts';
import { rateLimits } from './rates.ts';
import { judge, judgeHostname } from './shield.ts';

const { site } = newSite('a', { hostnames: ['example.com', 'shop.example.org', 'xn--bcher-kva.example'] });

function judged(headers: Record<string, string>, { bot, webdriver, of = site }: Judging = {}) {
  const rates = rateLimits(limits, () => 0);
  const sent = new Headers({ 'accept-language': 'de', ...headers });
  const sender = {
    agent: { bot: bot ? { kind: bot, name: undefined } : (false as const), context: {} },
    traits: undefined,
    place: {},
    header: (name: string) => sent.get(name),
  };
  return judge(of, sender, { count: 1, webdriver }, rates);
}

interface Judging {
  bot?: BotKind;
  webdriver?: boolean;
  of?: Site;
}

describe('judge', () => {
  test('lets browsers pass', () => {
    expect(judged({ purpose: 'something', 'sec-purpose': '', 'x-moz': 'x' })).toBeUndefined();
  });

  test('turns bots away, each kind by its own reason', () => {
    expect(judged({}, { bot: 'bot' })).toMatchObject({ reason: 'bot', field: 'user-agent' });
    expect(judged({}, { bot: 'ai' })).toMatchObject({ reason: 'ai_bot', field: 'user-agent' });
    expect(judged({ 'accept-language': '' })).toMatchObject({ reason: 'bot', field: 'accept-language' });
    expect(judged({ 'signature-agent': '"https://a.example"' })).toMatchObject({ reason: 'ai_bot' });
  });

  test.each<[string, Judging, Record<string, string>]>([
    ['webdriver', { webdriver: true }, {}],
    ['user-agent', { bot: 'automation' }, {}],
    ['sec-ch-ua', {}, { 'sec-ch-ua': '"HeadlessChrome";v="142"' }],
  ])('turns away a browser that a program drives, told by %s, unless the site counts such', (field, how, headers) => {
    expect(judged(headers, how)).toMatchObject({ reason: 'automation', field });
    expect(judged(headers, { ...how, of: newSite('b', { automation: 'refuse' }).site })).toBeDefined();
    expect(judged(headers, { ...how, of: newSite('b', { automation: 'count' }).site })).toBeUndefined();
  });

  test.each([
    ['sec-purpose', 'prefetch'],
    ['sec-purpose', 'prefetch;prerender'],
    ['Purpose', 'Prefetch'],
    ['X-Moz', 'prefetch'],
  ])('turns away what is loaded ahead: %s: %s', (name, value) => {
    expect(judged({ [name]: value })).toMatchObject({ reason: 'prefetch', field: name.toLowerCase() });
  });

  test('turns away what is too much', () => {
    const rates = rateLimits({ ...limits, siteEventsPerMinuteMax: 1 }, () => 0);
    const agent = { bot: false as const, context: {} };
    const sender = {
      agent,
      traits: undefined,
      place: {},
      header: (name: string) => (name === 'accept-language' ? 'de' : null),
    };
    expect(judge(site, sender, { count: 1 }, rates)).toBeUndefined();
    expect(judge(site, sender, { count: 1 }, rates)).toMatchObject({ reason: 'rate_limited' });
  });
});

describe('judgeHostname', () => {
  test.each([
    ['example.com'],
    ['www.example.com'],
    ['a.b.example.com'],
    ['shop.example.org'],
    ['xn--bcher-kva.example'],
  ])('lets %s pass', (hostname) => {
    expect(judgeHostname(site, hostname, '203.0.113.7', 'events[0].url')).toBeUndefined();
  });

  test.each([
    ['evil-example.com'],
    ['example.com.evil.com'],
    ['example.org'],
    ['com'],
    ['.example.com.'],
    ['exаmple.com'],
    ['null'],
    [undefined],
  ])('turns %s away', (hostname) => {
    expect(judgeHostname(site, hostname, '203.0.113.7', 'events[0].url')).toMatchObject({
      reason: 'hostname',
      field: 'events[0].url',
    });
  });

  test('lets everyone pass where the site has no list', () => {
    expect(judgeHostname(newSite('b').site, 'anything.example', '203.0.113.7', 'url')).toBeUndefined();
    expect(judgeHostname(newSite('b').site, undefined, '203.0.113.7', 'url')).toBeUndefined();
  });

  test('turns away pages on local hosts, unless their visitor is at home there, or the site has that host', () => {
    const { site: open } = newSite('b');
    for (const hostname of ['localhost', '192.168.1.5', '[::1]', 'shop.test'])
      expect(judgeHostname(open, hostname, '203.0.113.7', 'url')).toMatchObject({ reason: 'local_host' });
    for (const address of ['127.0.0.1', '10.0.0.9', '::1', undefined])
      expect(judgeHostname(open, 'localhost', address, 'url')).toBeUndefined();
    const { site: own } = newSite('c', { hostnames: ['localhost'] });
    expect(judgeHostname(own, 'localhost', '203.0.113.7', 'url')).toBeUndefined();
    expect(judgeHostname(site, 'localhost', '203.0.113.7', 'url')).toMatchObject({ reason: 'hostname' });
  });
});
