import { describe, expect, test } from 'vitest';
import { eventSchema } from '../core/event.ts';
import { limits } from '../core/limits.ts';
import { ENGAGEMENT, PAGEVIEW } from '../sdk/src/wire.ts';
import type { BrowserEvent } from './batch.ts';
import { enrich } from './enrich.ts';
import { enrichCall, contextOfCall } from './enrich-call.ts';
import { agentReader } from './agent.ts';
import { places } from './places.ts';

const ID = '019aa8a0-5b1e-7c3d-9f2e-0a1b2c3d4e5f';
const filed = { day: 20_000, utc_offset: 60 };

function dated(event: Partial<BrowserEvent>) {
  const url = { hostname: 'example.com', path: '/a', query: '?utm_source=leaflet' };
  return { index: 0, time: 5, ...filed, event: { id: ID, name: PAGEVIEW, time: 1, url, ...event } };
}

/** As it is after it has travelled. */
function sent(event: unknown): unknown {
  return eventSchema.strict().parse(JSON.parse(JSON.stringify(event)));
}

describe('enrich', () => {
  test('makes an event of the log', () => {
    const event = enrich(dated({ title: 'T', props: [['a', 1]], referrer: 'https://other.example/' }), 'vX', 'u1');
    expect(sent(event)).toEqual({
      id: ID,
      name: PAGEVIEW,
      time: 5,
      ...filed,
      visitor: 'vX',
      user_id: 'u1',
      hostname: 'example.com',
      path: '/a',
      title: 'T',
      acquisition: { referrer: 'other.example', utm_source: 'leaflet', source: 'leaflet', channel: 'Unassigned' },
      props: [['a', 1]],
    });
  });

  test('what an event was worth becomes two properties, unless it has such', () => {
    const revenue = { amount: 9.5, currency: 'EUR' };
    const of = (props?: [string, string][]) =>
      enrich(dated({ revenue, ...(props && { props }) }), 'v', undefined).props;
    expect(of()).toEqual([
      ['revenue', 9.5],
      ['currency', 'EUR'],
    ]);
    expect(of([['currency', 'points']])).toEqual([
      ['currency', 'points'],
      ['revenue', 9.5],
    ]);
  });

  test("the site's hosts are no sources", () => {
    const event = dated({
      referrer: 'https://help.example.net/',
      url: { hostname: 'example.com', path: '/', query: '' },
    });
    expect(sent(enrich(event, 'v', undefined, { hostnames: ['example.net'] }))).not.toHaveProperty('acquisition');
    expect(sent(enrich(event, 'v', undefined))).toMatchObject({ acquisition: { source: 'help.example.net' } });
  });

  test('leaves out what is empty or the default', () => {
    const event = sent(enrich(dated({ title: '', referrer: '', interactive: true }), undefined, undefined));
    expect(event).not.toHaveProperty('title');
    expect(event).not.toHaveProperty('interactive');
    expect(event).not.toHaveProperty('visitor');
    expect(sent(enrich(dated({ interactive: false }), 'v', undefined))).toMatchObject({ interactive: false });
  });

  test('keeps of engagement what it says of its view, and of others nothing of the kind', () => {
    const said = { view: ID, engaged_ms: 5, depth: 50 };
    const engagement = sent(enrich(dated({ name: ENGAGEMENT, view_time: 1, title: 'T', ...said }), 'v', undefined));
    expect(engagement).toMatchObject(said);
    expect(engagement).not.toHaveProperty('title');
    expect(engagement).not.toHaveProperty('acquisition');
    expect(sent(enrich(dated(said), 'v', undefined))).not.toHaveProperty('view');
  });
});

describe('enrichCall', () => {
  const call = { site_id: 'a', event_type: PAGEVIEW, path: '/a?ref=hn#x' };

  test('makes an event of the log, and an id where there is none', () => {
    const event = enrichCall(
      { ...call, hostname: 'Example.com', title: 'T' },
      { time: 5, ...filed },
      { visitor: 'uX' },
    );
    expect(sent(event)).toMatchObject({
      name: PAGEVIEW,
      time: 5,
      ...filed,
      visitor: 'uX',
      hostname: 'example.com',
      path: '/a',
      acquisition: { source: 'Hacker News' },
    });
    expect(event.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(enrichCall({ ...call, event_id: ID }, { time: 5, ...filed }, {}).id).toBe(ID);
  });
});

describe('contextOfCall', () => {
  const parts = {
    readAgent: agentReader(10),
    places: places({ file: undefined, limits, log: () => {} }),
    limits,
  };

  test('is what the caller says of its visitor', () => {
    const agent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0';
    const call = { site_id: 'a', event_type: PAGEVIEW, path: '/' };
    expect(contextOfCall({ ...call, user_agent: agent, language: 'de-de' }, parts)).toMatchObject({
      browser: 'Firefox',
      language: 'de-DE',
    });
    expect(JSON.stringify(contextOfCall({ ...call, user_agent: '' }, parts))).toBe('{}');
  });

  test('has the place of the address that the caller tells', () => {
    const call = { site_id: 'a', event_type: PAGEVIEW, path: '/' };
    for (const [ip, country] of [
      ['8.8.8.8', 'US'],
      ['::ffff:8.8.8.8', 'US'],
      ['2001:4860:4860:0:0:0:0:8888', 'US'],
      ['192.168.1.1', undefined],
    ] as const) {
      expect(contextOfCall({ ...call, ip }, parts).country).toBe(country);
    }
  });
});
