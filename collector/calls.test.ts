import { describe, expect, test } from 'vitest';
import { wireLimits } from '../sdk/src/wire.ts';
import { callForm, parseCalls } from './calls.ts';
import type { Calls } from './calls.ts';
import { Refusal } from './refusal.ts';

const seed = {
  site_id: 'site-abc-123',
  event_type: 'page_view',
  path: '/pricing',
  user_id: 'user-xyz-789',
  timestamp: '2025-11-12T19:30:01Z',
};

function parse(body: unknown): Calls {
  const calls = parseCalls(JSON.stringify(body), 10, callForm);
  if (calls instanceof Refusal) throw new Error(calls.message);
  return calls;
}

describe('parseCalls', () => {
  test('takes the seed to the letter', () => {
    expect(parse(seed)).toEqual({
      list: false,
      count: 1,
      calls: [
        {
          index: 0,
          call: { ...seed, event_type: 'pageview', timestamp: Date.UTC(2025, 10, 12, 19, 30, 1) },
        },
      ],
      refused: [],
    });
  });

  test('takes a custom event as it is called', () => {
    expect(parse({ ...seed, event_type: 'signup' }).calls[0]?.call.event_type).toBe('signup');
    expect(parse({ ...seed, event_type: 'pageview' }).calls[0]?.call.event_type).toBe('pageview');
  });

  test.each([
    ['2025-11-12T19:30:01Z', Date.UTC(2025, 10, 12, 19, 30, 1)],
    ['2025-11-12T19:30:01.5Z', Date.UTC(2025, 10, 12, 19, 30, 1, 500)],
    ['2025-11-12T19:30:01.123456789Z', Date.UTC(2025, 10, 12, 19, 30, 1, 123)],
    ['2025-11-12T19:30:01+05:30', Date.UTC(2025, 10, 12, 14, 0, 1)],
    ['2024-02-29T00:00:00-01:00', Date.UTC(2024, 1, 29, 1)],
  ])('reads %s', (timestamp, time) => {
    expect(parse({ ...seed, timestamp }).calls[0]?.call.timestamp).toBe(time);
  });

  test.each([
    ['2025-11-12T19:30:01'],
    ['2025-11-12'],
    ['2025-02-30T00:00:00Z'],
    ['2025-11-12 19:30:01Z'],
    ['Wed, 12 Nov 2025 19:30:01 GMT'],
    ['1763000000'],
    ['2025-11-12T25:00:00Z'],
    ['+275760-09-13T00:00:00Z'],
    ['2025-11-12T19:30:01+0530'],
    [''],
    [1_763_000_000],
    [null],
  ])('refuses the timestamp %j', (timestamp) => {
    const { refused } = parse({ ...seed, timestamp });
    expect(refused[0]?.refusal).toMatchObject({ reason: 'invalid', field: 'timestamp' });
  });

  test.each([
    [{ ...seed, site_id: undefined }, 'site_id'],
    [{ ...seed, site_id: { $gt: '' } }, 'site_id'],
    [{ ...seed, event_type: 'engagement' }, 'event_type'],
    [{ ...seed, event_type: '' }, 'event_type'],
    [{ ...seed, path: '' }, 'path'],
    [{ ...seed, path: ['/'] }, 'path'],
    [{ ...seed, user_id: 5 }, 'user_id'],
    [{ ...seed, event_id: '5' }, 'event_id'],
    [{ ...seed, ip: '1.2.3' }, 'ip'],
    [{ ...seed, ip: 'example.com' }, 'ip'],
    [{ ...seed, user_agent: {} }, 'user_agent'],
    [{ ...seed, props: 'x' }, 'props'],
    [{ ...seed, language: 1 }, 'language'],
    [5, 'body'],
    [null, 'body'],
  ])('refuses %j for its %s', (body, field) => {
    expect(parse(body).refused[0]?.refusal).toMatchObject({ reason: 'invalid', field });
  });

  test.each([
    ['path', wireLimits.urlCharsMax],
    ['user_id', wireLimits.userIdCharsMax],
    ['event_type', wireLimits.nameCharsMax],
    ['title', wireLimits.titleCharsMax],
    ['referrer', wireLimits.urlCharsMax],
    ['language', wireLimits.languageCharsMax],
    ['hostname', 253],
  ])('refuses a %s of more than %i characters', (field, limit) => {
    const { refused } = parse({ ...seed, [field]: 'x'.repeat(limit + 1) });
    expect(refused[0]?.refusal).toMatchObject({ reason: 'too_long', field, limit });
    expect(parse({ ...seed, [field]: 'x'.repeat(limit) }).refused).toEqual([]);
  });

  test('judges each event of a list by itself, and knows whose the bad ones are', () => {
    const calls = parse([seed, { ...seed, path: 5 }, 'x', [seed]]);
    expect(calls).toMatchObject({ list: true, count: 4 });
    expect(calls.calls.map(({ index }) => index)).toEqual([0]);
    expect(calls.refused.map(({ index, refusal, siteId }) => [index, refusal.field, siteId])).toEqual([
      [1, '[1].path', 'site-abc-123'],
      [2, '[2]', undefined],
      [3, '[3]', undefined],
    ]);
  });

  test('refuses an empty list and one that is too long', () => {
    expect(parseCalls('[]', 10, callForm)).toMatchObject({ reason: 'invalid', field: 'body' });
    expect(parseCalls(JSON.stringify(Array.from({ length: 11 }, () => seed)), 10, callForm)).toMatchObject({
      reason: 'too_large',
      limit: 10,
    });
  });
});
