import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { limits } from '../core/limits.ts';
import { newSite } from '../core/site.ts';
import { hmacKey } from './hmac.ts';
import { plainUserId, visitorKey, visitorsOf } from './identify.ts';
import { memoryDocuments } from './memory.reference.ts';
import { salts } from './salts.ts';

const traits = { address: '203.0.113.9', agent: 'Agent/1.0' };
const { site } = newSite('a');

describe('visitorKey', () => {
  test('is the first 64 bits of HMAC-SHA-256(salt, site | IP | user agent)', () => {
    const salt = randomBytes(32);
    const hash = createHmac('sha256', salt).update('a|203.0.113.9|Agent/1.0').digest();
    expect(visitorKey(hmacKey(salt), site, traits)).toBe(`v${hash.subarray(0, 8).toString('base64url')}`);
  });

  test('differs by salt, site, address and agent', () => {
    const salt = hmacKey(randomBytes(32));
    const keys = [
      visitorKey(salt, site, traits),
      visitorKey(hmacKey(randomBytes(32)), site, traits),
      visitorKey(salt, newSite('b').site, traits),
      visitorKey(salt, site, { ...traits, address: '203.0.113.8' }),
      visitorKey(salt, site, { ...traits, agent: 'Agent/1.1' }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('is the same for all addresses of one IPv6 network, and another for the next', () => {
    const salt = hmacKey(randomBytes(32));
    const of = (address: string) => visitorKey(salt, site, { ...traits, address });
    expect(of('2001:db8:1:2::7')).toBe(of('2001:db8:1:2:3:4:5:6'));
    expect(of('2001:db8:1:2::7')).not.toBe(of('2001:db8:1:3::7'));
  });
});

describe('visitorsOf', () => {
  const NOON = Date.UTC(2026, 2, 10, 12);
  const today = Math.floor(NOON / 86_400_000);

  test('waits for salts once, and answers at once from then on', async () => {
    const known = salts({ documents: memoryDocuments(), limits, now: () => NOON, onError: () => {} });
    const days = new Set([today, today - 1]);
    const first = visitorsOf(known, site, traits, days);
    expect(first).toBeInstanceOf(Promise);
    const second = visitorsOf(known, site, traits, days);
    const loaded = await first;
    expect(loaded.size).toBe(2);
    expect(loaded.get(today)).not.toBe(loaded.get(today - 1));
    expect(await second).toEqual(loaded);
    expect(visitorsOf(known, site, traits, days)).toEqual(loaded);
  });

  test('has the same key for all days of a week where that is how long visitors live, told apart from those of a day', async () => {
    const known = salts({ documents: memoryDocuments(), limits, now: () => NOON, onError: () => {} });
    const { site: weekly } = newSite('a', { visitor_life: 'week' });
    // NOON is of a Tuesday.
    const visitors = await visitorsOf(known, weekly, traits, new Set([today, today - 1, today + 5, today + 6]));
    const [tuesday, monday, sunday, next] = [...visitors.values()];
    expect(tuesday).toMatch(/^w[\w-]{11}$/);
    expect([monday, sunday]).toEqual([tuesday, tuesday]);
    expect(next).toMatch(/^w/);
    expect(next).not.toBe(tuesday);
  });

  test('has no key for a day whose salt has died', async () => {
    const known = salts({ documents: memoryDocuments(), limits, now: () => NOON, onError: () => {} });
    const visitors = await visitorsOf(known, site, traits, new Set([today, today - 2]));
    expect([...visitors.keys()]).toEqual([today]);
  });
});

describe('plainUserId', () => {
  const { site: other } = newSite('b');

  test('hides an address wherever it stands in it', () => {
    for (const id of ['Ada <ada@example.com>', 'ada%40example.com', 'mailto:ada@example.com'])
      expect(plainUserId(site, id)).toMatch(/^email:[\w-]{22}$/);
  });

  test('leaves what is no e-mail address', () => {
    for (const id of [
      'user-xyz-789',
      'a@b',
      '@',
      'a b@c.d e',
      ' x ',
      'email:x',
      '@twitter.name@',
      `${'a@'.repeat(100)}.`,
    ]) {
      expect(plainUserId(site, id)).toBe(id);
    }
  });

  test("replaces an e-mail address by a hash under the site's pepper", () => {
    const id = plainUserId(site, 'ada@example.com');
    const hash = createHmac('sha256', site.pepper).update('ada@example.com').digest();
    expect(id).toBe(`email:${hash.subarray(0, 16).toString('base64url')}`);
    expect(plainUserId(site, ' Ada@Example.COM\n')).toBe(id);
    expect(plainUserId({ ...site }, 'ada@example.com')).toBe(id);
    expect(plainUserId(other, 'ada@example.com')).not.toBe(id);
    expect(plainUserId(site, 'bob@example.com')).not.toBe(id);
  });
});
