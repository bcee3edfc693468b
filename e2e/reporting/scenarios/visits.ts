import type { Metric } from '../../../core/question.ts';
import { act, stay, view } from './tell.ts';
import type { Scenario } from './tell.ts';

/** Visits, bounces, durations, pages, people. */

const all: Metric[] = [
  'visitors',
  'visits',
  'pageviews',
  'events',
  'views_per_visit',
  'bounce_rate',
  'visit_duration',
  'engaged_time',
];
const today = { date_range: 'day', metrics: all } as const;

const read = view('a', '10:00');
const longRead = view('a', '10:00');
const twice = [view('a', '10:00', '/'), view('a', '10:05', '/'), view('a', '10:06', '/b')] as const;
const week = ['2026-11-16T09:00:00Z', '2026-11-18T09:00:00Z', '2026-11-20T09:00:00Z'];

const visits: Scenario[] = [
  {
    name: 'one page view is a bounce of no duration',
    events: [view('a', '10:00')],
    question: today,
    rows: [[[], [1, 1, 1, 1, 1, 100, 0, 0]]],
  },
  {
    name: 'two page views are no bounce, and last as long as they lie apart',
    events: [view('a', '10:00'), view('a', '10:01:30', '/b')],
    question: today,
    rows: [[[], [1, 1, 2, 2, 2, 0, 90, 0]]],
  },
  {
    name: 'a custom event ends a bounce',
    events: [view('a', '10:00'), act('a', '10:00:30', 'signup')],
    question: today,
    rows: [[[], [1, 1, 1, 2, 1, 0, 30, 0]]],
  },
  {
    name: 'a custom event that is not interactive does not, and the bounce still lasts 0',
    events: [view('a', '10:00'), act('a', '10:00:30', 'scrolled', '/', { quiet: true })],
    question: today,
    rows: [[[], [1, 1, 1, 2, 1, 100, 0, 0]]],
  },
  {
    name: 'a visit without a page view is no bounce',
    events: [act('a', '10:00', 'signup'), act('a', '10:00:20', 'paid', '/', { quiet: true })],
    question: today,
    rows: [[[], [1, 1, 0, 2, 0, 0, 20, null]]],
  },
  {
    name: 'a gap of 30 minutes does not cut a visit',
    events: [view('a', '10:00'), view('a', '10:30')],
    question: today,
    rows: [[[], [1, 1, 2, 2, 2, 0, 1800, 0]]],
  },
  {
    name: 'a gap of 30 minutes and a millisecond does',
    events: [view('a', '10:00'), view('a', '10:30:00.001')],
    question: today,
    rows: [[[], [1, 2, 2, 2, 1, 100, 0, 0]]],
  },
  {
    name: 'engagement keeps a visit alive: the next view joins it',
    events: [longRead, stay(longRead, 20, 1200), view('a', '10:45', '/b')],
    question: today,
    rows: [[[], [1, 1, 2, 2, 2, 0, 2700, 600]]],
  },
  {
    name: 'engagement is not in the duration, and ends no bounce',
    events: [read, stay(read, 5, 300)],
    question: today,
    rows: [[[], [1, 1, 1, 1, 1, 100, 0, 300]]],
  },
  {
    name: 'an event that comes late joins two visits to one',
    events: [view('a', '10:00'), view('a', '10:50'), view('a', '10:25', '/late')],
    question: today,
    rows: [[[], [1, 1, 3, 3, 3, 0, 3000, 0]]],
  },
  {
    name: 'durations and bounces are averaged over the visits',
    events: [view('a', '10:00'), view('a', '10:01:40'), view('b', '11:00')],
    question: today,
    rows: [[[], [2, 2, 3, 3, 1.5, 50, 50, 0]]],
  },
  {
    name: 'a third is shown with two decimals',
    events: [view('a', '09:00'), view('b', '09:00'), view('b', '09:00:01'), view('c', '09:00'), view('c', '09:00:01')],
    question: { date_range: 'day', metrics: ['bounce_rate', 'visit_duration', 'views_per_visit'] },
    rows: [[[], [33.33, 0.67, 1.67]]],
  },
  {
    name: 'entry pages are the first page views of the visits',
    events: [view('a', '10:00', '/'), view('a', '10:01', '/b'), view('b', '10:00', '/b'), view('c', '10:00', '/b')],
    question: { date_range: 'day', metrics: ['visits', 'bounce_rate'], dimensions: ['entry_page'] },
    rows: [
      [['/b'], [2, 100]],
      [['/'], [1, 0]],
    ],
  },
  {
    name: 'exit pages are the last ones',
    events: [view('a', '10:00', '/'), view('a', '10:01', '/b'), view('a', '10:02', '/'), view('b', '10:00', '/b')],
    question: { date_range: 'day', metrics: ['visits', 'pageviews'], dimensions: ['exit_page'] },
    rows: [
      [['/'], [1, 3]],
      [['/b'], [1, 1]],
    ],
  },
  {
    name: 'of two views in the same millisecond the one with the lower id is first',
    events: [view('a', '10:00', '/first'), view('a', '10:00', '/second')],
    question: { date_range: 'day', metrics: ['visits'], dimensions: ['entry_page', 'exit_page'] },
    rows: [[['/first', '/second'], [1]]],
  },
  {
    name: 'a visit without a page view has no entry page',
    events: [act('a', '10:00', 'signup', '/signup')],
    question: { date_range: 'day', metrics: ['visits', 'events'], dimensions: ['entry_page'] },
    rows: [[[''], [1, 1]]],
  },
];

