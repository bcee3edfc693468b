import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Unusable } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { cityRecord, mmdb } from './mmdb.contract.ts';
import { places } from './places.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-places-'));
  folders.push(folder);
  return join(folder, 'city.mmdb');
}

function open(file: string | undefined) {
  const log: string[] = [];
  return { log, known: places({ file, limits, log: (message) => log.push(message) }) };
}

const fileOf = (city: string) => mmdb({ ranges: { '8.8.8.0/24': cityRecord('US', 'CA', city) } });
const OLD = { country: 'US', region: 'US-CA', city: 'Mountain View' };
const NEW = { ...OLD, city: 'Palo Alto' };

describe('the file that comes with Footfall', () => {
  const { known, log } = open(undefined);

  test.each([
    ['8.8.8.8', 'US'],
    ['217.0.0.1', 'DE'],
    ['84.72.0.1', 'CH'],
    ['130.59.31.80', 'CH'],
    ['81.2.69.142', 'GB'],
    ['2001:4860:4860::8888', 'US'],
    ['2003::1', 'DE'],
    ['2a02:120b::1', 'CH'],
  ])('%s is in %s', (address, country) => {
    expect(known.of(address)).toEqual({ country });
    expect(log).toEqual([]);
  });

  test.each([
    '127.0.0.1',
    '10.0.0.1',
    '192.168.1.1',
    '172.16.0.1',
    '0.0.0.0',
    '::1',
    'fe80::1',
    'fd00::1',
    'localhost',
  ])('%s is nowhere', (address) => {
    expect(known.of(address)).toEqual({});
  });

  test('knows the country of most addresses that are in use, and no country that is none', () => {
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    const countries = new Set<string>();
    let found = 0;
    for (let n = 1; n < 224; n++) {
      for (let m = 0; m < 256; m++) {
        const { country } = known.of(`${n}.${m}.37.11`);
        if (country === undefined) continue;
        found += 1;
        countries.add(country);
      }
    }
    expect([...countries].filter((country) => names.of(country) === undefined)).toEqual([]);
    expect(found).toBeGreaterThan(0.75 * 223 * 256);
  });
});

test('none: no address has a place', async () => {
  const { known } = open('none');
  expect(known.of('8.8.8.8')).toEqual({});
  await known.check();
});

test.each([
  ['is not there', undefined],
  ['is none', Buffer.from('<html>')],
])('a file that %s is refused at the start by the name of its setting', (_, bytes) => {
  const file = newFile();
  if (bytes) writeFileSync(file, bytes);
  expect(() => open(file)).toThrow(Unusable);
  expect(() => open(file)).toThrow(/^PLACES_FILE .*city\.mmdb: .*It takes the path of an MMDB file/);
});

describe('a file that changes', () => {
  test('is taken anew, and one that stays is not read', async () => {
    const file = newFile();
    writeFileSync(file, fileOf('Mountain View'));
    utimesSync(file, 1000, 1000);
    const { known, log } = open(file);
    expect(known.of('8.8.8.8')).toEqual(OLD);
    // The same time, size and number as before: it has not changed for all that can be seen.
    writeFileSync(file, fileOf('Mountain Wiev'));
    utimesSync(file, 1000, 1000);
    await known.check();
    expect(known.of('8.8.8.8')).toEqual(OLD);
    utimesSync(file, 1001, 1001);
    writeFileSync(file, fileOf('Palo Alto'));
    await known.check();
    expect(known.of('8.8.8.8')).toEqual(NEW);
    expect(log).toEqual([]);
  });

  test.each([
    ['is gone', (file: string) => rmSync(file)],
    ['cannot be used', (file: string) => writeFileSync(file, 'half a file')],
  ])('and then %s leaves the one before, tells it once, and is taken when it is well again', async (_, spoil) => {
    const file = newFile();
    writeFileSync(file, fileOf('Mountain View'));
    const { known, log } = open(file);
    spoil(file);
    for (let look = 0; look < 3; look++) await known.check();
    expect(known.of('8.8.8.8')).toEqual(OLD);
    expect(log).toEqual([`the places stay as they were, ${file} cannot be used`]);
    writeFileSync(file, fileOf('Palo Alto'));
    await known.check();
    expect(known.of('8.8.8.8')).toEqual(NEW);
    expect(log).toHaveLength(1);
  });
});
