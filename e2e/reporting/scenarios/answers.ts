import { view } from './tell.ts';
import type { Scenario, Told } from './tell.ts';

/** Comparisons, order, pages, totals. */

/** So many visitors on a day of November. */
function crowd(count: number, day: string, path = '/', from = 0): Told[] {
  return Array.from({ length: count }, (_, at) => view(`v${from + at}`, `2026-11-${day}T10:00:00Z`, path));
}

const five = ['e', 'd', 'c', 'b', 'a'].flatMap((name, at) => crowd(at < 2 ? 2 : 1, '22', `/${name}`, 10 * at));

const comparisons: Scenario[] = [
  {
    name: 'the period before: as many days, up to the same time of the day',
    events: [...crowd(3, '22'), ...crowd(2, '21'), ...crowd(2, '20'), view('late', '2026-11-20T13:00:00Z')],
    question: {
      date_range: 'day',
      metrics: ['visitors', 'visits', 'bounce_rate'],
      include: { comparison: 'previous_period', totals: true },
    },
    rows: [[[], [3, 3, 100], [2, 2, 100], [50, 50, 0]]],
    totals: [3, 3, 100],
    meta: {
      date_range: ['2026-11-22T00:00:00+00:00', '2026-11-22T12:00:00+00:00'],
      comparison_date_range: ['2026-11-21T00:00:00+00:00', '2026-11-21T12:00:00+00:00'],
    },
  },
  {
    name: 'no change can be told from nothing',
    events: crowd(3, '22'),
    question: { date_range: 'day', metrics: ['visitors', 'bounce_rate'], include: { comparison: 'previous_period' } },
    rows: [[[], [3, 100], [0, null], [null, null]]],
  },
  {
    name: 'the period before a span of instants',
    events: [view('a', '09:30'), view('b', '09:40'), view('c', '10:30')],
    question: {
      date_range: ['2026-11-22T10:00:00Z', '2026-11-22T11:00:00Z'],
      metrics: ['visitors'],
      include: { comparison: 'previous_period' },
    },
    rows: [[[], [1], [2], [-50]]],
    meta: { comparison_date_range: ['2026-11-22T09:00:00+00:00', '2026-11-22T10:00:00+00:00'] },
  },
  {
    name: 'the year before',
    events: [...crowd(3, '10'), view('a', '2025-11-10T10:00:00Z'), view('b', '2025-11-09T10:00:00Z')],
    question: {
      date_range: ['2026-11-10', '2026-11-11'],
      metrics: ['visitors'],
      include: { comparison: 'year_before' },
    },
    rows: [[[], [3], [1], [200]]],
    meta: { comparison_date_range: ['2025-11-10T00:00:00+00:00', '2025-11-12T00:00:00+00:00'] },
  },
  {
    name: 'the year before a 29 February',
    now: '2028-03-10T12:00:00Z',
    events: [view('a', '2028-02-29T10:00:00Z'), view('b', '2027-02-28T10:00:00Z'), view('c', '2027-03-01T10:00:00Z')],
    question: {
      date_range: ['2028-02-29', '2028-02-29'],
      metrics: ['visitors'],
      include: { comparison: 'year_before' },
    },
    rows: [[[], [1], [1], [0]]],
    meta: { comparison_date_range: ['2027-02-28T00:00:00+00:00', '2027-03-01T00:00:00+00:00'] },
  },
  {
    name: 'days are compared by their places',
    events: [...crowd(2, '19'), ...crowd(1, '20'), ...crowd(4, '21'), ...crowd(1, '18')],
    question: {
      date_range: ['2026-11-20', '2026-11-21'],
      metrics: ['visitors'],
      dimensions: ['time:day'],
      include: { comparison: 'previous_period', totals: true },
    },
    rows: [
      [['2026-11-20'], [1], [1], [0]],
      [['2026-11-21'], [4], [2], [100]],
    ],
    totals: [5],
  },
  {
    name: 'a shorter period has nothing in the last places',
    events: [...crowd(2, '19'), ...crowd(1, '20'), ...crowd(4, '21')],
    question: {
      date_range: ['2026-11-20', '2026-11-21'],
      metrics: ['visitors'],
      dimensions: ['time:day'],
      include: { comparison: ['2026-11-19', '2026-11-19'] },
    },
    rows: [
      [['2026-11-20'], [1], [2], [-50]],
      [['2026-11-21'], [4], [null], [null]],
    ],
  },
  {
    name: 'a day of 25 hours is compared with one of 24, by place',
    zone: 'Europe/Berlin',
    events: [view('a', '2026-10-25T23:30:00+01:00'), view('b', '2026-10-24T23:30:00+02:00')],
    question: {
      date_range: ['2026-10-25', '2026-10-25'],
      metrics: ['pageviews'],
      dimensions: ['time:hour'],
      include: { comparison: 'previous_period' },
    },
    rows: [[['2026-10-25T23:00:00+01:00'], [1], [null], [null]]],
    count: 25,
  },
  {
    name: 'rows are compared with the same value before, which may have had nothing',
    events: [
      ...crowd(3, '22', '/'),
      ...crowd(1, '22', '/new', 10),
      ...crowd(2, '21', '/'),
      ...crowd(4, '21', '/old', 20),
    ],
    question: {
      date_range: ['2026-11-22', '2026-11-22'],
      metrics: ['visitors'],
      dimensions: ['page'],
      include: { comparison: 'previous_period', total_rows: true },
    },
    rows: [
      [['/'], [3], [2], [50]],
      [['/new'], [1], [0], [null]],
    ],
    meta: { total_rows: 2 },
  },
  {
    name: 'rows of a day and a page are compared by the day’s place and the page',
    events: [
      ...crowd(2, '21', '/'),
      ...crowd(3, '22', '/', 10),
      ...crowd(1, '19', '/', 20),
      ...crowd(1, '20', '/b', 30),
    ],
    question: {
      date_range: ['2026-11-21', '2026-11-22'],
      metrics: ['visitors'],
      dimensions: ['time:day', 'page'],
      include: { comparison: 'previous_period' },
    },
    rows: [
      [['2026-11-21', '/'], [2], [1], [100]],
      [['2026-11-22', '/'], [3], [0], [null]],
    ],
  },
];