const pages: Scenario[] = [
  {
    name: 'by page: its visitors, visits and page views',
    events: [view('a', '10:00', '/'), view('a', '10:01', '/b'), view('a', '10:02', '/'), view('b', '10:00', '/b')],
    question: {
      date_range: 'day',
      metrics: ['visitors', 'visits', 'pageviews'],
      dimensions: ['page'],
      include: { totals: true },
    },
    rows: [
      [['/b'], [2, 2, 2]],
      [['/'], [1, 1, 2]],
    ],
    totals: [2, 2, 4],
  },
  {
    name: 'by page: bounces and durations of the visits that entered there',
    events: [view('a', '10:00', '/'), view('a', '10:01', '/b'), view('b', '10:00', '/b')],
    question: {
      date_range: 'day',
      metrics: ['bounce_rate', 'visit_duration'],
      dimensions: ['page'],
      include: { totals: true },
    },
    rows: [
      [['/b'], [100, 0]],
      [['/'], [0, 60]],
    ],
    totals: [50, 30],
  },
  {
    name: 'by page: nothing to rate where nobody entered, and such rows come last',
    events: [view('a', '10:00', '/'), view('a', '10:01', '/b')],
    question: { date_range: 'day', metrics: ['bounce_rate', 'pageviews'], dimensions: ['page'] },
    rows: [
      [['/'], [0, 1]],
      [['/b'], [null, 1]],
    ],
  },
  {
    name: 'by page: its views a visit, and engaged seconds a view',
    events: [twice[0], twice[1], twice[2], stay(twice[0], 1, 10), stay(twice[1], 1, 20)],
    question: { date_range: 'day', metrics: ['views_per_visit', 'engaged_time'], dimensions: ['page'] },
    rows: [
      [['/'], [2, 15]],
      [['/b'], [1, 0]],
    ],
  },
  {
    name: 'engagement is cumulative: the most that was told counts',
    events: [read, stay(read, 1, 40), stay(read, 3, 100), stay(read, 2, 70)],
    question: { date_range: 'day', metrics: ['engaged_time'], dimensions: ['page'] },
    rows: [[['/'], [100]]],
  },
  {
    name: 'by event: page views are the event pageview, engagement is none',
    events: [
      read,
      stay(read, 1, 40),
      act('a', '10:02', 'signup'),
      act('a', '10:03', 'signup'),
      act('b', '10:03', 'signup'),
    ],
    question: {
      date_range: 'day',
      metrics: ['events', 'visitors', 'visits'],
      dimensions: ['event'],
      include: { totals: true },
    },
    rows: [
      [['signup'], [3, 2, 2]],
      [['pageview'], [1, 1, 1]],
    ],
    totals: [4, 2, 2],
  },
  {
    name: 'by property: its values as texts, and none',
    events: [
      act('a', '10:00', 'signup', '/', { props: [['seats', 5]] }),
      act('b', '10:00', 'signup', '/', { props: [['seats', '5']] }),
      act('c', '10:00', 'signup', '/', { props: [['seats', true]] }),
      act('d', '10:00', 'signup', '/', { props: [['other', 'x']] }),
    ],
    question: { date_range: 'day', metrics: ['events'], dimensions: ['property:seats'] },
    rows: [
      [['5'], [2]],
      [[''], [1]],
      [['true'], [1]],
    ],
  },
  {
    name: 'by host: of each view',
    events: [
      view('a', '10:00', '/', { host: 'a.example' }),
      view('a', '10:01', '/', { host: 'b.example' }),
      view('b', '10:01'),
    ],
    question: { date_range: 'day', metrics: ['visitors', 'pageviews'], dimensions: ['hostname'] },
    rows: [
      [[''], [1, 1]],
      [['a.example'], [1, 1]],
      [['b.example'], [1, 1]],
    ],
  },
  {
    name: 'by source and device: of the first page view of the visit',
    events: [
      view('a', '10:00', '/', { source: 'Google', device: 'mobile' }),
      view('a', '10:01', '/b', { source: 'other', device: 'mobile' }),
      view('b', '10:00', '/', { source: 'Google', device: 'desktop' }),
      view('c', '10:00', '/', { device: 'desktop' }),
    ],
    question: { date_range: 'day', metrics: ['visits', 'pageviews'], dimensions: ['source', 'device'] },
    rows: [
      [
        ['', 'desktop'],
        [1, 1],
      ],
      [
        ['Google', 'desktop'],
        [1, 1],
      ],
      [
        ['Google', 'mobile'],
        [1, 2],
      ],
    ],
  },
  {
    name: 'a visitor with two visits from two sources is one visitor of each, and one in all',
    events: [view('a', '08:00', '/', { source: 'Google' }), view('a', '10:00', '/', { source: 'Bing' })],
    question: { date_range: 'day', metrics: ['visitors', 'visits'], dimensions: ['source'], include: { totals: true } },
    rows: [
      [['Bing'], [1, 1]],
      [['Google'], [1, 1]],
    ],
    totals: [1, 2],
  },
  {
    name: 'a source that comes before the first page view does not count, the view does',
    events: [act('a', '10:00', 'opened'), view('a', '10:01', '/', { source: 'Google' })],
    question: { date_range: 'day', metrics: ['visits'], dimensions: ['source'] },
    rows: [[['Google'], [1]]],
  },
];

