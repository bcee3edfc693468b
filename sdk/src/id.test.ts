import { expect, test } from 'vitest';
import { fresh } from './id.ts';

test('is a UUID of version 7 with the time in front', () => {
  const before = Date.now();
  const { id, ...rest } = fresh('signup');
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const time = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
  expect(time).toBeGreaterThanOrEqual(before);
  expect(time).toBeLessThanOrEqual(Date.now());
  expect(rest).toEqual({ name: 'signup', time });
});

test('also by a clock that is wrong by decades', () => {
  expect(fresh('a', 0).id).toMatch(/^00000000-0000-7/);
  expect(fresh('a', Date.parse('2500-01-01')).id).toMatch(/^0[0-9a-f]{7}-[0-9a-f]{4}-7/);
});

test('every random digit takes every value, and no id comes twice', () => {
  const ids = Array.from({ length: 5000 }, () => fresh('a').id);
  expect(new Set(ids).size).toBe(ids.length);
  const random = ids.map((id) => id.replaceAll('-', '').slice(13));
  for (let place = 0; place < random[0]!.length; place++) {
    expect(new Set(random.map((digits) => digits[place])).size).toBe(place === 3 ? 1 : 16);
  }
});
