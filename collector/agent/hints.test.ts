import { describe, expect, test } from 'vitest';
import { hintsOf, parseHints } from './hints.ts';

function hinted(headers: Record<string, string>): string {
  const sent = new Headers(headers);
  return hintsOf((name) => sent.get(name));
}

describe('hintsOf', () => {
  test('is empty where a browser sends none', () => {
    expect(hinted({ 'accept-language': 'de' })).toBe('');
    // Chromium's always come together.
    expect(hinted({ 'sec-ch-ua-platform': '"Windows"' })).toBe('');
  });

  test('is bounded', () => {
    const long = `"${'x'.repeat(100_000)}";v="1"`;
    const joined = hinted({ 'sec-ch-ua': long, 'sec-ch-ua-mobile': long, 'sec-ch-ua-platform': long });
    expect(joined.length).toBeLessThan(400);
  });
});

describe('parseHints', () => {
  test('reads brands, platform and version', () => {
    const joined = hinted({
      'Sec-CH-UA': '"Google Chrome";v="131", "Chromium";v="131", "Not_A Brand";v="24"',
      'Sec-CH-UA-Mobile': '?0',
      'Sec-CH-UA-Platform': '"Windows"',
      'Sec-CH-UA-Platform-Version': '"15.0.0"',
    });
    expect(parseHints(joined)).toEqual({
      brands: [
        { name: 'Google Chrome', version: '131' },
        { name: 'Chromium', version: '131' },
      ],
      mobile: false,
      platform: 'Windows',
      platformVersion: '15.0.0',
    });
  });

  test.each([
    ['" Not A;Brand";v="99"'],
    ['"Not:A-Brand";v="8"'],
    ['"Not/A)Brand";v="8"'],
    ['"(Not(A:Brand";v="99"'],
    ['"Not.A/Brand";v="8"'],
    ['"Not=A?Brand";v="24"'],
  ])('leaves made-up brands out: %s', (brand) => {
    expect(parseHints(hinted({ 'sec-ch-ua': `${brand}, "Chromium";v="131"` })).brands).toEqual([
      { name: 'Chromium', version: '131' },
    ]);
  });

  test.each([[''], ['x'], ['"'], ['"a;v="1"'], ['""""""""'], [';v="1"'], ['"Brave";v=131'], ['?1']])(
    'finds nothing in %j',
    (list) => {
      expect(parseHints(`${list}\nx\n"Unknown"\n`)).toEqual({
        brands: [],
        mobile: undefined,
        platform: undefined,
        platformVersion: undefined,
      });
    },
  );
});
