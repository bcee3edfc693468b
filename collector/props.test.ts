import { describe, expect, test } from 'vitest';
import { wireLimits } from '../sdk/src/wire.ts';
import { props } from './props.ts';

const { propsMax, propNameCharsMax, propValueCharsMax } = wireLimits;

function many(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, index]));
}

describe('props', () => {
  test('keeps names that are special as plain data', () => {
    const value: unknown = JSON.parse('{"__proto__":"a","constructor":"b","prototype":1,"toString":true,"a.b":"$c"}');
    expect(props.parse(value)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['prototype', 1],
      ['toString', true],
      ['a.b', '$c'],
    ]);
  });

  test('is nothing where there are none', () => {
    expect(props.parse({})).toBeUndefined();
    expect(props.parse(undefined)).toBeUndefined();
  });

  test('takes as many and as much as it may', () => {
    expect(props.parse(many(propsMax))).toHaveLength(propsMax);
    const value = { ['n'.repeat(propNameCharsMax)]: 'v'.repeat(propValueCharsMax) };
    expect(props.parse(value)).toEqual(Object.entries(value));
  });

  test.each([
    ['too many', many(propsMax + 1), propsMax],
    ['too long a name', { ['n'.repeat(propNameCharsMax + 1)]: 1 }, propNameCharsMax],
    ['no name', { '': 1 }, propNameCharsMax],
    ['too long a value', { a: 'v'.repeat(propValueCharsMax + 1) }, propValueCharsMax],
  ])('refuses %s', (_, value, limit) => {
    const issue = props.safeParse(value).error?.issues[0];
    expect(issue).toMatchObject({ code: 'custom', params: { reason: 'too_long', limit } });
  });

  test('null is none, as nothing is', () => {
    expect(props.safeParse(null).data).toBeUndefined();
    expect(props.safeParse(null).success).toBe(true);
  });

  test.each([['x'], [5], [[]], [[['a', 1]]], [{ a: null }], [{ a: {} }], [{ a: ['x'] }], [{ a: Infinity }]])(
    'refuses %j',
    (value) => {
      expect(props.safeParse(value).error?.issues[0]).toMatchObject({ params: { reason: 'invalid' } });
    },
  );
});
