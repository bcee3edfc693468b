import { expect, test } from 'vitest';
import { plain } from './plain.ts';

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

test.each([undefined, null, {}, { a: null }])('%j is no properties', (props) => {
  expect(plain(props)).toBeUndefined();
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
