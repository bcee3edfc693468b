import { describe, expect, test } from 'vitest';
import { Refusal } from './refusal.ts';
import { trackForm } from './tracks.ts';

const form = trackForm('shop');

function parsed(item: unknown) {
  const call = form.parse(item, '');
  if (call instanceof Refusal) throw new Error(`${call.field}: ${call.message}`);
  const { event, props } = item as { event: string; props?: unknown };
  expect(call.said).toEqual(props ? { event, props } : { event });
  return JSON.parse(JSON.stringify({ ...call, said: undefined })) as unknown;
}

describe("the second seed's event", () => {
  test.each([
    [{ event: 'signup' }, { site_id: 'shop', event_type: 'signup', path: '/' }],
    [
      { event: 'page_view', user_id: 'U1', props: { url: '/', ref: 'google' }, timestamp: '2025-11-26T12:00:00Z' },
      {
        site_id: 'shop',
        event_type: 'pageview',
        path: '/',
        ref: 'google',
        user_id: 'U1',
        timestamp: Date.UTC(2025, 10, 26, 12),
      },
    ],
    [
      { event: 'page_view', user_id: 12, props: { url: 'https://shop.example/a?b=c#d', ref: 'https://x.example/y' } },
      {
        site_id: 'shop',
        event_type: 'pageview',
        path: '/a?b=c',
        hostname: 'shop.example',
        referrer: 'https://x.example/y',
        user_id: '12',
      },
    ],
    [
      {
        event: 'buy',
        props: { url: '/cart', referrer: 'newsletter', plan: 'pro', seats: 3, note: null },
        site_id: 'b',
      },
      {
        site_id: 'b',
        event_type: 'buy',
        path: '/cart',
        ref: 'newsletter',
        props: [
          ['plan', 'pro'],
          ['seats', 3],
        ],
      },
    ],
    [
      { event: 'a', user_id: null, props: null, timestamp: null },
      { site_id: 'shop', event_type: 'a', path: '/' },
    ],
    [
      { event: 'a', user_id: '' },
      { site_id: 'shop', event_type: 'a', path: '/' },
    ],
    [
      JSON.parse('{"event": "a", "props": {"__proto__": "p", "constructor": 1}}'),
      {
        site_id: 'shop',
        event_type: 'a',
        path: '/',
        props: [
          ['__proto__', 'p'],
          ['constructor', 1],
        ],
      },
    ],
  ])('%j', (item, call) => expect(parsed(item)).toEqual(call));

  test.each([
    [{}, 'event'],
    [{ event: '' }, 'event'],
    [{ event: 'engagement' }, 'event'],
    [{ event: 5 }, 'event'],
    [{ event: 'a', user_id: {} }, 'user_id'],
    [{ event: 'a', timestamp: 'yesterday' }, 'timestamp'],
    [{ event: 'a', timestamp: 1764158400 }, 'timestamp'],
    [{ event: 'a', props: 'x' }, 'props'],
    [{ event: 'a', props: { url: 5 } }, 'props.url'],
    [{ event: 'a', props: { url: 'x'.repeat(9000) } }, 'props.url'],
    [{ event: 'a', props: { deep: {} } }, 'props'],
    [{ event: 'a', event_id: 'x' }, 'event_id'],
    [{ event: 'a', site_id: '/' }, 'site_id'],
    [null, 'body'],
    ['a', 'body'],
  ])('%j is refused by its field', (item, field) => {
    expect(form.parse(item, '')).toMatchObject({ field, fix: expect.any(String) as string });
    expect(form.parse(item, '[3]')).toMatchObject({ field: field === 'body' ? '[3]' : `[3].${field}` });
  });

  test('names the site even where it is refused', () => {
    expect([{}, { site_id: 'b' }, { site_id: '/' }, null].map(form.siteOf)).toEqual(['shop', 'b', 'shop', 'shop']);
  });
});
