import { describe, expect, test } from 'vitest';
import { newSite } from '../core/site.ts';
import { keyholder } from './key.ts';

describe('keyholder', () => {
  const one = newSite('a');
  const other = newSite('b');

  test("knows a site's key, and whose it is", () => {
    const holds = keyholder(`Bearer ${one.key}`);
    expect(holds(one.site)).toBe(true);
    expect(holds(other.site)).toBe(false);
    expect(keyholder(`bearer  ${one.key}`)(one.site)).toBe(true);
  });

  test.each([
    [null],
    [''],
    ['Bearer'],
    ['Bearer '],
    [one.key],
    [`Basic ${one.key}`],
    [`Bearer ${one.key}x`],
    [`Bearer ${one.key} x`],
    [`Bearer ${'x'.repeat(100_000)}`],
    ['Bearer undefined'],
  ])('knows no other: %j', (authorization) => {
    expect(keyholder(authorization)(one.site)).toBe(false);
  });
});
