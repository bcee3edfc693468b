import { describe, expect, test } from 'vitest';
import { ENGAGEMENT, PAGEVIEW } from '../sdk/src/wire.ts';
import type { Context, Event } from './event.ts';
import { visitsReference } from './visits.reference.ts';
import type { MergeOptions, VisitEvent, VisitorDay } from './visits.ts';
import { dayKey, emptyDay, merge, visitsOf } from './visits.ts';

const MINUTE = 60_000;
const noon = Date.UTC(2026, 10, 22, 12);
const day = 20_779;
const firefox: Context = { browser: 'Firefox' };
const chrome: Context = { browser: 'Chrome' };

/** An event `minutes` after noon; its id is `id` and nothing more, so that examples stay short. */
function at(minutes: number, id: string, more: Partial<Event> = {}, context: Context = firefox): VisitEvent {
  const time = noon + minutes * MINUTE;
  const plain = { id, name: PAGEVIEW, time, day, utc_offset: 0, visitor: 'v1', path: `/${id}` };
  return { event: { ...plain, ...more }, context };
}

function engagement(minutes: number, view: string, engaged_ms: number, depth: number): VisitEvent {
  return at(minutes, `engagement of ${view} at ${minutes}`, { name: ENGAGEMENT, view, engaged_ms, depth });
}

/** The visits in one word each: how many events lie in it, from when to when, in minutes after noon. */
function shape({ visits }: VisitorDay): string[] {
  return visits.map(({ start, last, end, views, events }) => {
    const count = views.length + events.reduce((sum, [, n]) => sum + n, 0);
    const minutes = [start, last, end].map((time) => (time - noon) / MINUTE);
    return `${count}: ${minutes.join(' ')}`;
  });
}

/** All at once, one by one, and one by one from the end: they must agree, and with the reference. */
function day1(events: VisitEvent[], options?: MergeOptions): VisitorDay {
  const all = merge(emptyDay(), events, options);
  expect(events.reduce((sum, one) => merge(sum, [one], options), emptyDay())).toEqual(all);
  expect(events.toReversed().reduce((sum, one) => merge(sum, [one], options), emptyDay())).toEqual(all);
  expect(visitsReference(events, options)).toEqual(all);
  return all;
}

test('a single page view is a visit', () => {
  expect(day1([at(0, 'a', { hostname: 'example.com', acquisition: { source: 'example.org' } })])).toEqual({
    visits: [
      {
        start: noon,
        last: noon,
        end: noon,
        first: {
          id: 'a',
          time: noon,
          pageview: true,
          hostname: 'example.com',
          acquisition: { source: 'example.org' },
          context: firefox,
        },
        views: [{ id: 'a', time: noon, path: '/a', until: noon, engaged_ms: 0, depth: 0 }],
        events: [],
        interactive: 0,
      },
    ],
    waiting: [],
    taken: 1,
    over: { pageviews: 0, events: 0 },
  });
});

test('a custom event alone is a visit, too', () => {
  const [visit] = day1([at(0, 'a', { name: 'signup', user_id: 'anna' })]).visits;
  expect(visit).toMatchObject({ views: [], events: [['signup', 1]], interactive: 1, start: noon });
  expect(visit?.first).toMatchObject({ id: 'a', pageview: false });
  expect(visit?.user).toEqual({ id: 'a', time: noon, user_id: 'anna' });
});

test('no event, no visit', () => {
  expect(merge(emptyDay(), [])).toEqual(emptyDay());
});

describe('the gap', () => {
  test('of exactly 30 minutes joins', () => {
    expect(shape(day1([at(0, 'a'), at(30, 'b')]))).toEqual(['2: 0 30 30']);
  });

  test('of 30 minutes and 1 ms does not', () => {
    expect(day1([at(0, 'a'), at(30, 'b', { time: noon + 30 * MINUTE + 1 })]).visits).toHaveLength(2);
  });

  test('does not add up: each event counts from the one before', () => {
    expect(shape(day1([at(0, 'a'), at(29, 'b'), at(58, 'c'), at(87, 'd')]))).toEqual(['4: 0 87 87']);
  });
});

test('a bridge joins two visits, with all that they have', () => {
  const two = merge(emptyDay(), [
    at(0, 'a', { acquisition: { source: 'example.org' } }),
    at(1, 'a2', { name: 'signup', user_id: 'anna' }),
    at(50, 'c', { acquisition: { source: 'example.net' } }, chrome),
    at(51, 'c2', { name: 'signup', user_id: 'bert' }),
    at(52, 'c3', { name: 'download' }),
  ]);
  expect(shape(two)).toEqual(['2: 0 1 1', '3: 50 52 52']);
  const one = merge(two, [at(25, 'b')]);
  expect(shape(one)).toEqual(['6: 0 52 52']);
  expect(one.visits[0]).toMatchObject({
    first: { id: 'a', acquisition: { source: 'example.org' }, context: firefox },
    user: { user_id: 'bert' },
    views: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
    events: [
      ['download', 1],
      ['signup', 2],
    ],
    interactive: 3,
  });
});

