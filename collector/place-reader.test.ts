import { describe, expect, test } from 'vitest';
import { Unusable } from '../core/errors.ts';
import { cityRecord, mmdb } from './mmdb.contract.ts';
import type { MmdbValue } from './mmdb.contract.ts';
import { placeReader } from './place-reader.ts';

const zurich = { country: 'CH', region: 'CH-ZH', city: 'Zürich' };
const ranges: Record<string, MmdbValue> = {
  '81.2.69.0/24': cityRecord('GB', 'ENG', 'London'),
  '84.72.0.0/14': cityRecord('CH', 'ZH', 'Zürich'),
  '2a02:1200::/24': cityRecord('CH', 'ZH', 'Zürich'),
  '1.2.3.4/32': { country_code: 'AU', city: 'x'.repeat(70_000) },
  '1.2.4.0/24': 'no record',
};

function readerOf(bytes: Buffer, placesMax = 100) {
  const damage: unknown[] = [];
  return { placeOf: placeReader(bytes, placesMax, (error) => damage.push(error)), damage };
}

/** @throws what is not Unusable */
function tried(bytes: Buffer): ReturnType<typeof readerOf> | Unusable {
  try {
    return readerOf(bytes);
  } catch (error) {
    if (error instanceof Unusable) return error;
    throw error;
  }
}

describe.each([24, 28, 32] as const)('a file with records of %i bits', (recordBits) => {
  const { placeOf, damage } = readerOf(mmdb({ ranges, recordBits }));

  test('has the places of its ranges, the second time as well', () => {
    for (let time = 0; time < 2; time++) {
      expect(placeOf('81.2.69.142')).toEqual({ country: 'GB', region: 'GB-ENG', city: 'London' });
      expect(placeOf('84.75.255.255')).toEqual(zurich);
      expect(placeOf('2a02:1205::1')).toEqual(zurich);
      expect(placeOf('1.2.3.4')).toEqual({ country: 'AU', city: 'x'.repeat(100) });
      for (const none of ['81.2.70.0', '84.76.0.0', '2a03::1', '1.2.3.5', '1.2.4.1']) {
        expect(placeOf(none)).toEqual({});
      }
    }
    expect(damage).toEqual([]);
  });
});

test('what it remembers is bounded, and forgotten places are read again', () => {
  const many = Object.fromEntries(
    Array.from({ length: 200 }, (_, n): [string, MmdbValue] => [`9.0.${n}.0/24`, cityRecord('US', 'CA', `City ${n}`)]),
  );
  const { placeOf } = readerOf(mmdb({ ranges: many }), 3);
  for (let time = 0; time < 2; time++) {
    for (let n = 0; n < 200; n++) expect(placeOf(`9.0.${n}.7`).city).toBe(`City ${n}`);
  }
});

test('a file of IPv4 has no places of IPv6', () => {
  const { placeOf } = readerOf(mmdb({ ranges: { '0.0.0.0/1': { country_code: 'AU' } }, ipVersion: 4 }));
  expect(placeOf('1.1.1.1')).toEqual({ country: 'AU' });
  expect(placeOf('2a02:1205::1')).toEqual({});
});

describe('a damaged file', () => {
  const whole = mmdb({ ranges });
  const asked = ['81.2.69.142', '84.75.255.255', '2a02:1205::1', '1.2.3.4', '1.2.4.1', '8.8.8.8'];

  test('is refused at once where it shows', () => {
    const version = Buffer.from('binary_format_major_version');
    const other = Buffer.from(whole);
    other[other.indexOf(version) + version.length + 4] = 3;
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('<html>404</html>'),
      Buffer.alloc(100_000, 'x'),
      whole.subarray(0, -50),
      whole.subarray(0, whole.length / 2),
      whole.subarray(whole.length - 400),
      other,
    ]) {
      expect(() => readerOf(bytes)).toThrow(Unusable);
    }
  });

  test('never throws later, whichever bytes are wrong, and tells it once', () => {
    let damaged = 0;
    const wrong: string[] = [];
    for (let seed = 1; seed <= 500; seed++) {
      const bytes = Buffer.from(whole);
      // Anywhere, the long name apart.
      for (let n = 0; n < 8; n++)
        bytes[(seed * 7919 + n * 104_729 + seed * seed * n) % bytes.length] = (seed * 31) & 255;
      const reader = tried(bytes);
      if (reader instanceof Unusable) continue;
      for (const address of asked) {
        const { country, region, city } = reader.placeOf(address);
        if (country !== undefined && !/^[A-Z]{2}$/.test(country)) wrong.push(country);
        if ((region?.length ?? 0) > 100 || (city?.length ?? 0) > 100) wrong.push('a name that is too long');
      }
      expect(reader.damage.length).toBeLessThanOrEqual(1);
      damaged += reader.damage.length;
    }
    expect(wrong).toEqual([]);
    expect(damaged).toBeGreaterThan(10);
  });

  test('a record that leads to itself, or has more parts than the file bytes, is no place, and is told once', () => {
    const file = mmdb({
      ranges: {
        '8.8.8.0/24': { a: 'here', b: 'here' },
        '7.7.7.0/24': { a: 'gone' },
        '9.9.9.0/24': { country_code: 'CH' },
      },
    });
    const at = file.indexOf('here') - 1;
    // A pointer to the record, which is the first one; and one that leads there.
    const loop = Buffer.from(file);
    loop.set([0x20, 0x00], at);
    loop.set([0x20, 0x00], file.indexOf('gone') - 1);
    const huge = Buffer.from(file);
    huge.set([0xff, 0xff, 0xff, 0xff], at - 3);
    for (const bytes of [loop, huge]) {
      const { placeOf, damage } = readerOf(bytes);
      for (let time = 0; time < 1000; time++) expect(placeOf('8.8.8.8')).toEqual({});
      expect(placeOf('7.7.7.7')).toEqual({});
      expect(damage).toHaveLength(1);
      expect(placeOf('9.9.9.9')).toEqual({ country: 'CH' });
    }
  });
});
