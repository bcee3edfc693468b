import { describe, expect, test } from 'vitest';
import { ENGAGEMENT, wireLimits } from '../sdk/src/wire.ts';
import { parseBatch } from './batch.ts';
import type { BrowserBatch } from './batch.ts';
import { Refusal } from './refusal.ts';

const ID = '019aa8a0-5b1e-7c3d-9f2e-0a1b2c3d4e5f';
const good = { id: ID, name: 'pageview', time: 1_700_000_000_000, url: 'https://example.com/a?b#c' };

function parse(batch: unknown): BrowserBatch {
  const parsed = parseBatch(JSON.stringify(batch));
  if (parsed instanceof Refusal) throw new Error(parsed.message);
  return parsed;
}

function refusalOf(body: string): Refusal {
  const parsed = parseBatch(body);
  if (!(parsed instanceof Refusal)) throw new Error('taken');
  return parsed;
}

/** Why the only event of a batch is refused. */
function eventRefusal(event: unknown): Refusal | undefined {
  return parse({ site: 'a', events: [event] }).refused[0]?.refusal;
}

describe('parseBatch', () => {
  test('takes a batch of all fields', () => {
    const event = {
      ...good,
      referrer: 'https://other.example/',
      title: 'Title',
      props: { plan: 'pro', seats: 3, trial: false },
      interactive: false,
    };
    const batch = { site: 'a', sent: 2, offset: -3, language: 'de', user_id: 'u', gpc: true, events: [event] };
    const { events, refused, ...rest } = parse(batch);
    expect(rest).toEqual({ site: 'a', sent: 2, offset: -3, language: 'de', user_id: 'u', gpc: true, count: 1 });
    expect(refused).toEqual([]);
    expect(events).toEqual([
      {
        index: 0,
        event: {
          ...event,
          url: { hostname: 'example.com', path: '/a', query: '?b' },
          props: [
            ['plan', 'pro'],
            ['seats', 3],
            ['trial', false],
          ],
        },
      },
    ]);
  });

  test('gives its address to the events that have none of their own', () => {
    const { url, ...without } = good;
    const other = { ...without, id: ID.replace('0', '1'), url: 'https://example.com/other' };
    const { events } = parse({ site: 'a', url, events: [without, other] });
    expect(events.map(({ event }) => event.url.path)).toEqual(['/a', '/other']);
    expect(eventRefusal(without)).toMatchObject({ reason: 'invalid', field: 'events[0].url' });
    const bad = parse({ site: 'a', url: 7, events: [without, other, 'none'] });
    expect(bad.refused.map(({ refusal }) => refusal.field)).toEqual(['events[0].url', 'events[2]']);
    expect(bad.events).toHaveLength(1);
  });

  test('takes what an event was worth, in a currency', () => {
    const revenue = { amount: 9.5, currency: 'EUR' };
    expect(parse({ site: 'a', events: [{ ...good, revenue }] }).events[0]?.event.revenue).toEqual(revenue);
    for (const bad of [{ amount: '9', currency: 'EUR' }, { amount: 9 }, { amount: 9, currency: 'Euros' }, 9]) {
      expect(eventRefusal({ ...good, revenue: bad })?.field).toMatch(/^events\[0]\.revenue/);
    }
  });

  test('ignores fields that it does not know', () => {
    const { events } = parse({ site: 'a', events: [{ ...good, later: 1 }], more: {} });
    expect(events[0]?.event).not.toHaveProperty('later');
  });

  test('judges each event by itself', () => {
    const batch = parse({ site: 'a', events: [good, 5, { ...good, time: '1' }, { ...good, id: ID.toUpperCase() }] });
    expect(batch.events.map(({ index, event }) => [index, event.id])).toEqual([
      [0, ID],
      [3, ID],
    ]);
    expect(batch.refused.map(({ index, refusal }) => [index, refusal.field])).toEqual([
      [1, 'events[1]'],
      [2, 'events[2].time'],
    ]);
    expect(batch.count).toBe(4);
  });

  test.each([
    ['', 'malformed_json', 'body'],
    ['{', 'malformed_json', 'body'],
    ['null', 'invalid', 'body'],
    ['[]', 'invalid', 'body'],
    ['"x"', 'invalid', 'body'],
    ['7', 'invalid', 'body'],
    ['{}', 'invalid', 'site'],
    ['{"site":"a"}', 'invalid', 'events'],
    ['{"site":"a","events":[]}', 'invalid', 'events'],
    ['{"site":"a","events":{}}', 'invalid', 'events'],
    ['{"site":{"$ne":1},"events":[1]}', 'invalid', 'site'],
    ['{"site":"a/b","events":[1]}', 'invalid', 'site'],
    ['{"site":"","events":[1]}', 'invalid', 'site'],
    ['{"site":"a","sent":"1","events":[1]}', 'invalid', 'sent'],
    ['{"site":"a","sent":1e400,"events":[1]}', 'invalid', 'sent'],
    ['{"site":"a","sent":9e15,"events":[1]}', 'invalid', 'sent'],
    ['{"site":"a","user_id":"","events":[1]}', 'invalid', 'user_id'],
    ['{"site":"a","user_id":null,"events":[1]}', 'invalid', 'user_id'],
  ])('refuses %s as a whole', (body, reason, field) => {
    expect(refusalOf(body)).toMatchObject({ reason, field });
  });

  test('refuses too many events by name and number', () => {
    const events = Array.from({ length: wireLimits.eventsPerBatchMax + 1 }, () => good);
    const refusal = refusalOf(JSON.stringify({ site: 'a', events }));
    expect(refusal).toMatchObject({ reason: 'too_large', field: 'events', limit: wireLimits.eventsPerBatchMax });
    expect(parse({ site: 'a', events: events.slice(1) }).events).toHaveLength(wireLimits.eventsPerBatchMax);
  });

  test.each([
    ['site', 'siteCharsMax', 'invalid'],
    ['user_id', 'userIdCharsMax', 'too_long'],
    ['language', 'languageCharsMax', 'too_long'],
  ] as const)('refuses a %s that is too long', (field, limit, reason) => {
    const batch = { site: 'a', events: [good] };
    const max = wireLimits[limit];
    expect(refusalOf(JSON.stringify({ ...batch, [field]: 'x'.repeat(max + 1) }))).toMatchObject({ field, reason });
    expect(parse({ ...batch, [field]: 'x'.repeat(max) }).events).toHaveLength(1);
  });

  test.each([
    ['name', 'nameCharsMax'],
    ['referrer', 'urlCharsMax'],
    ['title', 'titleCharsMax'],
  ] as const)("refuses an event's %s that is too long", (field, limit) => {
    const max = wireLimits[limit];
    const refusal = eventRefusal({ ...good, [field]: 'x'.repeat(max + 1) });
    expect(refusal).toMatchObject({ reason: 'too_long', field: `events[0].${field}`, limit: max });
    expect(eventRefusal({ ...good, [field]: 'x'.repeat(max) })).toBeUndefined();
  });

  test('refuses an address that is too long', () => {
    const start = 'https://a.example/';
    const max = wireLimits.urlCharsMax;
    expect(eventRefusal({ ...good, url: start + 'x'.repeat(max - start.length) })).toBeUndefined();
    expect(eventRefusal({ ...good, url: start + 'x'.repeat(max - start.length + 1) })).toMatchObject({
      reason: 'too_long',
      field: 'events[0].url',
      limit: max,
    });
  });

  test.each([
    [{ ...good, id: 'x' }, 'id'],
    [{ ...good, id: 5 }, 'id'],
    [{ ...good, id: undefined }, 'id'],
    [{ ...good, name: '' }, 'name'],
    [{ ...good, name: ['pageview'] }, 'name'],
    [{ ...good, time: null }, 'time'],
    [{ ...good, url: 'javascript:alert(1)' }, 'url'],
    [{ ...good, url: '/relative' }, 'url'],
    [{ ...good, title: 5 }, 'title'],
    [{ ...good, referrer: {} }, 'referrer'],
    [{ ...good, props: [] }, 'props'],
    [{ ...good, props: { a: null } }, 'props'],
    [{ ...good, interactive: 'false' }, 'interactive'],
    [{ ...good, name: ENGAGEMENT }, 'view'],
    [{ ...good, name: ENGAGEMENT, view: ID }, 'view_time'],
    [{ ...good, name: ENGAGEMENT, view: 'x', view_time: 1 }, 'view'],
    [{ ...good, depth: 101 }, 'depth'],
    [{ ...good, depth: -1 }, 'depth'],
    [{ ...good, engaged_ms: -1 }, 'engaged_ms'],
  ])('refuses %j for its %s', (event, field) => {
    expect(eventRefusal(event)).toMatchObject({ reason: 'invalid', field: `events[0].${field}` });
  });

  test('takes engagement with its view', () => {
    const event = { ...good, name: ENGAGEMENT, view: ID, view_time: 1, engaged_ms: 5, depth: 100 };
    expect(eventRefusal(event)).toBeUndefined();
  });

  test('every refusal has a limit, a fix and a message, and nothing of what was sent', () => {
    const marker = '<img src=x onerror=alert(1)>';
    const events = [
      { ...good, id: marker },
      { ...good, name: { [marker]: marker } },
      { ...good, url: marker },
      { ...good, props: { [marker]: null } },
      { ...good, props: { a: marker.repeat(100) } },
      { ...good, [marker]: 1, time: marker },
    ];
    const { refused } = parse({ site: 'a', events });
    expect(refused).toHaveLength(events.length);
    for (const { refusal } of refused) {
      expect(refusal.fix).not.toBe('');
      expect(refusal.message).not.toBe('');
      expect(String(refusal.limit)).not.toBe('');
      expect(JSON.stringify(refusal.plain())).not.toContain('onerror');
    }
  });
});
