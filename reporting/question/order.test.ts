import { expect, test } from 'vitest';
import { changeOf, valuesOf } from './numbers.ts';
import { orderOf, sortRows } from './order.ts';

test('orderOf is complete', () => {
  expect(orderOf({ metrics: ['visits', 'visitors'], dimensions: ['page', 'time:day'] })).toEqual([
    ['time:day', 'asc'],
    ['visits', 'desc'],
    ['page', 'asc'],
  ]);
  expect(orderOf({ metrics: ['visits'], dimensions: ['page'], order_by: [['page', 'desc']] })).toEqual([
    ['page', 'desc'],
  ]);
});

test('sortRows puts what is not there last, in either direction', () => {
  const rows = [
    ['a', null],
    ['b', 1],
    ['c', 2],
    ['d', 1],
  ];
  const sorted = (direction: 'asc' | 'desc') =>
    sortRows(
      rows,
      [
        ['bounce_rate', direction],
        ['page', 'desc'],
      ],
      ['page'],
      ['bounce_rate'],
    ).map(([page]) => page);
  expect(sorted('asc')).toEqual(['d', 'b', 'c', 'a']);
  expect(sorted('desc')).toEqual(['c', 'd', 'b', 'a']);
});

test('valuesOf shows two decimals, percent and seconds', () => {
  expect(valuesOf(['x', 1 / 3, 1234.5, 2], 1, ['bounce_rate', 'visit_duration', 'visitors'])).toEqual([33.33, 1.23, 2]);
  expect(valuesOf(undefined, 0, ['bounce_rate', 'visitors'])).toEqual([null, 0]);
});

test('changeOf is in percent, and nothing where there is no base', () => {
  expect(changeOf([3, 0, 1, null, 5], [2, 4, 0, 1, null])).toEqual([50, -100, null, null, null]);
});
