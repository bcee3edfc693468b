import { expect, test } from 'vitest';
import { newId } from './id.ts';

test('is a UUID of version 7 with the time in front', () => {
  const before = Date.now();
  const id = newId();
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const time = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
  expect(time).toBeGreaterThanOrEqual(before);
  expect(time).toBeLessThanOrEqual(Date.now());
});

test('every random digit takes every value, every variant comes, and none comes twice', () => {
  const ids = Array.from({ length: 5000 }, newId);
  expect(new Set(ids).size).toBe(ids.length);
  const random = ids.map((id) => id.replaceAll('-', '').slice(13));
  for (let place = 0; place < random[0]!.length; place++) {
    expect(new Set(random.map((digits) => digits[place])).size).toBe(place === 3 ? 4 : 16);
  }
});
