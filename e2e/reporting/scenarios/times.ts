import { act, view } from './tell.ts';
import type { Scenario } from './tell.ts';

/** Days, hours, zones, clocks that change, ranges that cut. */

const byDay = (from: string, to: string) =>
  ({
    date_range: [from, to],
    metrics: ['pageviews', 'visitors'],
    dimensions: ['time:day'],
  }) satisfies Scenario['question'];
const byHour = (date: string) =>
  ({ date_range: [date, date], metrics: ['pageviews'], dimensions: ['time:hour'] }) satisfies Scenario['question'];

const days: Scenario[] = [
  {
    name: 'midnight ends a visit, and a visitor without a user_id',
    events: [view('a', '2026-11-21T23:50:00Z'), view('a', '2026-11-22T00:10:00Z')],
    question: {
      date_range: ['2026-11-21', '2026-11-22'],
      metrics: ['visitors', 'visits'],
      dimensions: ['time:day'],
      include: { totals: true },
    },
    rows: [
      [['2026-11-21'], [1, 1]],
      [['2026-11-22'], [1, 1]],
    ],
    totals: [2, 2],
  },
  {
    name: 'midnight ends the visit of a user_id, not the visitor',
    events: [view('@anna', '2026-11-21T23:50:00Z'), view('@anna', '2026-11-22T00:10:00Z')],
    question: { date_range: ['2026-11-21', '2026-11-22'], metrics: ['visitors', 'visits'], include: { totals: true } },
    rows: [[[], [1, 2]]],
    totals: [1, 2],
  },
  {
    name: 'a zone of whole hours: midnight in Berlin',
    zone: 'Europe/Berlin',
    events: [view('a', '2026-11-20T22:59:59Z'), view('b', '2026-11-20T23:00:00Z'), view('c', '2026-11-20T23:30:00Z')],
    question: byDay('2026-11-20', '2026-11-21'),
    rows: [
      [['2026-11-20'], [1, 1]],
      [['2026-11-21'], [2, 2]],
    ],
  },
  {
    name: 'a zone of half hours: midnight in St. John’s',
    zone: 'America/St_Johns',
    events: [view('a', '2026-11-20T03:29:59Z'), view('b', '2026-11-20T03:30:00Z')],
    question: byDay('2026-11-19', '2026-11-20'),
    rows: [
      [['2026-11-19'], [1, 1]],
      [['2026-11-20'], [1, 1]],
    ],
  },
  {
    name: 'a zone of quarter hours: midnight in Kathmandu',
    zone: 'Asia/Kathmandu',
    events: [view('a', '2026-11-20T18:14:59.999Z'), view('b', '2026-11-20T18:15:00Z')],
    question: byDay('2026-11-20', '2026-11-21'),
    rows: [
      [['2026-11-20'], [1, 1]],
      [['2026-11-21'], [1, 1]],
    ],
  },
  {
    name: 'a zone of quarter hours far ahead: midnight on the Chatham Islands',
    zone: 'Pacific/Chatham',
    events: [view('a', '2026-11-20T10:14:00Z'), view('b', '2026-11-20T10:15:00Z')],
    question: byDay('2026-11-20', '2026-11-21'),
    rows: [
      [['2026-11-20'], [1, 1]],
      [['2026-11-21'], [1, 1]],
    ],
  },
  {
    name: 'an hour of a zone of half hours begins at its own full hour',
    zone: 'Asia/Kolkata',
    events: [view('a', '2026-11-20T03:29:00Z'), view('b', '2026-11-20T03:31:00Z')],
    question: byHour('2026-11-20'),
    rows: [
      [['2026-11-20T08:00:00+05:30'], [1]],
      [['2026-11-20T09:00:00+05:30'], [1]],
    ],
    count: 24,
  },
  {
    name: 'weeks begin on Monday',
    events: [view('a', '2026-11-15T10:00:00Z'), view('b', '2026-11-16T00:00:00Z'), view('c', '2026-11-22T10:00:00Z')],
    question: { date_range: ['2026-11-15', '2026-11-22'], metrics: ['visits'], dimensions: ['time:week'] },
    rows: [
      [['2026-11-09'], [1]],
      [['2026-11-16'], [2]],
    ],
  },
  {
    name: 'months are those of the zone',
    zone: 'America/New_York',
    events: [view('a', '2026-11-01T03:59:00Z'), view('b', '2026-11-01T04:00:00Z'), view('c', '2026-11-02T04:00:00Z')],
    question: { date_range: ['2026-09-15', '2026-11-20'], metrics: ['visits'], dimensions: ['time:month'] },
    rows: [
      [['2026-09-01'], [0]],
      [['2026-10-01'], [1]],
      [['2026-11-01'], [2]],
    ],
  },
];

