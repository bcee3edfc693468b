import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventDimensions, metrics, operators, visitDimensions } from '../../core/question.ts';
import type { Condition, Dimension, Filter, Metric } from '../../core/question.ts';
import { compile } from './compile.ts';
import { orderOf } from './order.ts';

const range = { from: 1_000_000, to: 900_000_000_000, kind: 'span' as const };
const base = { site: 1, range, buckets: undefined };

/** A text that no SQL of ours contains, in the shapes of an attack. */
const hostile = fc.constantFrom(
  'ZZ',
  "ZZ' OR 1=1 --",
  'ZZ"; DROP TABLE visits',
  '$9ZZ',
  "ZZ\\'",
  'ZZ\0',
  '${ZZ}',
  'ZZ/*',
  'ZZ$$',
);
const fixed: Dimension[] = [...eventDimensions, ...visitDimensions];
const property = hostile.map((text): `property:${string}` => `property:${text}`);
const dimension = fc.oneof(fc.constantFrom<Dimension>(...fixed), property);

describe('compile', () => {
  test('nothing of a question but names of the list gets into the SQL', () => {
    const condition = fc.tuple(
      fc.constantFrom(...operators),
      fc.oneof(fc.constantFrom<Condition[1]>(...eventDimensions, ...visitDimensions), property),
      fc.array(hostile, { minLength: 1, maxLength: 3 }),
    );
    const asked = fc.record({
      metrics: fc.uniqueArray(fc.constantFrom<Metric>(...metrics), { minLength: 1 }),
      dimensions: fc.uniqueArray(dimension, { maxLength: 4 }),
      filters: fc.array(condition as fc.Arbitrary<Filter>, { maxLength: 3 }),
      days: fc.constantFrom<[number, number] | undefined>(undefined, [20_424, 20_451]),
    });
    fc.assert(
      fc.property(asked, (question) => {
        const order = orderOf({ ...question, order_by: undefined });
        const only = question.dimensions.map(() => ["ZZ' --"]);
        const { sql, values } = compile({
          ...base,
          ...question,
          order,
          only,
          page: { limit: 5, offset: 0 },
          countsRows: true,
        });
        expect(sql).not.toContain('ZZ');
        const places = [...sql.matchAll(/\$(\d+)/g)].map(([, place]) => Number(place));
        expect(Math.max(...places)).toBe(values.length);
        expect(new Set(places).size).toBe(values.length);
      }),
    );
  });

  test('a name that is not on the list is an error, not SQL', () => {
    const filters = [['is', 'visits; DROP TABLE visits', ['x']]] as unknown as Filter[];
    expect(() => compile({ ...base, metrics: ['visits'], dimensions: [], filters, order: [] })).toThrow(
      'not a dimension',
    );
    const dimensions = ['toString'] as unknown as Dimension[];
    expect(() => compile({ ...base, metrics: ['visits'], dimensions, filters: [], order: [] })).toThrow(
      'not a dimension',
    );
  });
});
