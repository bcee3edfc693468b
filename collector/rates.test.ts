import { describe, expect, test } from 'vitest';
import { rateLimits } from './rates.ts';

const one = { address: '203.0.113.1', agent: 'A' };

function setUp(limits: { visitor?: number; site?: number; slots?: number } = {}) {
  const clock = { now: 60_000 };
  const settings = {
    visitorEventsPerMinuteMax: limits.visitor ?? 10,
    siteEventsPerMinuteMax: limits.site ?? 1_000_000,
    rateSlots: limits.slots ?? 4096,
  };
  return { clock, rates: rateLimits(settings, () => clock.now) };
}

describe('rateLimits', () => {
  test('lets a visitor send so many events a minute, and again in the next', () => {
    const { clock, rates } = setUp();
    for (let i = 0; i < 10; i++) expect(rates.take('a', 1, one)).toBeUndefined();
    expect(rates.take('a', 1, one)).toMatchObject({ reason: 'rate_limited', field: 'visitor', limit: 10 });
    clock.now += 60_000;
    expect(rates.take('a', 10, one)).toBeUndefined();
    expect(rates.take('a', 1, one)).toMatchObject({ reason: 'rate_limited' });
  });

  test('tells visitors apart by site, address and agent', () => {
    const { rates } = setUp();
    expect(rates.take('a', 11, one)).toBeDefined();
    expect(rates.take('b', 10, one)).toBeUndefined();
    expect(rates.take('a', 10, { ...one, address: '203.0.113.2' })).toBeUndefined();
    expect(rates.take('a', 10, { ...one, agent: 'B' })).toBeUndefined();
  });

  test('lets a site send so many events a minute, with visitors or without', () => {
    const { clock, rates } = setUp({ site: 15 });
    expect(rates.take('a', 10, one)).toBeUndefined();
    expect(rates.take('a', 5)).toBeUndefined();
    expect(rates.take('a', 1)).toMatchObject({ reason: 'rate_limited', field: 'site', limit: 15 });
    expect(rates.take('b', 15)).toBeUndefined();
    clock.now += 60_000;
    expect(rates.take('a', 15)).toBeUndefined();
  });

  test('does not take ordinary visitors for abusers when there are many of them', () => {
    const { rates } = setUp({ visitor: 3000, slots: 65_536 });
    let refused = 0;
    for (let visitor = 0; visitor < 200_000; visitor++) {
      if (rates.take('a', 5, { address: `10.${visitor >> 16}.${(visitor >> 8) & 255}.${visitor & 255}`, agent: 'A' })) {
        refused += 1;
      }
    }
    expect(refused).toBe(0);
    expect(rates.take('a', 3001, one)).toBeDefined();
  });
});
