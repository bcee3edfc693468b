import { describe, expect, test } from 'vitest';
import { questionLimits } from '../../core/question.ts';
import { checkQuestion } from './check.ts';
import { Wrong } from './wrong.ts';

const question = { site_id: 'example.com', date_range: '7d', metrics: ['visitors'] };
const PATTERN_MAX = 100;

function wrong(change: object): Wrong {
  try {
    checkQuestion({ ...question, ...change }, PATTERN_MAX);
  } catch (error) {
    if (error instanceof Wrong) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

function nested(depth: number): unknown {
  return depth === 0 ? ['is', 'page', ['/']] : ['not', nested(depth - 1)];
}

describe('checkQuestion', () => {
  test('fills in what may be left out', () => {
    expect(checkQuestion(question, PATTERN_MAX)).toEqual({
      ...question,
      dimensions: [],
      filters: [],
      pagination: { limit: 100, offset: 0 },
      include: { totals: false, total_rows: false },
    });
  });

  test('takes all there is', () => {
    const full = {
      site_id: 'example.com',
      date_range: ['2026-11-01', '2026-11-22'],
      metrics: ['visits', 'bounce_rate'],
      dimensions: ['time:day', 'page', 'property:plan', 'utm_source'],
      filters: [
        [
          'or',
          [
            ['not', ['contains', 'page', ['a', 'b']]],
            [
              'and',
              [
                ['matches', 'event', ['^x']],
                ['is', 'country', ['']],
              ],
            ],
          ],
        ],
      ],
      order_by: [
        ['visits', 'desc'],
        ['property:plan', 'asc'],
      ],
      pagination: { limit: 10_000, offset: 5 },
      include: { totals: true, total_rows: true, comparison: ['2026-10-01T00:00:00Z', '2026-10-22T00:00:00+02:00'] },
    };
    expect(checkQuestion(full, PATTERN_MAX)).toEqual(full);
  });

  test.each<[string, object, string]>([
    ['a range nobody knows', { date_range: '8d' }, 'date_range'],
    ['a date that is none', { date_range: ['2026-02-30', '2026-03-01'] }, 'date_range'],
    ['a date and an instant', { date_range: ['2026-02-20', '2026-03-01T00:00:00Z'] }, 'date_range'],
    ['an instant without offset', { date_range: ['2026-02-20T00:00:00', '2026-03-01T00:00:00'] }, 'date_range'],
    ['no metric', { metrics: [] }, 'metrics'],
    ['a metric nobody knows', { metrics: ['visitors', 'money'] }, 'metrics[1]'],
    ['a metric twice', { metrics: ['visitors', 'visitors'] }, 'metrics'],
    ['a dimension nobody knows', { dimensions: ['page', 'shoe_size'] }, 'dimensions[1]'],
    ['a dimension twice', { dimensions: ['page', 'page'] }, 'dimensions'],
    ['two of time', { dimensions: ['time:day', 'time:hour'] }, 'dimensions'],
    ['a property without a name', { dimensions: ['property:'] }, 'dimensions[0]'],
    ['a property with too long a name', { dimensions: [`property:${'x'.repeat(121)}`] }, 'dimensions[0]'],
    ['too many dimensions', { dimensions: ['page', 'os', 'browser', 'country', 'device'] }, 'dimensions'],
    ['an order by something else', { order_by: [['pageviews', 'desc']] }, 'order_by[0]'],
    ['an order in no direction', { order_by: [['visitors', 'up']] }, 'order_by[0][1]'],
    ['a page without end', { pagination: { limit: 10_001 } }, 'pagination.limit'],
    ['a page of no rows', { pagination: { limit: 0 } }, 'pagination.limit'],
    ['a page before the first', { pagination: { offset: -1 } }, 'pagination.offset'],
    ['a page of fractions', { pagination: { limit: 1.5 } }, 'pagination.limit'],
    ['something else in the page', { pagination: { cursor: 'x' } }, 'pagination'],
    ['a comparison nobody knows', { include: { comparison: 'next_period' } }, 'include.comparison'],
    ['totals that are no yes or no', { include: { totals: 'yes' } }, 'include.totals'],
    ['no site', { site_id: undefined }, 'site_id'],
    ['a site that is a number', { site_id: 7 }, 'site_id'],
    ['a field nobody knows', { sql: 'DROP TABLE visits' }, 'body'],
  ])('%s', (_, change, field) => {
    expect(wrong(change).field).toBe(field);
  });

  test.each<[string, unknown, string]>([
    ['filters that are no list', { is: 1 }, 'filters'],
    ['a filter that is no list', ['page'], 'filters[0]'],
    ['an operator nobody knows', [['like', 'page', ['/']]], 'filters[0][0]'],
    ['an operator that is no text', [[{}, 'page', ['/']]], 'filters[0][0]'],
    ['a dimension nobody knows', [['is', 'shoe_size', ['/']]], 'filters[0][1]'],
    ['a dimension of time', [['is', 'time:day', ['2026-11-22']]], 'filters[0][1]'],
    ['a name that every object has', [['is', 'constructor', ['x']]], 'filters[0][1]'],
    ['no values', [['is', 'page', []]], 'filters[0][2]'],
    ['values that are no list', [['is', 'page', '/']], 'filters[0][2]'],
    ['a value that is no text', [['is', 'page', ['/', 5]]], 'filters[0][2]'],
    ['too long a value', [['is', 'page', ['x'.repeat(questionLimits.valueCharsMax + 1)]]], 'filters[0][2]'],
    ['too long a pattern', [['matches', 'page', ['x'.repeat(PATTERN_MAX + 1)]]], 'filters[0][2]'],
    [
      'too many values',
      [['is', 'page', Array.from({ length: questionLimits.valuesMax + 1 }, () => '/')]],
      'filters[0][2]',
    ],
    ['more than a condition', [['is', 'page', ['/'], 'x']], 'filters[0][2]'],
    ['and without anything', [['and', []]], 'filters[0]'],
    ['and without a list', [['and', ['is', 'page', ['/']]]], 'filters[0][1][0]'],
    ['not with two', [['not', ['is', 'page', ['/']], ['is', 'page', ['/']]]], 'filters[0]'],
    [
      'a wrong one deep within',
      [
        [
          'or',
          [
            ['is', 'page', ['/']],
            ['not', ['is', 'nothing', ['/']]],
          ],
        ],
      ],
      'filters[0][1][1][1][1]',
    ],
    ['too deep', [nested(questionLimits.filterDepthMax)], `filters[0]${'[1]'.repeat(questionLimits.filterDepthMax)}`],
  ])('%s', (_, filters, field) => {
    expect(wrong({ filters }).field).toBe(field);
  });

  test('as deep as may be', () => {
    const filters = [nested(questionLimits.filterDepthMax - 1)];
    expect(checkQuestion({ ...question, filters }, PATTERN_MAX).filters).toEqual(filters);
  });

  test('nested without end, and wide without end, are refused at once', () => {
    let deep: unknown = ['is', 'page', ['/']];
    for (let depth = 0; depth < 100_000; depth++) deep = ['not', deep];
    expect(wrong({ filters: [deep] }).limit).toContain('within one another');
    const wide = Array.from({ length: 100_000 }, () => ['is', 'page', ['/']]);
    expect(wrong({ filters: [['or', wide]] }).limit).toContain('conditions');
  });

  test('conditions are counted wherever they are', () => {
    const some = (count: number): unknown => ['or', Array.from({ length: count }, () => ['is', 'page', ['/']])];
    expect(() => checkQuestion({ ...question, filters: [some(25), some(25)] }, PATTERN_MAX)).not.toThrow();
    expect(wrong({ filters: [some(25), some(26)] }).field).toBe('filters');
  });

  test.each<[string, object, string[]]>([
    ['metrics', { metrics: ['x'] }, ['visitors', 'engaged_time']],
    ['dimensions', { dimensions: ['x'] }, ['page', 'property:<name>', 'time:minute']],
    ['date_range', { date_range: 'x' }, ['day', '12mo', '["2026-11-01", "2026-11-30"]']],
    ['operators', { filters: [['x', 'page', ['/']]] }, ['is', 'matches_not', 'and', 'not']],
    ['order_by', { order_by: [['page', 'asc']] }, ['visitors']],
  ])('lists what is allowed: %s', (_, change, some) => {
    expect(wrong(change).allowed).toEqual(expect.arrayContaining(some));
  });

  test.each([[undefined], [null], [[]], ['x'], [5], [[question]]])('%j is no question', (body) => {
    expect(() => checkQuestion(body, PATTERN_MAX)).toThrow(Wrong);
  });

  test('what was sent is not told back', () => {
    const secret = 'SECRET';
    const { message, allowed, fix, limit } = wrong({
      metrics: [secret],
      [secret]: 1,
      filters: [[secret, secret, secret]],
    });
    expect(JSON.stringify([message, allowed, fix, limit])).not.toContain(secret);
  });
});
