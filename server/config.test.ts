import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Unusable } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { isLoopback, readConfig, settings } from './config.ts';

describe('readConfig', () => {
  test('without any setting: loopback, the documented ports, ./data', () => {
    expect(readConfig({})).toMatchObject({
      data: join(process.cwd(), 'data'),
      collectorHost: '127.0.0.1',
      collectorPort: 3001,
      reportingHost: '127.0.0.1',
      reportingPort: 3002,
      roles: ['collector', 'worker', 'reporting'],
      queueUrl: undefined,
      storeUrl: undefined,
      partitions: undefined,
      trustedProxies: [],
      sites: [],
      limits: {},
    });
  });

  test('every limit can be set by its name in capitals', () => {
    expect(readConfig({ QUEUE_BYTES_MAX: '5000', IDS_DAYS: '30' }).limits).toEqual({
      queueBytesMax: 5000,
      idsDays: 30,
    });
  });

  test.each([
    ['PORT', 'abc'],
    ['PORT', '70000'],
    ['PORT', '-1'],
    ['REPORTING_PORT', '3002.5'],
    ['PARTITIONS', '0'],
    ['IDS_DAYS', '1e3'],
    ['TRUSTED_PROXIES', '10.0.0.0/8, nonsense'],
    ['TRUSTED_PROXIES', '10.0.0.0/x'],
    ['ROLES', 'collector,nobody'],
    ['ROLES', ','],
    ['QUEUE_URL', 'http://127.0.0.1'],
    ['STORE_URL', 'redis://127.0.0.1'],
    ['STORE_URL_FILE', '/no/such/file'],
    ['WORKER_PORT', 'x'],
    ['TRACK_TYPES', 'page view'],
    ['REPORTING_PARTITIONS', '3-1'],
    ['REPORTING_PARTITIONS', '0-3,x'],
    ['REPORTING_PARTITIONS', '-1'],
    ['DEFAULT_SITE', '/'],
    ['COUNTRY_HEADER', 'cf-ipcountry: DE'],
    ['COUNTRY_HEADER', 'cf-ipcountry'],
  ])('%s=%s is refused by its name', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(Unusable);
    expect(() => readConfig({ [name]: value })).toThrow(name);
  });

  test('a file of places is a path, and a header with the country is believed of proxies that are', () => {
    const { placesFile, countryHeader } = readConfig({
      PLACES_FILE: 'city.mmdb',
      COUNTRY_HEADER: 'CF-IPCountry',
      TRUSTED_PROXIES: '10.0.0.0/8',
    });
    expect({ placesFile, countryHeader }).toEqual({
      placesFile: join(process.cwd(), 'city.mmdb'),
      countryHeader: 'CF-IPCountry',
    });
    expect(readConfig({ PLACES_FILE: 'none' }).placesFile).toBe('none');
    expect(() => readConfig({ COUNTRY_HEADER: 'cf-ipcountry' })).toThrow(/TRUSTED_PROXIES/);
  });

  test('partitions are read one by one and from one to another', () => {
    expect(readConfig({ REPORTING_PARTITIONS: '0-3, 8,2' }).reportingPartitions).toEqual([0, 1, 2, 3, 8]);
    expect(readConfig({}).reportingPartitions).toBeUndefined();
  });

  test('roles, queue and store are read, and a password in a wrong address is not told', () => {
    const { roles, queueUrl, storeUrl } = readConfig({
      ROLES: 'reporting, collector',
      QUEUE_URL: 'rediss://u:p@a',
      STORE_URL: 'mongodb+srv://a/b',
    });
    expect({ roles, queueUrl, storeUrl }).toEqual({
      roles: ['collector', 'reporting'],
      queueUrl: 'rediss://u:p@a',
      storeUrl: 'mongodb+srv://a/b',
    });
    expect(() => readConfig({ QUEUE_URL: 'amqp://u:secret@a' })).toThrow(/^(?!.*secret)/);
  });

  test('the addresses of queue and store may stand in files, whose content is not told', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'footfall-')), 'url');
    writeFileSync(file, 'redis://:secret@queue:6379\n');
    expect(readConfig({ QUEUE_URL_FILE: file }).queueUrl).toBe('redis://:secret@queue:6379');
    expect(() => readConfig({ STORE_URL_FILE: file })).toThrow(/^(?!.*secret).*STORE_URL_FILE.*mongodb:/);
    expect(() => readConfig({ QUEUE_URL_FILE: file, QUEUE_URL: 'redis://b' })).toThrow(/both/);
    writeFileSync(file, '');
    expect(() => readConfig({ QUEUE_URL_FILE: file })).toThrow(/QUEUE_URL_FILE/);
  });

  test('what is published is where it listens, unless it is said', () => {
    const listening = readConfig({ HOST: '0.0.0.0', REPORTING_HOST: '::1' });
    expect(listening).toMatchObject({ collectorPublishedHost: '0.0.0.0', reportingPublishedHost: '::1' });
    const published = readConfig({
      HOST: '0.0.0.0',
      PUBLISHED_HOST: '127.0.0.1',
      REPORTING_PUBLISHED_HOST: '10.0.0.1',
    });
    expect(published).toMatchObject({ collectorPublishedHost: '127.0.0.1', reportingPublishedHost: '10.0.0.1' });
  });

  test('a range whose prefix is longer than an address is refused', () => {
    expect(() => readConfig({ TRUSTED_PROXIES: '10.0.0.0/40' })).toThrow(/TRUSTED_PROXIES/);
  });

  test('the file of sites is read, and a wrong one refused with the place', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'footfall-')), 'sites.json');
    writeFileSync(
      file,
      '{"sites": [{"id": "example.com", "zone": "Europe/Berlin", "hostnames": ["example.com"], "gpc": "drop"}]}',
    );
    expect(readConfig({ SITES_FILE: file }).sites).toEqual([
      { id: 'example.com', zone: 'Europe/Berlin', hostnames: ['example.com'], gpc: 'drop' },
    ]);
    writeFileSync(file, '{"sites": [{"id": "example.com", "zone": "Mars/Olympus"}]}');
    expect(() => readConfig({ SITES_FILE: file })).toThrow(/sites\.0\.zone/);
    writeFileSync(file, '{');
    expect(() => readConfig({ SITES_FILE: file })).toThrow(/SITES_FILE/);
    expect(() => readConfig({ SITES_FILE: `${file}.none` })).toThrow(/SITES_FILE/);
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.8.9.1', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
  ['localhost.example.com', false],
  ['127.0.0.1.example.com', false],
])('isLoopback(%s) is %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

describe('docs/settings.md', () => {
  const text = readFileSync(new URL('../docs/settings.md', import.meta.url), 'utf8');
  const documented = new Map(
    [...text.matchAll(/^\| `([A-Z_]+)` \| *(.*?) *\| (.+) \|$/gm)].map(([, name = '', value = '', meaning = '']) => [
      name,
      { value, meaning },
    ]),
  );

  test('names every setting with its default, and no other', () => {
    expect(Object.fromEntries([...documented].map(([name, { value }]) => [name, value]))).toEqual(settings);
  });

  test('says what each is for', () => {
    expect([...documented].filter(([, { meaning }]) => meaning.length < 20)).toEqual([]);
    expect(documented.size).toBeGreaterThan(Object.keys(limits).length);
  });
});
