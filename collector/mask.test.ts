import { describe, expect, test } from 'vitest';
import { newId } from '../core/id.ts';
import { masked, maskedEvent } from './mask.ts';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';

describe('is hidden', () => {
  test.each([
    ['/users/ada@example.com/orders', '/users/[email]/orders'],
    ['/users/ada%40example.com', '/users/[email]'],
    ['/users/Ada.Lovelace+news@Mail.Example.co.uk/', '/users/[email]/'],
    ['mailto:ada@example.com', 'mailto:[email]'],
    ['Order of ada@example.com, thank you', 'Order of [email], thank you'],
    ['ада@пример.example', '[email]'],
    ['a@b.ch,c@d.ch', '[email],[email]'],
    ['/pay/4111111111111111', '/pay/[card]'],
    ['/pay/4111-1111-1111-1111/x', '/pay/[card]/x'],
    ['card 3782 822463 10005.', 'card [card].'],
    ['/pay/4111%201111%201111%201111', '/pay/[card]'],
    [`/reset/${JWT}`, '/reset/[token]'],
    ['/reset/9f86d081884c7d659a2feaa0c55ad015', '/reset/[token]'],
    ['/reset/9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B', '/reset/[token]'],
    ['/invite/k3Jd83nsKQ0-zPq81mNcVb73LaXyT0Rw', '/invite/[token]'],
    ['/cb/sk_live_4eC39HqLyjWDarjtT1zdp7dc', '/cb/[token]'],
    ['ghp_16C7e42F292c6912E7710c838347Ae178B4a', '[token]'],
    ['AKIAIOSFODNN7EXAMPLE', '[token]'],
  ])('%s', (text, expected) => expect(masked(text)).toBe(expected));
});

describe('stays', () => {
  test.each([
    ['/'],
    ['/@ada'],
    ['/packages/@scope/name@1.2.3'],
    ['/blog/2026/11/how-to-grow-ferns-in-a-dark-room-without-much-water'],
    ['/orders/019a798b-e1f2-7a01-8a55-0c1d2e3f4a5b'],
    ['/orders/20261127000123456'],
    ['/phone/4111111111111112'],
    ['0000000000000000'],
    ['1.4111111111111111'],
    ['/commit/9f86d081884c7d65'],
    ['/THIS-IS-A-VERY-LONG-HEADLINE-IN-CAPITALS-2026'],
    ['/seo_keyword_stuffed_page_name_with_numbers_2026'],
    ['/time/1795317000042'],
    ['Fern & Moss | Plants'],
    ['a@b'],
  ])('%s', (text) => expect(masked(text)).toBe(text));
});

test('nothing takes longer than in proportion to its length', () => {
  const pieces = ['a', '@', '%40', '1', '1 ', '-', 'eyJ', 'a@', 'a.', 'aA1', 'sk-', '4111', '.', 'é', '%'];
  const worst = pieces.flatMap((one) => pieces.map((other) => `${one}${other}`.repeat(1000).slice(0, 2000)));
  const began = performance.now();
  for (const text of worst) masked(text);
  // 225 texts of 2,000 characters; a pattern that runs away would not end.
  expect(performance.now() - began).toBeLessThan(3000);
});

test('of an event all that its page has put into it, and nothing else', () => {
  const id = newId();
  const event = {
    id,
    name: 'signup ada@example.com',
    time: 1,
    day: 2,
    utc_offset: 0,
    visitor: 'v9f86d081884c7d659a2feaa0c55ad015',
    user_id: 'email:9f86d081884c7d659a2feaa0c55ad015',
    hostname: 'example.com',
    path: '/u/ada@example.com',
    title: 'ada@example.com',
    acquisition: { referrer: 'mail.example/ada@example.com', utm_term: 'ada@example.com', channel: 'Email' },
    props: [
      ['to', 'ada@example.com'],
      ['ada@example.com', 4111111111111111],
    ] as [string, string | number][],
  };
  expect(maskedEvent(event, { masking: 'off' })).toBe(event);
  expect(maskedEvent(event, {})).toEqual({
    ...event,
    name: 'signup [email]',
    path: '/u/[email]',
    title: '[email]',
    acquisition: { referrer: 'mail.example/[email]', utm_term: '[email]', channel: 'Email' },
    props: [
      ['to', '[email]'],
      ['[email]', 4111111111111111],
    ],
  });
});
