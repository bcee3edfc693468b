import { expect, test } from 'vitest';
import { keptPath } from './kept-path.ts';
import { pageOf } from './page.ts';

const kept = (url: string, query_params?: string[]): string => {
  const page = pageOf(url);
  return page ? keptPath(page, query_params ? { query_params } : {}) : 'no page';
};

test.each([
  ['https://a.example/p?id=7&utm_source=x', undefined, '/p'],
  ['https://a.example/p?id=7&utm_source=x', ['id'], '/p?id=7'],
  ['https://a.example/p?b=2&a=1', ['a', 'b'], '/p?a=1&b=2'],
  ['https://a.example/p?a=1&b=2', ['a', 'b'], '/p?a=1&b=2'],
  ['https://a.example/p?id=7&id=8', ['id'], '/p?id=7'],
  ['https://a.example/p?q=a%26b%20c#x', ['q'], '/p?q=a%26b+c'],
  ['https://a.example/p?ID=7', ['id'], '/p'],
  ['https://a.example/p?', ['id'], '/p'],
])('%s with %j is %s', (url, params, path) => expect(kept(url, params)).toBe(path));

test('is never longer than an address may be', () => {
  expect(kept(`https://a.example/p?q=${'ä'.repeat(500)}`, ['q']).length).toBeLessThanOrEqual(2000);
});