const pages: Scenario[] = [
  {
    name: 'the first metric from the top, then by value',
    events: five,
    question: { date_range: 'day', metrics: ['visitors', 'pageviews'], dimensions: ['page'] },
    rows: [
      [['/d'], [2, 2]],
      [['/e'], [2, 2]],
      [['/a'], [1, 1]],
      [['/b'], [1, 1]],
      [['/c'], [1, 1]],
    ],
  },
  {
    name: 'a page of the rows, and how many there are',
    events: five,
    question: {
      date_range: 'day',
      metrics: ['visitors'],
      dimensions: ['page'],
      pagination: { limit: 2, offset: 1 },
      include: { total_rows: true, totals: true },
    },
    rows: [
      [['/e'], [2]],
      [['/a'], [1]],
    ],
    totals: [7],
    meta: { total_rows: 5 },
  },
  {
    name: 'a page past the end is empty, and still tells how many there are',
    events: five,
    question: {
      date_range: 'day',
      metrics: ['visitors'],
      dimensions: ['page'],
      pagination: { limit: 2, offset: 100 },
      include: { total_rows: true },
    },
    rows: [],
    meta: { total_rows: 5 },
  },
  {
    name: 'order by a dimension, from the end',
    events: five,
    question: {
      date_range: 'day',
      metrics: ['visitors'],
      dimensions: ['page'],
      order_by: [['page', 'desc']],
      pagination: { limit: 3 },
    },
    rows: [
      [['/e'], [2]],
      [['/d'], [2]],
      [['/c'], [1]],
    ],
  },
  {
    name: 'order by a metric upwards, then by a dimension from the end',
    events: five,
    question: {
      date_range: 'day',
      metrics: ['visitors'],
      dimensions: ['page'],
      order_by: [
        ['visitors', 'asc'],
        ['page', 'desc'],
      ],
      pagination: { limit: 4 },
    },
    rows: [
      [['/c'], [1]],
      [['/b'], [1]],
      [['/a'], [1]],
      [['/e'], [2]],
    ],
  },
  {
    name: 'the best days first, and empty ones are rows as well',
    events: [...crowd(2, '19'), ...crowd(3, '21')],
    question: {
      date_range: ['2026-11-19', '2026-11-22'],
      metrics: ['visitors'],
      dimensions: ['time:day'],
      order_by: [['visitors', 'desc']],
      pagination: { limit: 3 },
      include: { total_rows: true },
    },
    rows: [
      [['2026-11-21'], [3]],
      [['2026-11-19'], [2]],
      [['2026-11-20'], [0]],
    ],
    meta: { total_rows: 4 },
  },
  {
    name: 'a page of the days',
    events: [...crowd(2, '19'), ...crowd(3, '21')],
    question: {
      date_range: ['2026-11-19', '2026-11-22'],
      metrics: ['visitors'],
      dimensions: ['time:day'],
      pagination: { limit: 2, offset: 1 },
    },
    rows: [
      [['2026-11-20'], [0]],
      [['2026-11-21'], [3]],
    ],
  },
  {
    name: 'metrics in the order in which they are asked for',
    events: [view('a', '10:00'), view('a', '10:01', '/b')],
    question: { date_range: 'day', metrics: ['bounce_rate', 'pageviews', 'visitors', 'visit_duration'] },
    rows: [[[], [0, 2, 1, 60]]],
  },
];

export const answerScenarios: Scenario[] = [...comparisons, ...pages];
