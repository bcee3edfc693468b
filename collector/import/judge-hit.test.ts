import { describe, expect, test } from 'vitest';
import { choicesOf } from './choices.ts';
import type { ChoiceOptions } from './choices.ts';
import type { Hit } from './hit.ts';
import { judgeHit, skipReasons } from './judge-hit.ts';

const hit: Hit = {
  client: '192.0.2.1',
  time: 0,
  method: 'GET',
  target: '/',
  status: 200,
  referrer: undefined,
  agent: '',
  host: undefined,
  language: undefined,
};

function judge(about: Partial<Hit>, path = '/', options: ChoiceOptions = {}) {
  return judgeHit({ ...hit, ...about }, path, choicesOf(options));
}

describe('judgeHit', () => {
  test('a page that was shown may be a view', () => {
    expect(judge({})).toBeUndefined();
    expect(judge({ status: 304 })).toBeUndefined();
    expect(judge({ status: 404 }, '/', { statuses: ['404'] })).toBeUndefined();
  });

  test.each([
    [301, 'redirect'],
    [302, 'redirect'],
    [308, 'redirect'],
    [399, 'redirect'],
    [400, 'error'],
    [404, 'error'],
    [499, 'error'],
    [503, 'error'],
    [100, 'error'],
    [0, 'error'],
    [999, 'error'],
  ])('%i is %s', (status, reason) => {
    expect(judge({ status })).toBe(reason);
  });

  test('what was not chosen by its status is no view', () => {
    expect(judge({ status: 200 }, '/', { statuses: ['404'] })).toBe('error');
    expect(judge({ status: 304 }, '/', { statuses: ['2xx'] })).toBe('redirect');
  });

  test.each([['HEAD'], ['POST'], ['OPTIONS'], ['get'], ['']])('%j is another method', (method) => {
    expect(judge({ method })).toBe('method');
  });

  test('the reasons hold in the order in which they are listed', () => {
    const reasons = ['filter', 'redirect', 'method', 'static'] as const;
    const about = { status: 301, method: 'POST' };
    expect(judge(about, '/a.css', { paths: ['!/a.css'] })).toBe('filter');
    expect(judge(about, '/a.css', { clients: ['10.0.0.1'] })).toBe('filter');
    expect(judge(about, '/a.css', { hosts: ['example.com'] })).toBe('filter');
    expect(judge(about, '/a.css')).toBe('redirect');
    expect(judge({ ...about, status: 404 }, '/a.css')).toBe('error');
    expect(judge({ ...about, status: 200 }, '/a.css')).toBe('method');
    expect(judge({}, '/a.css')).toBe('static');
    const listed = Object.keys(skipReasons);
    expect(listed.filter((reason) => (reasons as readonly string[]).includes(reason))).toEqual(reasons);
  });
});

describe('what is no page by its ending', () => {
  test.each([
    ['/a.css'],
    ['/a.JS'],
    ['/a.min.js'],
    ['/.css'],
    ['a.png'],
    ['/a/b.woff2'],
    ['/feed.xml'],
    ['/robots.txt'],
    ['/a.tar.gz'],
    ['/A.PDF'],
    ['/site.webmanifest'],
  ])('%j', (path) => {
    expect(judge({}, path)).toBe('static');
  });

  test.each([
    ['/'],
    [''],
    ['/a'],
    ['/a.'],
    ['/a.html'],
    ['/a.php'],
    ['/a.aspx'],
    ['/css'],
    ['/a.css/'],
    ['/a.css/b'],
    ['/v1.2'],
    ['/a.css.html'],
    ['/node.js/index'],
    ['/a.constructor'],
    ['/a.__proto__'],
    ['/a.toString'],
  ])('not %j', (path) => {
    expect(judge({}, path)).toBeUndefined();
  });

  test('not what is very long', () => {
    for (const path of [`/a.${'css'.repeat(100_000)}`, '/.css'.repeat(100_000), '.'.repeat(1_000_000)]) {
      expect(judge({}, `${path}/`)).toBeUndefined();
    }
  });
});
