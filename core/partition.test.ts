import { describe, expect, test } from 'vitest';
import { partitionOf } from './partition.ts';

describe('partitionOf', () => {
  test.each([
    // Test vectors of FNV-1a, 32 bits: http://www.isthe.com/chongo/src/fnv/test_fnv.c
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['b', 0xe70c2de5],
    ['foobar', 0xbf9cf968],
  ])('%j hashes as published', (site, hash) => {
    expect(partitionOf(site, 2 ** 32)).toBe(hash);
  });

  test('takes the bytes of UTF-8, so that other languages come to the same', () => {
    // The bytes of é are c3 a9.
    const hash = [0xc3, 0xa9].reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193), 0x811c9dc5) >>> 0;
    expect(partitionOf('é', 2 ** 32)).toBe(hash);
  });

  test('never moves a site', () => {
    expect(['example.com', 'example.org', 'site-abc-123', 'пример.рф'].map((site) => partitionOf(site, 8))).toEqual([
      6, 1, 2, 7,
    ]);
  });

  test('spreads sites over all partitions', () => {
    const counts = Array.from({ length: 8 }, () => 0);
    for (let i = 0; i < 8000; i++) {
      const partition = partitionOf(`site-${i}.example`, 8);
      counts[partition] = (counts[partition] ?? Number.NaN) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(800);
    expect(Math.max(...counts)).toBeLessThan(1200);
  });

  test('has one place for all when there is one', () => {
    expect(partitionOf('example.com', 1)).toBe(0);
  });
});
