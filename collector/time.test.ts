import { describe, expect, test } from 'vitest';
import { correct, fileAt, shiftOf } from './time.ts';

const ARRIVAL = Date.UTC(2026, 2, 1, 12);
const HOUR = 3_600_000;

describe('shiftOf and correct', () => {
  test('corrects a clock that is wrong by the moment of sending', () => {
    const shift = shiftOf({ sent: ARRIVAL + 5 * HOUR }, ARRIVAL);
    expect(correct(ARRIVAL + 4 * HOUR, shift, ARRIVAL)).toBe(ARRIVAL - HOUR);
    const behind = shiftOf({ sent: 1000 }, ARRIVAL);
    expect(correct(400, behind, ARRIVAL)).toBe(ARRIVAL - 600);
  });

  test('uses the offset that was learned where there is no moment of sending', () => {
    expect(correct(ARRIVAL, shiftOf({ offset: -5000 }, ARRIVAL), ARRIVAL)).toBe(ARRIVAL - 5000);
    expect(shiftOf({ sent: ARRIVAL, offset: -5000 }, ARRIVAL)).toBe(0);
    expect(shiftOf({}, ARRIVAL)).toBe(0);
  });

  test('lets nothing happen after it arrived, and gives whole ms', () => {
    expect(correct(ARRIVAL + 1, 0, ARRIVAL)).toBe(ARRIVAL);
    expect(correct(ARRIVAL - 10.6, 0, ARRIVAL)).toBe(ARRIVAL - 11);
  });
});

describe('fileAt', () => {
  test('gives the local day and the offset of the zone', () => {
    const time = Date.UTC(2026, 0, 1, 3);
    const day = Date.UTC(2026, 0, 1) / (24 * HOUR);
    expect(fileAt('UTC', time)).toEqual({ day, utc_offset: 0 });
    expect(fileAt('America/New_York', time)).toEqual({ day: day - 1, utc_offset: -300 });
  });
});
