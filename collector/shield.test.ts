import { describe, expect, test } from 'vitest';
import { limits } from '../core/limits.ts';
import { newSite } from '../core/site.ts';
import { rateLimits } from './rates.ts';
import { judge, judgeHostname } from './shield.ts';

const { site } = newSite('a', { hostnames: ['example.com', 'shop.example.org', 'xn--bcher-kva.example'] });

function judged(headers: Record<string, string>, bot = false) {
  const rates = rateLimits(limits, () => 0);
  const sent = new Headers(headers);
  const sender = { agent: { bot, context: {} }, traits: undefined, header: (name: string) => sent.get(name) };
  return judge(site, sender, 1, rates);
}

describe('judge', () => {
  test('lets browsers pass', () => {
    expect(judged({ purpose: 'something', 'sec-purpose': '', 'x-moz': 'x' })).toBeUndefined();
  });

  test('turns bots away', () => {
    expect(judged({}, true)).toMatchObject({ reason: 'bot', field: 'user-agent' });
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
    const sender = { agent: { bot: false, context: {} }, traits: undefined, header: () => null };
    expect(judge(site, sender, 1, rates)).toBeUndefined();
    expect(judge(site, sender, 1, rates)).toMatchObject({ reason: 'rate_limited' });
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
    expect(judgeHostname(site, hostname, 'events[0].url')).toBeUndefined();
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
    expect(judgeHostname(site, hostname, 'events[0].url')).toMatchObject({
      reason: 'hostname',
      field: 'events[0].url',
    });
  });

  test('lets everyone pass where the site has no list', () => {
    expect(judgeHostname(newSite('b').site, 'anything.example', 'url')).toBeUndefined();
    expect(judgeHostname(newSite('b').site, undefined, 'url')).toBeUndefined();
  });
});
