import type { Filter, Metric } from '../../../core/question.ts';
import { act, view } from './tell.ts';
import type { Scenario, Told } from './tell.ts';

/** Which events and visits a filter leaves. */

/**
 * - a: Swiss, Firefox, from Google: / then /pricing, and signs up there
 * - b: German, Firefox, direct: /pricing only
 * - c: Swiss, Chrome, from Bing: /blog/1 only
 * - nobody: a view of / without a visitor
 */
const events: Told[] = [
  view('a', '09:00', '/', { country: 'CH', browser: 'Firefox', source: 'Google', host: 'www.example.com' }),
  view('a', '09:01', '/pricing', { country: 'CH', browser: 'Firefox', host: 'shop.example.com' }),
  act('a', '09:02', 'signup', '/pricing', {
    country: 'CH',
    browser: 'Firefox',
    props: [
      ['plan', 'pro'],
      ['seats', 5],
    ],
  }),
  view('b', '10:00', '/pricing', { country: 'DE', browser: 'Firefox', host: 'www.example.com' }),
  view('c', '11:00', '/blog/1', { country: 'CH', browser: 'Chrome', source: 'Bing', host: 'blog.example.com' }),
  view(undefined, '11:00', '/', {}),
];

const metrics: Metric[] = ['visitors', 'visits', 'pageviews', 'events', 'bounce_rate'];

/** What the question answers with these filters. */
function filtered(name: string, filters: Filter[], numbers: (number | null)[]): Scenario {
  return { name, events, question: { date_range: 'day', metrics, filters }, rows: [[[], numbers]] };
}

export const filterScenarios: Scenario[] = [
  filtered('none: all', [], [3, 3, 5, 6, 66.67]),
  filtered('is: visits of a country', [['is', 'country', ['CH']]], [2, 2, 3, 4, 50]),
  filtered('is: one of several', [['is', 'country', ['DE', 'FR']]], [1, 1, 1, 1, 100]),
  filtered('is_not: the others, what has none included', [['is_not', 'country', ['CH']]], [1, 1, 2, 2, 100]),
  filtered('is the empty text: what has none', [['is', 'country', ['']]], [0, 0, 1, 1, null]),
  filtered('is_not the empty text: what has one', [['is_not', 'source', ['']]], [2, 2, 3, 4, 50]),
  filtered('contains, with regard to case', [['contains', 'source', ['oog']]], [1, 1, 2, 3, 0]),
  filtered('contains in another case: nothing', [['contains', 'source', ['OOG']]], [0, 0, 0, 0, null]),
  filtered('contains_not any of them', [['contains_not', 'source', ['oog', 'ing']]], [1, 1, 2, 2, 100]),
  filtered('matches a regular expression', [['matches', 'page', ['^/blog/\\d+$']]], [1, 1, 1, 1, 100]),
  filtered('matches_not', [['matches_not', 'page', ['^/(pricing|blog)']]], [1, 1, 2, 2, 0]),
  filtered('page: its views, and the visits that have one', [['is', 'page', ['/pricing']]], [2, 2, 2, 3, 50]),
  filtered(
    'page is_not: the views elsewhere, and the visits that have one',
    [['is_not', 'page', ['/pricing']]],
    [2, 2, 3, 3, 50],
  ),
  filtered('event: the events of that name', [['is', 'event', ['signup']]], [1, 1, 0, 1, 0]),
  filtered('event: page views', [['is', 'event', ['pageview']]], [3, 3, 5, 5, 66.67]),
  filtered('event: engagement is none', [['is', 'event', ['engagement']]], [0, 0, 0, 0, null]),
  filtered('hostname: of the view itself', [['is', 'hostname', ['shop.example.com']]], [1, 1, 1, 1, 0]),
  filtered('property: a text', [['is', 'property:plan', ['pro']]], [1, 1, 0, 1, 0]),
  filtered('property: a number as a text', [['is', 'property:seats', ['5']]], [1, 1, 0, 1, 0]),
  filtered('property: has none', [['is', 'property:plan', ['']]], [3, 3, 5, 5, 66.67]),
  filtered(
    'entry and exit page',
    [
      ['is', 'entry_page', ['/']],
      ['is', 'exit_page', ['/pricing']],
    ],
    [1, 1, 2, 3, 0],
  ),
  filtered(
    'two of the visit: both hold',
    [
      ['is', 'country', ['CH']],
      ['is', 'browser', ['Firefox']],
    ],
    [1, 1, 2, 3, 0],
  ),
  filtered(
    'two of the event: one and the same event',
    [
      ['is', 'page', ['/']],
      ['is', 'event', ['signup']],
    ],
    [0, 0, 0, 0, null],
  ),
  filtered(
    'of the event and of the visit',
    [
      ['is', 'page', ['/pricing']],
      ['is', 'country', ['DE']],
    ],
    [1, 1, 1, 1, 100],
  ),
  filtered(
    'or',
    [
      [
        'or',
        [
          ['is', 'country', ['DE']],
          ['is', 'browser', ['Chrome']],
        ],
      ],
    ],
    [2, 2, 2, 2, 100],
  ),
  filtered(
    'or of the event and of the visit',
    [
      [
        'or',
        [
          ['is', 'page', ['/']],
          ['is', 'country', ['DE']],
        ],
      ],
    ],
    [2, 2, 3, 3, 50],
  ),
  filtered('not', [['not', ['is', 'source', ['Google']]]], [2, 2, 3, 3, 100]),
  filtered(
    'and, or and not within one another',
    [
      [
        'and',
        [
          [
            'not',
            [
              'or',
              [
                ['is', 'source', ['Bing']],
                ['is', 'country', ['DE']],
              ],
            ],
          ],
          ['not', ['not', ['is', 'browser', ['Firefox']]]],
        ],
      ],
    ],
    [1, 1, 2, 3, 0],
  ),
  {
    name: 'a filter by page leaves that page’s row only; its bounces are those that entered there',
    events,
    question: {
      date_range: 'day',
      metrics: ['visitors', 'pageviews', 'bounce_rate'],
      dimensions: ['page'],
      filters: [['is', 'page', ['/pricing']]],
    },
    rows: [[['/pricing'], [2, 2, 100]]],
  },
  {
    name: 'a filter by page before sources: the visits that have such a view',
    events,
    question: {
      date_range: 'day',
      metrics: ['visits', 'pageviews'],
      dimensions: ['source'],
      filters: [['is', 'page', ['/pricing']]],
    },
    rows: [
      [[''], [1, 1]],
      [['Google'], [1, 1]],
    ],
  },
  {
    name: 'a filter by country before pages',
    events,
    question: {
      date_range: 'day',
      metrics: ['visitors', 'visits', 'pageviews'],
      dimensions: ['page'],
      filters: [['is', 'country', ['CH']]],
    },
    rows: [
      [['/'], [1, 1, 1]],
      [['/blog/1'], [1, 1, 1]],
      [['/pricing'], [1, 1, 1]],
    ],
  },
  {
    name: 'a filter by event before hours: the visit where it starts, the visitor where the event is',
    events: [view('a', '09:50'), act('a', '10:05', 'signup')],
    question: {
      date_range: 'day',
      metrics: ['visits', 'visitors', 'events'],
      dimensions: ['time:hour'],
      filters: [['is', 'event', ['signup']]],
      order_by: [
        ['visits', 'desc'],
        ['events', 'desc'],
      ],
      pagination: { limit: 2 },
    },
    rows: [
      [['2026-11-22T09:00:00+00:00'], [1, 0, 0]],
      [['2026-11-22T10:00:00+00:00'], [0, 1, 1]],
    ],
  },
];
