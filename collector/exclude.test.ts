import { expect, test } from 'vitest';
import { newSite } from '../core/site.ts';
import { judgePath, judgePlace } from './exclude.ts';

const { site } = newSite('a', {
  excluded_addresses: ['203.0.113.7', '10.0.0.0/8', '2001:db8::/32'],
  excluded_countries: ['CH'],
  excluded_paths: ['/admin/**', '/preview', '/über/**'],
});
const { site: open } = newSite('b');

test.each([
  ['203.0.113.7', undefined, 'excluded_address'],
  ['10.255.0.1', undefined, 'excluded_address'],
  ['2001:db8::7', 'CH', 'excluded_address'],
  ['203.0.113.8', 'CH', 'excluded_country'],
  ['203.0.113.8', 'DE', undefined],
  ['2001:db9::7', undefined, undefined],
  [undefined, 'CH', 'excluded_country'],
  [undefined, undefined, undefined],
])('from %s in %s: %s', (address, country, reason) => {
  const sender = { traits: address ? { address, agent: '' } : undefined, place: country ? { country } : {} };
  expect(judgePlace(site, sender)?.reason).toBe(reason);
  expect(judgePlace(open, sender)).toBeUndefined();
});

test.each([
  ['/admin/users', 'excluded_path'],
  ['/admin/', 'excluded_path'],
  ['/preview', 'excluded_path'],
  ['/preview/2', undefined],
  ['/%C3%BCber/uns', 'excluded_path'],
  ['/über/uns', 'excluded_path'],
  ['/%E0%A4%A', undefined],
  ['/', undefined],
])('%s: %s', (path, reason) => {
  expect(judgePath(site, path, 'url')?.reason).toBe(reason);
  expect(judgePath(open, path, 'url')).toBeUndefined();
});
