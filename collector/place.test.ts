import { describe, expect, test } from 'vitest';
import { placeByHeader, placeOfRecord } from './place.ts';

const names = (en: string) => ({ names: { de: 'x', en } });

describe('placeOfRecord', () => {
  test.each<[string, unknown, object]>([
    [
      'MaxMind, city',
      {
        country: { iso_code: 'CH', ...names('Switzerland') },
        subdivisions: [{ iso_code: 'ZH', ...names('Zurich') }, { iso_code: 'X' }],
        city: names('Zürich'),
      },
      { country: 'CH', region: 'CH-ZH', city: 'Zürich' },
    ],
    ['MaxMind, country', { country: { iso_code: 'US' }, registered_country: { iso_code: 'CA' } }, { country: 'US' }],
    ['MaxMind, only of the registry', { registered_country: { iso_code: 'CA' } }, {}],
    [
      'DB-IP Lite, which has no codes of regions',
      { country: { iso_code: 'DE' }, subdivisions: [names('Bavaria')], city: names('Munich (Altstadt)') },
      { country: 'DE', region: 'Bavaria', city: 'Munich (Altstadt)' },
    ],
    [
      'ip-location-db, city',
      { country_code: 'JP', city: 'Tokyo', state1: 'Tokyo-to', state2: '', latitude: 1 },
      { country: 'JP', region: 'Tokyo-to', city: 'Tokyo' },
    ],
    ['ip-location-db, country', { country_code: 'JP' }, { country: 'JP' }],
    ['IPinfo', { country: 'FR', country_name: 'France', region: 'Brittany' }, { country: 'FR', region: 'Brittany' }],
    ['IPinfo Lite', { country: 'France', country_code: 'FR' }, { country: 'FR' }],
    [
      'no city',
      { country: { iso_code: 'CH' }, city: { names: { de: 'Zürich' } }, subdivisions: [] },
      { country: 'CH' },
    ],
    ['empty names', { country_code: 'JP', city: '', state1: ' ' }, { country: 'JP' }],
    ['a region of the registries', { country_code: 'AP' }, {}],
    ['an unknown country', { country_code: 'ZZ', city: 'Nowhere' }, {}],
    ['a country that is none', { country_code: 'ch' }, {}],
    ['another', { country_code: 'CHE' }, {}],
    ['a city without a country', { city: 'Zürich' }, {}],
  ])('%s', (_, record, place) => {
    expect(placeOfRecord(record)).toEqual(place);
  });

  test.each([
    null,
    undefined,
    '',
    'CH',
    5,
    5n,
    [],
    [['CH']],
    { country: null },
    { country: { iso_code: 5 } },
    { country: { iso_code: { toString: () => 'CH' } } },
    { country_code: ['CH'] },
    { country_code: Buffer.from('CH') },
  ])('what is no record of a place is none (%#)', (record) => {
    expect(placeOfRecord(record)).toEqual({});
  });

  test('names are cut, and what is no name is none', () => {
    const long = `${'x'.repeat(99)}😀${'y'.repeat(100_000)}`;
    const { region, city } = placeOfRecord({ country_code: 'CH', state1: long, city: { names: { en: long } } });
    expect([region, city]).toEqual([`${'x'.repeat(99)}\ufffd`, `${'x'.repeat(99)}\ufffd`]);
    for (const odd of [5, true, ['a'], { en: 'a' }, { names: 'a' }, { names: { en: 5 } }, { names: ['a'] }]) {
      const record = { country_code: 'CH', city: odd, state1: odd, subdivisions: [odd] };
      expect(placeOfRecord(record)).toEqual({ country: 'CH' });
    }
    for (const odd of ['', 'zh', 'ZÜR', 'ABCD', 5, 'A-B']) {
      expect(placeOfRecord({ country_code: 'CH', subdivisions: [{ iso_code: odd }] })).toEqual({ country: 'CH' });
    }
  });
});

describe('placeByHeader', () => {
  const found = { country: 'CH', region: 'CH-ZH', city: 'Zürich' };

  test.each<[string | null, object]>([
    [null, found],
    ['CH', found],
    ['DE', { country: 'DE' }],
    ['XX', {}],
    ['T1', {}],
    ['', {}],
    ['de', {}],
    ['CH, DE', {}],
    ['<script>', {}],
  ])('%s', (told, place) => {
    expect(placeByHeader(told, found)).toEqual(place);
  });
});