test('a bridge between other visits leaves those alone', () => {
  const events = [at(-200, 'x'), at(0, 'a'), at(55, 'c'), at(200, 'y')];
  expect(shape(day1(events))).toEqual(['1: -200 -200 -200', '1: 0 0 0', '1: 55 55 55', '1: 200 200 200']);
  expect(shape(day1([...events, at(28, 'b')]))).toEqual(['1: -200 -200 -200', '3: 0 55 55', '1: 200 200 200']);
});

describe('engagement', () => {
  test('makes its view an interval, by the largest that came', () => {
    const result = day1([at(0, 'a'), engagement(9, 'a', 5000, 80), engagement(4, 'a', 2000, 90)]);
    expect(shape(result)).toEqual(['1: 0 0 9']);
    expect(result.visits[0]?.views).toEqual([
      { id: 'a', time: noon, path: '/a', until: noon + 9 * MINUTE, engaged_ms: 5000, depth: 90 },
    ]);
    expect(result.waiting).toEqual([]);
  });

  test('does not lengthen the visit, whose duration is between page views and custom events', () => {
    const [visit] = day1([at(0, 'a'), at(3, 'b'), engagement(20, 'b', 1000, 10)]).visits;
    expect(visit?.last).toBe(noon + 3 * MINUTE);
    expect(visit?.end).toBe(noon + 20 * MINUTE);
  });

  test('extends its visit however late', () => {
    expect(shape(day1([at(0, 'a'), engagement(300, 'a', 1000, 10)]))).toEqual(['1: 0 0 300']);
  });

  test('after midnight extends the visit of the day of its view', () => {
    const late = engagement(13 * 60, 'a', 1000, 10);
    expect(late.event.time).toBeGreaterThan(Date.UTC(2026, 10, 23));
    const days = visitsOf([
      at(11 * 60, 'a'),
      late,
      { ...at(13 * 60, 'n'), event: { ...at(13 * 60, 'n').event, day: day + 1 } },
    ]);
    expect([...days.keys()]).toEqual([dayKey(day, 'v1'), dayKey(day + 1, 'v1')]);
    expect([...days.values()].map(shape)).toEqual([['1: 660 660 780'], ['1: 780 780 780']]);
  });

  test('that comes before its view waits for it', () => {
    const waiting = merge(emptyDay(), [engagement(5, 'a', 1000, 10), engagement(7, 'a', 900, 40)]);
    expect(waiting.visits).toEqual([]);
    expect(waiting.waiting).toEqual([{ view: 'a', until: noon + 7 * MINUTE, engaged_ms: 1000, depth: 40 }]);
    const seen = merge(waiting, [at(0, 'a')]);
    expect(shape(seen)).toEqual(['1: 0 0 7']);
    expect(seen.waiting).toEqual([]);
  });

  test('never starts a visit: without its view it is nothing', () => {
    const result = day1([at(0, 'a'), engagement(500, 'b', 1000, 10)]);
    expect(shape(result)).toEqual(['1: 0 0 0']);
    expect(result.waiting).toHaveLength(1);
  });

  test('extends a visit and so joins it with the next', () => {
    expect(shape(day1([at(0, 'a'), at(50, 'b')]))).toHaveLength(2);
    expect(shape(day1([at(0, 'a'), at(50, 'b'), engagement(20, 'a', 1000, 10)]))).toEqual(['2: 0 50 50']);
  });

  test('that spans a whole later visit takes it in', () => {
    expect(shape(day1([at(0, 'a'), at(50, 'b'), engagement(100, 'a', 1000, 10)]))).toEqual(['2: 0 50 100']);
    expect(shape(day1([at(0, 'a'), at(50, 'b'), engagement(100, 'a', 1, 1), at(130, 'c')]))).toEqual(['3: 0 130 130']);
  });

  test('from before its view, by a wrong clock, does not shorten it', () => {
    expect(shape(day1([at(0, 'a'), engagement(-5, 'a', 1000, 10)]))).toEqual(['1: 0 0 0']);
  });
});

describe('user_id', () => {
  test('the last one wins, in any order of arrival', () => {
    const events = [at(0, 'a', { user_id: 'anna' }), at(1, 'b', { user_id: 'bert' }), at(2, 'c')];
    expect(day1(events).visits[0]?.user).toEqual({ id: 'b', time: noon + MINUTE, user_id: 'bert' });
  });

  test('a login does not cut the visit', () => {
    expect(day1([at(0, 'a'), at(1, 'b', { user_id: 'anna' })]).visits).toHaveLength(1);
  });

  test('of the same moment: the one with the larger id', () => {
    const events = [at(0, 'b', { user_id: 'bert' }), at(0, 'a', { user_id: 'anna' })];
    expect(day1(events).visits[0]?.user?.user_id).toBe('bert');
  });

  test('belongs to its visit only', () => {
    const { visits } = day1([at(0, 'a', { user_id: 'anna' }), at(100, 'b')]);
    expect(visits.map((visit) => visit.user?.user_id)).toEqual(['anna', undefined]);
  });
});