const changes: Scenario[] = [
  {
    name: 'spring in Berlin: a day of 23 hours without the one from 2 to 3',
    zone: 'Europe/Berlin',
    events: [
      view('a', '2026-03-29T01:59:59+01:00'),
      view('b', '2026-03-29T03:00:00+02:00'),
      view('c', '2026-03-29T23:59:00+02:00'),
    ],
    question: byHour('2026-03-29'),
    rows: [
      [['2026-03-29T01:00:00+01:00'], [1]],
      [['2026-03-29T03:00:00+02:00'], [1]],
      [['2026-03-29T23:00:00+02:00'], [1]],
    ],
    count: 23,
  },
  {
    name: 'autumn in Berlin: a day of 25 hours, the one from 2 to 3 twice',
    zone: 'Europe/Berlin',
    events: [
      view('a', '2026-10-25T02:30:00+02:00'),
      view('b', '2026-10-25T02:30:00+01:00'),
      view('c', '2026-10-25T02:45:00+01:00'),
    ],
    question: byHour('2026-10-25'),
    rows: [
      [['2026-10-25T02:00:00+02:00'], [1]],
      [['2026-10-25T02:00:00+01:00'], [2]],
    ],
    count: 25,
  },
  {
    name: 'autumn in Berlin: the whole of the 25 hours is one day',
    zone: 'Europe/Berlin',
    events: [view('a', '2026-10-24T22:00:00Z'), view('b', '2026-10-25T22:59:00Z'), view('c', '2026-10-25T23:00:00Z')],
    question: byDay('2026-10-25', '2026-10-26'),
    rows: [
      [['2026-10-25'], [2, 2]],
      [['2026-10-26'], [1, 1]],
    ],
  },
  {
    name: 'autumn on Lord Howe: half an hour comes twice',
    zone: 'Australia/Lord_Howe',
    events: [view('a', '2026-04-04T14:45:00Z'), view('b', '2026-04-04T15:15:00Z'), view('c', '2026-04-04T15:30:00Z')],
    question: byHour('2026-04-05'),
    rows: [
      [['2026-04-05T01:00:00+11:00'], [1]],
      [['2026-04-05T01:30:00+10:30'], [1]],
      [['2026-04-05T02:00:00+10:30'], [1]],
    ],
    count: 25,
  },
  {
    name: 'spring on Lord Howe: half an hour is left out',
    zone: 'Australia/Lord_Howe',
    events: [view('a', '2026-10-03T15:29:00Z'), view('b', '2026-10-03T15:30:00Z')],
    question: byHour('2026-10-04'),
    rows: [
      [['2026-10-04T01:00:00+10:30'], [1]],
      [['2026-10-04T02:30:00+11:00'], [1]],
    ],
    count: 24,
  },
  {
    name: 'spring in Santiago: the day begins at 1 o’clock',
    zone: 'America/Santiago',
    events: [view('a', '2026-09-06T03:59:59Z'), view('b', '2026-09-06T04:00:00Z')],
    question: byHour('2026-09-06'),
    rows: [[['2026-09-06T01:00:00-03:00'], [1]]],
    count: 23,
    meta: { date_range: ['2026-09-06T01:00:00-03:00', '2026-09-07T00:00:00-03:00'] },
  },
  {
    name: 'autumn in Santiago: the last hour of the day comes twice',
    zone: 'America/Santiago',
    events: [view('a', '2026-04-05T02:30:00Z'), view('b', '2026-04-05T03:30:00Z'), view('c', '2026-04-05T04:00:00Z')],
    question: byHour('2026-04-04'),
    rows: [
      [['2026-04-04T23:00:00-03:00'], [1]],
      [['2026-04-04T23:00:00-04:00'], [1]],
    ],
    count: 25,
  },
  {
    name: 'days of different lengths lie side by side in one range',
    zone: 'America/Santiago',
    events: [view('a', '2026-09-06T03:59:59Z'), view('b', '2026-09-06T04:00:00Z'), view('c', '2026-09-07T03:00:00Z')],
    question: byDay('2026-09-05', '2026-09-07'),
    rows: [
      [['2026-09-05'], [1, 1]],
      [['2026-09-06'], [1, 1]],
      [['2026-09-07'], [1, 1]],
    ],
  },
];