const people: Scenario[] = [
  {
    name: 'a user_id is one visitor over many days',
    events: week.map((at) => view('@anna', at)),
    question: {
      date_range: '7d',
      metrics: ['visitors', 'visits'],
      dimensions: ['time:day'],
      include: { totals: true },
    },
    rows: [
      [['2026-11-16'], [1, 1]],
      [['2026-11-18'], [1, 1]],
      [['2026-11-20'], [1, 1]],
    ],
    count: 7,
    totals: [1, 3],
  },
  {
    name: 'without one a visitor is another on each day',
    events: week.map((at) => view('a', at)),
    question: { date_range: '7d', metrics: ['visitors', 'visits'], include: { totals: true } },
    rows: [[[], [3, 3]]],
    totals: [3, 3],
  },
  {
    name: 'however many visits a day has, its visitor is one of them',
    events: week.flatMap((at) => [view('a', at), view('a', at.replace('T09', 'T15'))]),
    question: { date_range: '7d', metrics: ['visitors', 'visits'] },
    rows: [[[], [3, 6]]],
  },
  {
    name: 'a day of which the first visit is that of a user_id has its visitor, too, and the user once in all',
    events: week.flatMap((at) => [
      view('a', at, '/', { user: 'anna' }),
      view('a', at.replace('T09', 'T12')),
      view('a', at.replace('T09', 'T15')),
    ]),
    question: { date_range: '7d', metrics: ['visitors', 'visits'] },
    rows: [[[], [4, 9]]],
  },
  {
    name: 'where visitors live for a week they are the same on its days, by page, too, and others after Sunday',
    life: 'week',
    events: [
      ...week.map((at) => view('long', at, '/p')),
      ...week.map((at) => view('long2', at.replace('T09', 'T15'), '/', { user: 'anna' })),
      view('long3', '2026-11-15T10:00:00Z', '/p'),
    ],
    question: { date_range: '30d', metrics: ['visitors', 'visits'], dimensions: ['page'], include: { totals: true } },
    rows: [
      [['/p'], [2, 4]],
      [['/'], [1, 3]],
    ],
    totals: [3, 7],
    meta: {
      notes: [
        'A visitor without user_id is known within one week only: over several weeks the visitors of the weeks are added up.',
      ],
    },
  },
  {
    name: 'within their week nothing is added up, and how long they live is said',
    life: 'week',
    events: week.flatMap((at) => [view('long', at), view('long', at.replace('T09', 'T15'))]),
    question: { date_range: ['2026-11-16', '2026-11-22'], metrics: ['visitors', 'visits'] },
    rows: [[[], [1, 6]]],
    meta: { notes: ['A visitor without user_id is known for a week.'] },
  },
  {
    name: 'a user_id over days is one visitor of a page, too',
    events: [...week.map((at) => view('@anna', at, '/p')), ...week.map((at) => view('b', at, '/p'))],
    question: { date_range: '7d', metrics: ['visitors', 'visits', 'pageviews'], dimensions: ['page'] },
    rows: [[['/p'], [4, 6, 6]]],
  },
  {
    name: 'a login in the middle makes the whole visit that of the user, whom a server knows, too',
    events: [view('a', '10:00'), view('a', '10:01', '/b', { user: 'anna' }), act('@anna', '11:00', 'paid')],
    question: { date_range: 'day', metrics: ['visitors', 'visits', 'events'] },
    rows: [[[], [1, 2, 3]]],
  },
  {
    name: 'the last user of a visit counts',
    events: [
      view('a', '10:00', '/', { user: 'anna' }),
      view('a', '10:01', '/', { user: 'bert' }),
      view('@bert', '11:00'),
    ],
    question: { date_range: 'day', metrics: ['visitors', 'visits'] },
    rows: [[[], [1, 2]]],
  },
  {
    name: 'the other visit of the same browser without a user_id is another visitor',
    events: [view('a', '08:00', '/', { user: 'anna' }), view('a', '10:00')],
    question: { date_range: 'day', metrics: ['visitors', 'visits'], dimensions: ['page'], include: { totals: true } },
    rows: [[['/'], [2, 2]]],
    totals: [2, 2],
  },
  {
    name: 'a server and a browser that name the same user_id mean the same visitor, on different days as well',
    events: [view('@anna', '2026-11-20T10:00:00Z'), view('x', '10:00', '/', { user: 'anna' }), view('y', '10:00')],
    question: { date_range: '7d', metrics: ['visitors', 'visits'] },
    rows: [[[], [2, 3]]],
  },
  {
    name: 'an event without a visitor is a page view, and neither visitor nor visit',
    events: [view(undefined, '10:00'), view(undefined, '10:05'), act(undefined, '10:06', 'paid')],
    question: today,
    rows: [[[], [0, 0, 2, 3, null, null, null, null]]],
    meta: { notes: ['Events without a visitor: 3. They count in pageviews and events only.'] },
  },
  {
    name: 'an event without a visitor has no source and no country, and counts where there is none',
    events: [
      view(undefined, '10:00', '/', { source: 'Google', country: 'CH' }),
      view('a', '10:00', '/', { source: 'Google', country: 'CH' }),
    ],
    question: {
      date_range: 'day',
      metrics: ['pageviews', 'visits'],
      dimensions: ['source', 'country'],
      include: { totals: true },
    },
    rows: [
      [
        ['', ''],
        [1, 0],
      ],
      [
        ['Google', 'CH'],
        [1, 1],
      ],
    ],
    totals: [2, 1],
  },
  {
    name: 'views per visit leave out the views without one',
    events: [view(undefined, '10:00'), view('a', '10:00'), view('a', '10:01')],
    question: { date_range: 'day', metrics: ['views_per_visit', 'pageviews'] },
    rows: [[[], [2, 3]]],
  },
];

export const visitScenarios: Scenario[] = [...visits, ...pages, ...people];
