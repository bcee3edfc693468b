import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isKeyOf, isSiteId, newSite, siteSchema } from './site.ts';

describe('newSite', () => {
  test('makes a document of the schema, with a pepper and a key of its own', () => {
    const one = newSite('example.com', { zone: 'Europe/Berlin', hostnames: ['example.com'] }, 5);
    const other = newSite('example.com');
    expect(siteSchema.parse(JSON.parse(JSON.stringify(one.site)))).toEqual(one.site);
    expect(one.site).toMatchObject({
      id: 'example.com',
      zone: 'Europe/Berlin',
      hostnames: ['example.com'],
      created: 5,
    });
    expect(other.site.zone).toBe('UTC');
    expect(other.site.pepper).not.toBe(one.site.pepper);
    expect(other.key).not.toBe(one.key);
  });

  test('keeps only the hash of the key', () => {
    const { site, key } = newSite('a');
    expect(site.key_sha256).toBe(createHash('sha256').update(key).digest('hex'));
    expect(JSON.stringify(site)).not.toContain(key);
  });

  test('writes hostnames as browsers do', () => {
    const { site } = newSite('a', { hostnames: ['Bücher.Example', 'EXAMPLE.com.', 'localhost', '[::1]'] });
    expect(site.hostnames).toEqual(['xn--bcher-kva.example', 'example.com', 'localhost', '[::1]']);
  });

  test.each([['https://example.com'], ['example.com/path'], ['example.com:81'], ['a b'], ['user@example.com'], ['']])(
    'refuses %j as a hostname',
    (hostname) => {
      expect(() => newSite('a', { hostnames: [hostname] })).toThrow(RangeError);
    },
  );

  test('refuses a zone that is none', () => {
    expect(() => newSite('a', { zone: 'Europe/Atlantis' })).toThrow(RangeError);
  });

  test.each([[''], ['a/b'], ['a b'], ['a|b'], ['ä'], [' a'], ['a'.repeat(65)]])('refuses %j as an id', (id) => {
    expect(isSiteId(id)).toBe(false);
    expect(() => newSite(id)).toThrow(RangeError);
  });

  test.each([['example.com'], ['site-abc-123'], ['A:b.c-9'], ['__proto__'], ['a'.repeat(64)]])(
    'takes %j as an id',
    (id) => {
      expect(newSite(id).site.id).toBe(id);
    },
  );
});

describe('isKeyOf', () => {
  const { site, key } = newSite('a');

  test('knows the key', () => {
    expect(isKeyOf(site, key)).toBe(true);
  });

  test.each([[''], [key.slice(0, -1)], [`${key} `], [newSite('a').key], ['é']])('knows no other: %j', (other) => {
    expect(isKeyOf(site, other)).toBe(false);
  });

  test('knows none where there is none', () => {
    const { key_sha256: _none, ...keyless } = site;
    expect(isKeyOf(keyless, key)).toBe(false);
    expect(isKeyOf(keyless, '')).toBe(false);
  });
});
