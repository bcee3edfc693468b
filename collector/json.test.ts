import { describe, expect, test } from 'vitest';
import { parseJson } from './json.ts';
import { Refusal } from './refusal.ts';

describe('parseJson', () => {
  test.each([[''], ['{'], ['{"a":01}'], ['[1,]'], ['NaN'], ['{"a":"\u0000"}'], ["{'a':1}"], ['undefined']])(
    'refuses %j',
    (text) => {
      expect(parseJson(text)).toMatchObject({ reason: 'malformed_json', field: 'body' });
    },
  );

  test('ends at any depth', () => {
    const depth = 400_000;
    expect(parseJson('['.repeat(depth) + ']'.repeat(depth))).toBeInstanceOf(Array);
    expect(parseJson(`["\\u0000",${'['.repeat(depth)}${']'.repeat(depth)}]`)).toBeInstanceOf(Array);
    expect(parseJson('['.repeat(depth))).toBeInstanceOf(Refusal);
    expect(parseJson('{"a":'.repeat(depth))).toBeInstanceOf(Refusal);
  });

  test('makes lone surrogates and NUL well-formed, in texts and names', () => {
    const json = parseJson(String.raw`{"a\u0000":["\ud800x","x\udfff",{"b":"\u0000"}],"ok":"\ud83d\ude00\u00e9"}`);
    expect(json).toEqual({ 'a\ufffd': ['\ufffdx', 'x\ufffd', { b: '\ufffd' }], ok: '😀é' });
  });

  test('leaves what only looks like an escape', () => {
    expect(parseJson(String.raw`{"a":"\\u0000"}`)).toEqual({ a: String.raw`\u0000` });
  });

  test('keeps names that are special as ordinary ones', () => {
    for (const escape of ['', '\\u0000']) {
      const json = parseJson(`{"__proto__":{"polluted":"${escape}"},"constructor":1,"toString":2}`) as object;
      expect(Object.keys(json)).toEqual(['__proto__', 'constructor', 'toString']);
      expect(Object.getPrototypeOf(json)).toBe(Object.prototype);
      expect('polluted' in {}).toBe(false);
    }
  });
});
