import { expect, test } from 'vitest';
import { remember } from './remember.ts';

test('remember keeps the newest', () => {
  const map = new Map<string, number>();
  for (const [index, key] of ['a', 'b', 'c', 'd'].entries()) remember(map, key, index, 2);
  expect([...map]).toEqual([
    ['c', 2],
    ['d', 3],
  ]);
  remember(map, 'c', 9, 2);
  expect([...map]).toEqual([
    ['c', 9],
    ['d', 3],
  ]);
});
