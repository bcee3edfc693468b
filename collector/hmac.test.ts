import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { destroyKey, hmacKey, hmacOf } from './hmac.ts';

describe('hmacOf', () => {
  test("is Node's HMAC-SHA-256, for keys and texts of all lengths", () => {
    for (let length = 0; length < 200; length++) {
      const key = randomBytes(length % 65);
      const text = 'ä€😀x'.repeat(length).slice(0, length);
      expect(hmacOf(hmacKey(key), text)).toEqual(createHmac('sha256', key).update(text).digest());
    }
  });

  test('is the one of RFC 4231, test case 2', () => {
    const hash = hmacOf(hmacKey(Buffer.from('Jefe')), 'what do ya want for nothing?');
    expect(hash.toString('hex')).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  });

  test('gives the same for the same however often the key is used', () => {
    const key = hmacKey(randomBytes(32));
    const first = hmacOf(key, 'a');
    hmacOf(key, 'b');
    expect(hmacOf(key, 'a')).toEqual(first);
  });

  test('takes no key that would have to be hashed first', () => {
    expect(() => hmacKey(randomBytes(65))).toThrow(RangeError);
  });
});

describe('destroyKey', () => {
  test('leaves nothing', () => {
    const key = hmacKey(randomBytes(32));
    destroyKey(key);
    expect(new Set([...key.inner, ...key.outer])).toEqual(new Set([0]));
  });
});
