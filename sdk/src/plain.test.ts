import { expect, test } from 'vitest';
import { plain } from './plain.ts';
import { wireLimits } from './wire.ts';

test('texts, numbers and booleans stay; the rest becomes a text, or is left out', () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  expect(plain({ a: 'x', b: 1.5, c: false, d: 10n, e: circle, f: null, g: undefined, h: Symbol('s') })).toEqual({
    a: 'x',
    b: 1.5,
    c: false,
    d: '10',
    e: '[object Object]',
    h: 'Symbol(s)',
  });
});

test('what fails is left out alone, and what is no number in JSON is a text', () => {
  const props = {
    get bad(): string {
      throw new Error('no');
    },
    worse: { toString: () => ({}) },
    none: Number.NaN,
    endless: -Infinity,
    good: 1,
  };
  expect(plain(props)).toEqual({ none: 'NaN', endless: '-Infinity', good: 1 });
});

test('what is too long is cut, and what is too many left out', () => {
  const { propsMax, propNameCharsMax, propValueCharsMax } = wireLimits;
  expect(plain({ ['n'.repeat(500)]: 'v'.repeat(5000) })).toEqual({
    ['n'.repeat(propNameCharsMax)]: 'v'.repeat(propValueCharsMax),
  });
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`p${n}`, n]));
  expect(Object.keys(plain(many))).toEqual(Object.keys(many).slice(0, propsMax));
});

test('a name that is special to JavaScript is a name like any other', () => {
  const props = plain(JSON.parse('{"__proto__": "x", "constructor": 1}') as Record<string, unknown>);
  expect(JSON.stringify(props)).toBe('{"__proto__":"x","constructor":1}');
});

test('is a copy', () => {
  const props = { n: 1 };
  const copy = plain(props);
  props.n = 2;
  expect(copy).toEqual({ n: 1 });
});
