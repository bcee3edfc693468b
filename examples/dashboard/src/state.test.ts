import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { format, parse } from './state.ts';
import type { State } from './state.ts';

const plain: State = parse('');

describe('parse', () => {
  test('an empty address is the default of everything', () => {
    expect(plain).toMatchObject({
      site: '',
      range: '28d',
      comparison: 'previous_period',
      metric: 'visitors',
      filters: [],
    });
    expect(format(plain)).toBe('?');
  });

  test('reads what a link says', () => {
    const search =
      '?site=example.com&range=2026-11-01..2026-11-07&compare=year_before&metric=visits&by=hour&show=table&refused=1';
    expect(parse(`${search}&f=is~page~/pricing~/about&f=contains_not~property:plan~free&pages=exit_page`)).toEqual({
      ...plain,
      site: 'example.com',
      range: ['2026-11-01', '2026-11-07'],
      comparison: 'year_before',
      metric: 'visits',
      bucket: 'hour',
      table: true,
      refused: true,
      tabs: { pages: 'exit_page' },
      filters: [
        ['is', 'page', ['/pricing', '/about']],
        ['contains_not', 'property:plan', ['free']],
      ],
    });
  });

  test('reads a list with its search, order and page', () => {
    expect(parse('?detail=source&q=goo&p=3&sort=bounce_rate-asc').detail).toEqual({
      dimension: 'source',
      search: 'goo',
      page: 2,
      order: ['bounce_rate', 'asc'],
    });
  });

  test.each([
    '?range=fortnight',
    '?range=2026-11-07..2026-11-01',
    '?range=..',
    '?compare=never',
    '?metric=__proto__',
    '?metric=happiness',
    '?by=second',
    '?f=is',
    '?f=is~page',
    '?f=loves~page~/',
    '?f=is~constructor~/',
    '?f=is~property:~x',
    '?pages=toString',
    '?detail=__proto__',
    '?unknown=1',
  ])('leaves what it does not understand at the default: %s', (search) => {
    expect(parse(search)).toEqual(plain);
  });

  test('bounds a page that nobody can reach', () => {
    for (const page of ['0', '-1', '1.5', 'x', '1e99']) expect(parse(`?detail=page&p=${page}`).detail?.page).toBe(0);
  });
});

describe('format', () => {
  test('is the reverse of parse, whatever the values are', () => {
    const condition = fc.tuple(
      fc.constantFrom('is' as const, 'is_not' as const, 'matches' as const),
      fc.constantFrom('page' as const, 'utm_source' as const, 'property:a~b%7E' as const),
      fc.array(fc.string({ unit: 'binary-ascii' }), { minLength: 1, maxLength: 3 }),
    );
    const state = fc.record({
      site: fc.string(),
      range: fc.constantFrom('7d' as const, 'all' as const, ['2026-01-01', '2026-02-01'] as [string, string]),
      comparison: fc.constantFrom('none' as const, ['2025-01-01', '2025-02-01'] as [string, string]),
      metric: fc.constantFrom('visits' as const, 'bounce_rate' as const),
      filters: fc.array(condition, { maxLength: 4 }),
      table: fc.boolean(),
      refused: fc.boolean(),
      welcome: fc.boolean(),
      demo: fc.boolean(),
    });
    fc.assert(
      fc.property(state, (some) => {
        expect(parse(format({ ...plain, ...some }))).toEqual({ ...plain, ...some });
      }),
    );
  });
});
