import { describe, expect, test } from 'vitest';
import { Wrong } from '../question/wrong.ts';
import { wantedOf } from './wanted.ts';

const base = { site_id: 'a.example', format: 'csv' };

describe('the parameters of an export', () => {
  test('site and format are enough; days are numbers', () => {
    expect(wantedOf(base)).toEqual({ site: 'a.example', format: 'csv', from: undefined, to: undefined });
    expect(wantedOf({ ...base, format: 'parquet', from: '1970-01-02', to: '1970-01-02' })).toEqual({
      site: 'a.example',
      format: 'parquet',
      from: 1,
      to: 1,
    });
    expect(wantedOf({ ...base, from: '', to: '' })).toEqual(wantedOf(base));
  });

  test.each([
    ['no format', { site_id: 'a.example' }, 'format', ['csv', 'parquet']],
    ['another format', { ...base, format: 'xlsx' }, 'format', ['csv', 'parquet']],
    ['a format of every object', { ...base, format: 'constructor' }, 'format', ['csv', 'parquet']],
    ['no date', { ...base, from: 'yesterday' }, 'from', []],
    ['a day that is none', { ...base, to: '2026-02-30' }, 'to', []],
    ['the last before the first', { ...base, from: '2026-11-02', to: '2026-11-01' }, 'to', []],
    ['what nobody knows', { ...base, limit: '5' }, 'query', ['site_id', 'format', 'from', 'to']],
  ])('%s is wrong', (_, query, field, allowed) => {
    const wrong = (): unknown => wantedOf(query);
    expect(wrong).toThrow(Wrong);
    expect(wrong).toThrow(expect.objectContaining({ field, allowed }));
  });
});
