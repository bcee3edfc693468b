import { describe, expect, test } from 'vitest';
import { contentOf, eventSchema, LOG_ENTRY_VERSION, logEntrySchema } from './event.ts';
import type { Event, LogEntry } from './event.ts';

const event: Event = {
  id: '019aa8a0-5b1e-7c3d-9f2e-0a1b2c3d4e5f',
  name: 'purchase',
  time: Date.UTC(2026, 10, 22, 12),
  day: 20_779,
  utc_offset: 60,
  visitor: 'vAAAAAAAAAAA',
  user_id: 'anna',
  hostname: 'example.com',
  path: '/shop',
  title: 'Shop',
  acquisition: { referrer: 'https://example.org/', source: 'example.org' },
  props: [
    ['__proto__', 'x'],
    ['price', 9.5],
    ['gift', true],
  ],
  interactive: false,
};

const entry: LogEntry = {
  v: LOG_ENTRY_VERSION,
  id: '019aa8a0-5b1e-7c3d-9f2e-000000000001',
  site: 'example.com',
  received: event.time + 20,
  context: { browser: 'Firefox', country: 'CH' },
  events: [event],
  refused: [{ day: 20_779, reason: 'bot', count: 2 }],
};

describe('the log entry', () => {
  test('is the same after the way through the log', () => {
    expect(logEntrySchema.parse(JSON.parse(JSON.stringify(entry)))).toEqual(entry);
  });

  test.each([
    ['another version', { ...entry, v: 2 }],
    ['no id', { ...entry, id: undefined }],
    ['no site', { ...entry, site: undefined }],
    ['a time as text', { ...entry, received: '2026-11-22T12:00:00Z' }],
    ['events that are no list', { ...entry, events: event }],
    ['a refusal of nothing', { ...entry, refused: [{ day: 1, reason: 'bot', count: 0 }] }],
    ['a refusal by halves', { ...entry, refused: [{ day: 1, reason: 'bot', count: 1.5 }] }],
    ['null', null],
    ['a text', 'entry'],
  ])('is refused with %s', (_, value) => {
    expect(logEntrySchema.safeParse(value).success).toBe(false);
  });

  test.each([
    ['a broken time', { time: 1.5 }],
    ['a time that JSON made null', { time: null }],
    ['no path', { path: undefined }],
    ['interactive as a number', { interactive: 0 }],
    ['properties as an object', { props: { price: 9 } }],
    ['a property without a value', { props: [['price']] }],
    ['a property of another type', { props: [['price', { amount: 9 }]] }],
    ['a visitor as a number', { visitor: 7 }],
  ])('an event is refused with %s', (_, change) => {
    expect(eventSchema.safeParse({ ...event, ...change }).success).toBe(false);
  });

  test('what the format does not know is left out, so that nothing unseen is stored', () => {
    expect(eventSchema.parse({ ...event, ip: '192.0.2.1' })).toEqual(event);
  });
});

describe('contentOf', () => {
  test('is the same for what a retry may change', () => {
    const retry: Event = { ...event, time: event.time + 5, day: event.day + 1, utc_offset: 0, visitor: 'vBBBBBBBBBBB' };
    expect(contentOf({ ...retry, acquisition: { ...event.acquisition, channel: 'referral' } })).toBe(contentOf(event));
  });

  test.each<[keyof Event, Partial<Event>]>([
    ['name', { name: 'refund' }],
    ['hostname', { hostname: 'www.example.com' }],
    ['path', { path: '/shop/' }],
    ['title', { title: 'shop' }],
    ['user_id', { user_id: 'bert' }],
    ['acquisition', { acquisition: { referrer: 'https://example.net/' } }],
    ['props', { props: [['price', 9.5]] }],
    ['view', { view: event.id }],
    ['engaged_ms', { engaged_ms: 1 }],
    ['depth', { depth: 1 }],
  ])('differs with %s', (_, change) => {
    expect(contentOf({ ...event, ...change })).not.toBe(contentOf(event));
  });

  test('tells fields apart, not only their texts', () => {
    const plain: Event = { id: event.id, name: 'a', time: 0, day: 0, utc_offset: 0, path: '/' };
    expect(contentOf({ ...plain, title: 'x' })).not.toBe(contentOf({ ...plain, hostname: 'x' }));
    expect(contentOf({ ...plain, props: [['n', 1]] })).not.toBe(contentOf({ ...plain, props: [['n', '1']] }));
  });

  test('is a whole number that a database can keep', () => {
    for (let i = 0; i < 1000; i++) {
      const content = contentOf({ ...event, path: `/${i}` });
      expect(Number.isSafeInteger(content)).toBe(true);
      expect(content).toBeGreaterThanOrEqual(0);
    }
  });

  test('does not collide over many contents', () => {
    const contents = new Set(Array.from({ length: 20_000 }, (_, i) => contentOf({ ...event, path: `/${i}` })));
    expect(contents.size).toBe(20_000);
  });
});
