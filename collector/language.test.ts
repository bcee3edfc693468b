import { describe, expect, test } from 'vitest';
import { languageOf } from './language.ts';

describe('languageOf', () => {
  test.each([
    ['de', 'de'],
    ['de-CH', 'de-CH'],
    ['DE-ch', 'de-CH'],
    ['zh-Hans-CN', 'zh-CN'],
    ['es-419', 'es-419'],
    ['de-CH-1996', 'de-CH'],
    ['sl-rozaj', 'sl'],
    ['en-u-ca-buddhist', 'en'],
  ])('%s is %s', (tag, language) => {
    expect(languageOf(tag, undefined)).toBe(language);
  });

  test.each([['<img>'], ['x'], ['english'], [''], ['*'], ['de_CH'], ['-de']])('%j is none', (tag) => {
    expect(languageOf(tag, undefined)).toBeUndefined();
  });

  test('is the first one of Accept-Language where the batch says nothing', () => {
    expect(languageOf(undefined, 'fr-FR,fr;q=0.9,en;q=0.8')).toBe('fr-FR');
    expect(languageOf(undefined, 'fr;q=0.9, en')).toBe('fr');
    expect(languageOf('de', 'fr')).toBe('de');
    expect(languageOf(undefined, null)).toBeUndefined();
    expect(languageOf(undefined, ';'.repeat(100_000))).toBeUndefined();
  });
});
