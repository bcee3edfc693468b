import { describe, expect, test } from 'vitest';
import { emptyDay, merge } from '../core/visits.ts';
import type { VisitEvent } from '../core/visits.ts';
import { PAGEVIEW, wireLimits } from '../sdk/src/wire.ts';
import { channelCases } from './channel.cases.ts';
import { pageOf } from './page.ts';
import { sourceCases } from './source.cases.ts';
import { acquisitionOf } from './source.ts';

function from(landing: string, referrer?: string, own?: string[]) {
  const page = pageOf(new URL(landing, 'https://www.shop.example/page').href);
  if (!page) throw new Error('no page');
  return acquisitionOf(page, referrer, own);
}

const groups = [...channelCases, ...sourceCases];

describe.each(groups)('$rule', ({ cases, own }) => {
  test.each(cases)('%s from %s: %s, %s', (landing, referrer, source, channel) => {
    const acquisition = from(landing, referrer, own);
    expect(acquisition?.source ?? '').toBe(source);
    expect(acquisition?.channel ?? 'Direct').toBe(channel);
  });
});

test('the cases are many, each one is there once, and each channel is in them', () => {
  const all = groups.flatMap(({ cases, own }) =>
    cases.map(([landing, referrer]) => `${landing} ${referrer} ${own?.join() ?? ''}`),
  );
  expect(all.length).toBeGreaterThanOrEqual(150);
  expect(new Set(all).size).toBe(all.length);
  expect(new Set(groups.flatMap(({ cases }) => cases.map(([, , , channel]) => channel))).size).toBe(20);
});

describe('acquisitionOf', () => {
  test('keeps of a referrer its host and path, not what it carries in query and fragment', () => {
    expect(from('', 'https://user:pw@www.other.example:8443/a/b?token=1#c')?.referrer).toBe('other.example/a/b');
    expect(from('', 'https://other.example/')?.referrer).toBe('other.example');
    expect(from('', 'android-app://com.slack/a?token=1')?.referrer).toBe('com.slack/a');
  });

  test('keeps the parameters as they are, and no others', () => {
    const query =
      '?utm_source=A%20b&utm_medium=M&utm_campaign=c&utm_content=d&utm_term=e&other=f&utm_id=g&gclid=h&ref=i';
    expect(from(query)).toEqual({
      utm_source: 'A b',
      utm_medium: 'M',
      utm_campaign: 'c',
      utm_content: 'd',
      utm_term: 'e',
      source: 'A b',
      channel: 'Unassigned',
    });
  });

  test('keeps no click id, and none of what it refuses as a source', () => {
    expect(from('?gclid=secret&mc_eid=secret&fbclid=secret')).toEqual({ source: 'Google', channel: 'Paid Search' });
    expect(from('?utm_source=leaflet', 'https://www.paypal.com/')).not.toHaveProperty('referrer');
    expect(from('?utm_source=leaflet', 'https://shop.example/')).not.toHaveProperty('referrer');
  });

  test('keeps the referrer beside a campaign', () => {
    expect(from('?utm_source=leaflet', 'https://www.google.com/')?.referrer).toBe('google.com');
  });

  test('cleans what an escape brings in', () => {
    expect(from('?utm_source=a%00b&utm_campaign=%ff')).toMatchObject({
      utm_source: 'a\ufffdb',
      utm_campaign: '\ufffd',
    });
  });
});

describe('hostile values', () => {
  const long = wireLimits.urlCharsMax - 100;
  test.each([
    ['ampersands', `?${'&'.repeat(long)}`],
    ['one parameter over and over', `?${'utm_source='.repeat(long / 11)}`],
    ['a medium that almost fits', `?utm_medium=${'cp'.repeat(long / 2)}`],
    ['a campaign that almost fits', `?utm_campaign=${'sho'.repeat(long / 3)}`],
    ['broken escapes', `?${'%'.repeat(long)}`],
    ['a source of dots', `?utm_source=${'.'.repeat(long)}`],
    ['a source of labels', `?utm_source=${'a.'.repeat(long / 2)}`],
    ['a source of slashes', `?utm_source=https://${'/'.repeat(long)}`],
    ['names of what every object has', '?__proto__=x&constructor=y&utm_source=__proto__&utm_medium=constructor'],
    ['a source of blanks', `?utm_source=${'+'.repeat(long)}`],
  ])('%s take no time', (_, query) => {
    const referrers = [
      `https://${'a.'.repeat(120)}b/`,
      `https://${'a.'.repeat(long / 2)}b/`,
      `https://a.example/${'%'.repeat(long)}`,
      `https://${'xn--'.repeat(long / 4)}/`,
      `android-app://${'.'.repeat(long)}/`,
    ];
    const start = performance.now();
    for (let n = 0; n < 20; n++) for (const referrer of referrers) from(query, referrer);
    // A hundred of them; a value that costs the square of its length takes seconds.
    expect(performance.now() - start).toBeLessThan(500);
  });

  test('a value is no longer than an address, however it is escaped', () => {
    expect(from(`?utm_source=${'%41'.repeat(600)}`)?.source).toHaveLength(600);
    const page = { hostname: undefined, path: '/', query: `?utm_source=${'a'.repeat(9000)}` };
    expect(acquisitionOf(page, undefined)?.source).toHaveLength(wireLimits.urlCharsMax);
  });
});

describe('a return from a payment page', () => {
  const minute = 60_000;
  function view(minutes: number, landing: string, referrer?: string): VisitEvent {
    const at = { id: `${minutes}`, name: PAGEVIEW, time: minutes * minute, day: 0, utc_offset: 0 };
    return { event: { ...at, visitor: 'v', path: landing, acquisition: from(landing, referrer) }, context: {} };
  }
  const landed = view(0, '/?utm_source=newsletter&utm_medium=email');
  const cart = view(5, '/cart', 'https://www.shop.example/');

  test('neither cuts the visit nor changes its source', () => {
    for (const events of [
      [landed, cart, view(20, '/thanks', 'https://www.paypal.com/')],
      [view(20, '/thanks', 'https://bank.example/'), cart, landed],
    ]) {
      const { visits } = merge(emptyDay(), events);
      expect(visits).toHaveLength(1);
      expect(visits[0]?.first.acquisition).toMatchObject({ source: 'Email', channel: 'Email' });
    }
  });

  test('that took longer than a visit lasts begins one without a source', () => {
    const { visits } = merge(emptyDay(), [landed, view(45, '/thanks', 'https://checkout.stripe.com/')]);
    expect(visits.map(({ first }) => first.acquisition?.source)).toEqual(['Email', undefined]);
  });
});
