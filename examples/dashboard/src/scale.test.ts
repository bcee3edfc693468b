import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { areaOf, frameOf, labelStep, lineOf, scaleOf } from './scale.ts';

describe('scaleOf', () => {
  test.each([
    ['visitors', 873, [0, 250, 500, 750, 1000]],
    ['visitors', 3, [0, 1, 2, 3]],
    ['visitors', 0, [0, 1]],
    ['bounce_rate', 62, [0, 20, 40, 60, 80]],
    ['visit_duration', 200, [0, 60, 120, 180, 240]],
    ['views_per_visit', 2.4, [0, 1, 2, 3]],
  ] as const)('%s up to %d', (metric, highest, ticks) => {
    expect(scaleOf(metric, highest).ticks).toEqual(ticks);
  });

  test('holds every value within a few lines', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e12, noNaN: true }),
        fc.constantFrom('visitors' as const, 'visit_duration' as const, 'views_per_visit' as const),
        (highest, metric) => {
          const { ticks, max } = scaleOf(metric, highest);
          expect(max).toBeGreaterThanOrEqual(highest);
          expect(ticks.length).toBeLessThanOrEqual(6);
        },
      ),
    );
  });
});

test('a line has gaps where there is no value, an area closes at the bottom', () => {
  const a = { x: 0, y: 10 };
  const b = { x: 10, y: 5.04 };
  expect(lineOf([a, b, undefined, a])).toBe('M0 10L10 5M0 10');
  expect(areaOf([a, b], 20)).toBe('M0 10L10 5L10 20L0 20Z');
  expect(areaOf([], 20)).toBe('');
});

test('the nearest point is found, also beside the drawing', () => {
  const point = (start: string) => ({ start, value: 1, before: undefined, state: 'over' as const });
  const frame = frameOf('visitors', ['a', 'b', 'c'].map(point), 500);
  expect([-50, frame.xOf(0), frame.xOf(1) + 3, 9999].map(frame.indexAt)).toEqual([0, 0, 1, 2]);
  expect(frameOf('visitors', [point('a')], 500).indexAt(400)).toBe(0);
});

test('labels have room', () => {
  expect([labelStep(28, 1000, 74), labelStep(7, 1000, 74), labelStep(2184, 1000, 74)]).toEqual([3, 1, 168]);
});