const cuts: Scenario[] = [
  {
    name: 'a visit counts in the hour of its start, its visitor in each hour in which it was active',
    events: [view('a', '10:40'), view('a', '11:05'), view('a', '11:30')],
    question: {
      date_range: ['2026-11-22', '2026-11-22'],
      metrics: ['visits', 'visitors', 'pageviews'],
      dimensions: ['time:hour'],
      order_by: [['pageviews', 'desc']],
      pagination: { limit: 3 },
      include: { totals: true },
    },
    rows: [
      [['2026-11-22T11:00:00+00:00'], [0, 1, 2]],
      [['2026-11-22T10:00:00+00:00'], [1, 1, 1]],
      [['2026-11-22T00:00:00+00:00'], [0, 0, 0]],
    ],
    totals: [1, 1, 3],
  },
  {
    name: 'of a visit that began before the range its events count, not the visit',
    events: [view('a', '10:50'), view('a', '11:10')],
    question: {
      date_range: ['2026-11-22T11:00:00Z', '2026-11-22T12:00:00Z'],
      metrics: ['visits', 'visitors', 'pageviews', 'bounce_rate'],
    },
    rows: [[[], [0, 1, 1, null]]],
  },
  {
    name: 'a visit that goes on after the range is rated as a whole',
    events: [view('a', '10:50'), view('a', '11:10')],
    question: {
      date_range: ['2026-11-22T10:00:00Z', '2026-11-22T11:00:00Z'],
      metrics: ['visits', 'visitors', 'pageviews', 'visit_duration'],
    },
    rows: [[[], [1, 1, 1, 1200]]],
  },
  {
    name: 'the end of a range is not in it, its beginning is',
    events: [view('a', '10:00'), view('b', '11:00')],
    question: { date_range: ['2026-11-22T10:00:00Z', '2026-11-22T11:00:00Z'], metrics: ['visitors'] },
    rows: [[[], [1]]],
  },
  {
    name: 'instants are those of any offset',
    events: [view('a', '10:00'), view('b', '11:00')],
    question: { date_range: ['2026-11-22T12:00:00+02:00', '2026-11-22T06:00:00-05:00'], metrics: ['visitors'] },
    rows: [[[], [1]]],
  },
  {
    name: 'minutes, empty ones included',
    events: [view('a', '10:00:30'), act('a', '10:02:10', 'signup'), view('b', '10:04:59')],
    question: {
      date_range: ['2026-11-22T10:00:00Z', '2026-11-22T10:05:00Z'],
      metrics: ['events', 'visitors'],
      dimensions: ['time:minute'],
    },
    rows: [
      [['2026-11-22T10:00:00+00:00'], [1, 1]],
      [['2026-11-22T10:01:00+00:00'], [0, 0]],
      [['2026-11-22T10:02:00+00:00'], [1, 1]],
      [['2026-11-22T10:03:00+00:00'], [0, 0]],
      [['2026-11-22T10:04:00+00:00'], [1, 1]],
    ],
  },
  {
    name: 'nothing at all: every bucket is there, rates have no value',
    events: [],
    question: {
      date_range: ['2026-11-20', '2026-11-21'],
      metrics: ['visitors', 'events', 'bounce_rate', 'visit_duration', 'views_per_visit', 'engaged_time'],
      dimensions: ['time:day'],
      include: { totals: true },
    },
    rows: [
      [['2026-11-20'], [0, 0, null, null, null, null]],
      [['2026-11-21'], [0, 0, null, null, null, null]],
    ],
    totals: [0, 0, null, null, null, null],
  },
  {
    name: 'today ends now',
    zone: 'Europe/Berlin',
    events: [view('a', '2026-11-21T22:59:59Z'), view('b', '2026-11-21T23:00:00Z'), view('c', '11:59:59')],
    question: { date_range: 'day', metrics: ['visitors'], dimensions: ['time:hour'] },
    rows: [
      [['2026-11-22T00:00:00+01:00'], [1]],
      [['2026-11-22T12:00:00+01:00'], [1]],
    ],
    count: 13,
    meta: {
      date_range: ['2026-11-22T00:00:00+01:00', '2026-11-22T13:00:00+01:00'],
      bucket: 'hour',
      time_zone: 'Europe/Berlin',
    },
  },
  {
    name: 'all of it begins on the day of the first event',
    zone: 'Europe/Berlin',
    events: [view('a', '2026-03-03T10:00:00Z'), view('b', '10:00')],
    question: { date_range: 'all', metrics: ['visits'], dimensions: ['time:month'] },
    rows: [
      [['2026-03-01'], [1]],
      [['2026-11-01'], [1]],
    ],
    count: 9,
    meta: { date_range: ['2026-03-03T00:00:00+01:00', '2026-11-22T13:00:00+01:00'] },
  },
  {
    name: 'an hour and a page together: a row where there is anything',
    events: [view('a', '10:50', '/'), view('a', '11:05', '/b'), view('b', '11:00', '/b')],
    question: { date_range: 'day', metrics: ['visitors', 'visits', 'pageviews'], dimensions: ['time:hour', 'page'] },
    rows: [
      [
        ['2026-11-22T10:00:00+00:00', '/'],
        [1, 1, 1],
      ],
      [
        ['2026-11-22T10:00:00+00:00', '/b'],
        [0, 1, 0],
      ],
      [
        ['2026-11-22T11:00:00+00:00', '/b'],
        [2, 1, 2],
      ],
    ],
  },
];

export const timeScenarios: Scenario[] = [...days, ...changes, ...cuts];
