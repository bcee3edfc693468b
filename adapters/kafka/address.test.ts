import { describe, expect, test } from 'vitest';
import { messageOf, Unusable } from '../../core/errors.ts';
import { addressOf, topicUrl } from './address.ts';

describe('takes', () => {
  test.each([
    ['kafka://one', { tls: false, brokers: ['one:9092'], topic: 'footfall' }],
    [
      'kafka://one:1,two.example:22,[::1]:333/a.b-c_D',
      { tls: false, brokers: ['one:1', 'two.example:22', '[::1]:333'], topic: 'a.b-c_D' },
    ],
    [
      'kafkas://user:p%40ss%3Aw%2Frd@one:1/t',
      {
        tls: true,
        brokers: ['one:1'],
        topic: 't',
        sasl: { mechanism: 'SCRAM-SHA-512', username: 'user', password: 'p@ss:w/rd' },
      },
    ],
    [
      'kafka://user:a:b@one:1?mechanism=plain',
      {
        tls: false,
        brokers: ['one:1'],
        topic: 'footfall',
        sasl: { mechanism: 'PLAIN', username: 'user', password: 'a:b' },
      },
    ],
  ])('%s', (url, address) => {
    expect(addressOf(url)).toEqual(address);
  });
});

describe('refuses, and never tells the password', () => {
  test.each([
    ['http://user:SECRET@one', /must look like/],
    ['kafka://', /must look like/],
    ['kafka://user:a/SECRET@one', /must look like/],
    ['kafka://user:a?SECRET@one', /must look like/],
    ['kafka://user:12/SECRET@one', /must look like/],
    ['kafka://user:SECRET@one@two', /must look like/],
    ['kafka://user:%SECRET@one', /must look like/],
    ['kafka://user:SECRET@one:port', /must look like/],
    ['kafka://user:SECRET@one/two/three', /must look like/],
    ['kafka://user:SECRET@one/bad topic', /topic .* takes/],
    ['kafka://user:SECRET@one/..', /topic .* takes/],
    ['kafka://user:SECRET@one?mechanism=GSSAPI', /mechanism .* one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512/],
  ])('%s', (url, words) => {
    const refused = (() => {
      try {
        return addressOf(url);
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(Unusable);
    expect(messageOf(refused)).toMatch(words);
    expect(messageOf(refused)).not.toContain('SECRET');
  });
});

test.each([
  ['kafka://u:a%2Fb@one:1,two:2/log?mechanism=PLAIN', 'kafka://u:a%2Fb@one:1,two:2/other?mechanism=PLAIN'],
  ['kafkas://one', 'kafkas://one/other'],
  ['kafka://one:1/?mechanism=PLAIN', 'kafka://one:1/other?mechanism=PLAIN'],
])('%s with another topic', (url, other) => {
  expect(topicUrl(url, 'other')).toBe(other);
  expect(() => topicUrl('http://one', 'other')).toThrow(Unusable);
});
