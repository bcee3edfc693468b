import { describe, expect, test } from 'vitest';
import { limits } from '../core/limits.ts';
import { dateCall } from './date-call.ts';

const NOW = Date.UTC(2026, 2, 10, 12);

function date(timestamp: number | undefined, trusted = false): unknown {
  const call = { site_id: 'a', event_type: 'pageview', path: '/', timestamp };
  return dateCall(call, '[2].', NOW, () => trusted, limits);
}

describe('dateCall', () => {
  test('is the arrival where there is no timestamp', () => {
    expect(date(undefined)).toBe(NOW);
  });

  test('is the timestamp, old ones only for those who may', () => {
    expect(date(NOW - 5)).toBe(NOW - 5);
    expect(date(NOW - limits.eventAgeMsMax)).toBe(NOW - limits.eventAgeMsMax);
    expect(date(NOW - limits.eventAgeMsMax - 1)).toMatchObject({ reason: 'key_required', field: '[2].timestamp' });
    expect(date(NOW - limits.eventAgeMsMax - 1, true)).toBe(NOW - limits.eventAgeMsMax - 1);
    expect(date(0, true)).toBe(0);
  });

  test('is the arrival for a clock that is a little ahead, and refuses one that is far ahead', () => {
    expect(date(NOW + limits.clockAheadMsMax)).toBe(NOW);
    expect(date(NOW + limits.clockAheadMsMax + 1, true)).toMatchObject({
      reason: 'in_future',
      field: '[2].timestamp',
      limit: limits.clockAheadMsMax,
    });
  });

  test('refuses what is before all days', () => {
    expect(date(-1, true)).toMatchObject({ reason: 'too_old' });
  });
});