test('entry and exit of the same moment go by id', () => {
  const [visit] = day1([at(0, 'c'), at(0, 'a'), at(0, 'b')]).visits;
  expect(visit?.views.map(({ path }) => path)).toEqual(['/a', '/b', '/c']);
  expect(visit?.first.id).toBe('a');
});

test('interactive: false does not end a bounce', () => {
  const quiet = at(1, 'b', { name: 'scrolled', interactive: false });
  expect(day1([at(0, 'a'), quiet]).visits[0]).toMatchObject({ interactive: 0, events: [['scrolled', 1]] });
  expect(day1([at(0, 'a'), quiet, at(2, 'c', { name: 'signup' })]).visits[0]?.interactive).toBe(1);
});

test('the source is that of the first page view, also when a custom event came earlier', () => {
  const [visit] = day1([
    at(0, 'a', { name: 'started', hostname: 'other.example' }, chrome),
    at(1, 'b', { acquisition: { source: 'example.org' }, hostname: 'example.com' }),
    at(2, 'c', { acquisition: { source: 'example.net' } }, chrome),
  ]).visits;
  expect(visit?.start).toBe(noon);
  expect(visit?.first).toEqual({
    id: 'b',
    time: noon + MINUTE,
    pageview: true,
    hostname: 'example.com',
    acquisition: { source: 'example.org' },
    context: firefox,
  });
});

test('names of events are data, whatever they are called', () => {
  const names = ['__proto__', 'constructor', 'toString', '__proto__'];
  const [visit] = day1(names.map((name, index) => at(index, `e${index}`, { name }))).visits;
  expect(visit?.events).toEqual([
    ['__proto__', 2],
    ['constructor', 1],
    ['toString', 1],
  ]);
});

describe('over the limit', () => {
  const events = [at(0, 'a'), at(1, 'b'), at(2, 'c'), at(3, 'd', { name: 'signup' }), engagement(9, 'c', 1000, 10)];

  test('page views and events are counted, and the visits stay as they are', () => {
    const result = merge(emptyDay(), events, { eventsMax: 2 });
    expect(result).toEqual(visitsReference(events, { eventsMax: 2 }));
    expect(shape(result)).toEqual(['2: 0 1 1']);
    expect(result.taken).toBe(2);
    expect(result.over).toEqual({ pageviews: 1, events: 1 });
  });

  test('grouping does not matter, for the first to come are taken', () => {
    const all = merge(emptyDay(), events, { eventsMax: 2 });
    expect(events.reduce((sum, one) => merge(sum, [one], { eventsMax: 2 }), emptyDay())).toEqual(all);
  });

  test('engagement of a view that was taken still counts', () => {
    const full = merge(emptyDay(), events, { eventsMax: 2 });
    const [visit] = merge(full, [engagement(20, 'b', 7000, 70)], { eventsMax: 2 }).visits;
    expect(visit?.views[1]).toMatchObject({ id: 'b', engaged_ms: 7000, depth: 70, until: noon + 20 * MINUTE });
  });

  test('engagement without view is bounded, too', () => {
    const many = Array.from({ length: 10 }, (_, index) => engagement(index, `lost ${index}`, 1, 1));
    expect(merge(emptyDay(), many, { eventsMax: 3 }).waiting).toHaveLength(3);
  });

  test('5,000 events, as long as nobody says otherwise', () => {
    const many = Array.from({ length: 5002 }, (_, index) => at(index / 100, `e${index}`));
    expect(merge(emptyDay(), many)).toMatchObject({ taken: 5000, over: { pageviews: 2, events: 0 } });
  });
});

test('visitsOf keeps visitors and days apart, and leaves out events without visitor', () => {
  const other = { ...at(0, 'b'), event: { ...at(0, 'b').event, visitor: 'v2' } };
  const { visitor: _, ...nobody } = at(0, 'c').event;
  const tomorrow = at(0, 'd', { day: day + 1 });
  const days = visitsOf([at(0, 'a'), other, { event: nobody, context: firefox }, tomorrow, at(1, 'e')]);
  expect([...days].map(([key, value]) => [key, shape(value)])).toEqual([
    [dayKey(day, 'v1'), ['2: 0 1 1']],
    [dayKey(day, 'v2'), ['1: 0 0 0']],
    [dayKey(day + 1, 'v1'), ['1: 0 0 0']],
  ]);
});
