import { describe, expect, test } from 'vitest';
import { isId, newId } from './id.ts';

describe('newId', () => {
  test('is a UUID of version 7 and variant 10', () => {
    for (let i = 0; i < 1000; i++) {
      expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  test('begins with the time in ms, so that ids sort by it', () => {
    expect(newId(0x0199_1234_5678)).toMatch(/^01991234-5678-7/);
    expect(newId(0)).toMatch(/^00000000-0000-7/);
    expect(newId(1000) < newId(1001)).toBe(true);
  });

  test('never comes twice, past the pool of random bytes too', () => {
    const count = 2000;
    expect(new Set(Array.from({ length: count }, () => newId(1))).size).toBe(count);
  });

  test('leaves no bit of its random part fixed', () => {
    const texts = Array.from({ length: 500 }, () => newId(0).slice(15).replaceAll('-', ''));
    const numbers = texts.map((text) => BigInt(`0x${text}`));
    const ever = numbers.reduce((all, one) => all | one);
    const always = numbers.reduce((all, one) => all & one);
    // 12 random bits, the variant 10, 62 random bits.
    const variant = 1n << 63n;
    expect(ever).toBe((1n << 76n) - 1n - (1n << 62n));
    expect(always).toBe(variant);
  });
});

describe('isId', () => {
  test('takes any version, in either case', () => {
    expect(isId('019aa8a0-5b1e-7c3d-9f2e-0a1b2c3d4e5f')).toBe(true);
    expect(isId('550E8400-E29B-41D4-A716-446655440000')).toBe(true);
  });

  test.each([
    '',
    '019aa8a05b1e7c3d9f2e0a1b2c3d4e5f',
    '019aa8a0-5b1e-7c3d-9f2e-0a1b2c3d4e5',
    '019aa8a0-5b1e-7c3d-9f2e-0a1b2c3d4e5g',
    '{019aa8a0-5b1e-7c3d-9f2e-0a1b2c3d4e5f}',
    '019aa8a0-5b1e-7c3d-9f2e-0a1b2c3d4e5f\n',
    '__proto__',
  ])('refuses %j', (value) => {
    expect(isId(value)).toBe(false);
  });
});
