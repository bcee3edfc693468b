import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryDocuments } from '../../collector/memory.reference.ts';
import { Unusable } from '../../core/errors.ts';
import { eventSchema } from '../../core/event.ts';
import { isId } from '../../core/id.ts';
import { IMPORT_KIND, importId, NOTHING_READ } from '../../core/import.ts';
import type { Imported } from '../../core/import.ts';
import { eventIdOf, identify } from './identity.ts';

const FIRST = '192.0.2.1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1';

function setUp() {
  const documents = memoryDocuments();
  /** What is imported of a file becomes `content`. */
  const advance = (file: string, content: string, more: Partial<Imported> = {}) =>
    documents.put(IMPORT_KIND, importId('a', file), {
      site: 'a',
      choices: '{}',
      run: 'r',
      position: content.length,
      sha256: content,
      ...more,
    });
  /** A file with that content, as one with that first line. */
  const find = (content: string | undefined, { site = 'a', firstLine = FIRST, choices = '{}' } = {}) => {
    const beginsWith = async ({ sha256 }: Imported) => (content ?? '').startsWith(sha256);
    return identify({
      documents,
      site,
      partition: 0,
      firstLine,
      choices,
      beginsWith: content === undefined ? undefined : beginsWith,
    });
  };
  return { documents, advance, find };
}

describe('identify', () => {
  test('a file that was never seen is new, and has its document then', async () => {
    const { documents, find } = setUp();
    const file = await find('a');
    expect(file).toMatch(/^[0-9a-f]{32}-0$/);
    const fresh = { site: 'a', choices: '{}', run: '', position: 0, sha256: NOTHING_READ };
    expect(await documents.get(IMPORT_KIND, importId('a', file))).toEqual(fresh);
  });

  test('it is the same as long as it begins with what was imported, however it grows', async () => {
    const { advance, find } = setUp();
    const file = await find('abc');
    expect(await find('abc')).toBe(file);
    await advance(file, 'abc');
    expect(await find('abc')).toBe(file);
    expect(await find('abcdef')).toBe(file);
  });

  test('another content with the same first line is another file, and both stay what they are', async () => {
    const { advance, find } = setUp();
    const one = await find('abc');
    await advance(one, 'abc');
    const two = await find('abX');
    expect(two).toBe(one.replace('-0', '-1'));
    await advance(two, 'abX');
    const three = await find('ab');
    expect(three).toBe(one.replace('-0', '-2'));
    expect([await find('abcd'), await find('abXY')]).toEqual([one, two]);
  });

  test('another first line, or another site, is another file', async () => {
    const { documents, find } = setUp();
    const files = [await find('a'), await find('a', { firstLine: `${FIRST} ` }), await find('a', { firstLine: '' })];
    expect(new Set(files).size).toBe(files.length);
    expect(await find('a', { site: 'b' })).toBe(files[0]);
    expect(documents.values.size).toBe(4);
  });

  // Of a line that is too long, how much is at hand depends on how it is read.
  test('of a first line that is very long, only its beginning counts', async () => {
    const { find } = setUp();
    const long = FIRST.repeat(100);
    expect(await find('a', { firstLine: `${long}b` })).toBe(await find('a', { firstLine: `${long}${long}` }));
  });

  test('what can be read only once is the first file with that line', async () => {
    const { advance, find } = setUp();
    const file = await find(undefined);
    await advance(file, 'abc');
    expect(await find(undefined)).toBe(file);
  });

  test('the same file with other choices is refused, and told both', async () => {
    const { advance, find } = setUp();
    const file = await find('abc', { choices: '{"path":["/a"]}' });
    await advance(file, 'abc', { choices: '{"path":["/a"]}' });
    await expect(find('abcd')).rejects.toThrow(Unusable);
    await expect(find('abcd')).rejects.toThrow('{"path":["/a"]}; and now: {}');
    expect(await find('abcd', { choices: '{"path":["/a"]}' })).toBe(file);
    expect(await find('X')).toBe(file.replace('-0', '-1'));
  });

  test('other choices may be made as long as nothing is taken', async () => {
    const { find } = setUp();
    const file = await find('abc', { choices: '{"path":["/a"]}' });
    expect(await find('abc')).toBe(file);
    await expect(find('abc', { choices: '{"path":["/a"]}' })).resolves.toBe(file);
  });

  test('says so where too many begin with the same line', async () => {
    const { find } = setUp();
    const documents = {
      delete: async () => {},
      create: async () => ({ site: 'a', choices: '{}', run: '', position: 1, sha256: 'x' }),
    };
    const beginsWith = async () => false;
    const asked = identify({ documents, site: 'a', partition: 0, firstLine: FIRST, choices: '{}', beginsWith });
    await expect(asked).rejects.toThrow(Unusable);
    expect(await find('a')).toBeDefined();
  });
});

describe('eventIdOf', () => {
  const idOf = eventIdOf('0123456789abcdef0123456789abcdef-0');
  const uuid = eventSchema.shape.id;

  test('is a UUID of version 7', () => {
    expect(idOf(Date.UTC(2015, 4, 17), 0xabc_def_123_456)).toBe('014d5f2b-9000-7abc-8def-1234563a1bce');
    expect(idOf(0, 0)).toBe('00000000-0000-7000-8000-0000003a1bce');
  });

  test('is another in another file with the same first line', () => {
    expect(eventIdOf('0123456789abcdef0123456789abcdef-1')(0, 500)).not.toBe(idOf(0, 500));
  });

  const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
  const at = fc.integer({ min: 0, max: 2 ** 48 - 1 });

  test('is valid for any time and place', () => {
    fc.assert(
      fc.property(time, at, (when, where) => {
        const id = idOf(when, where);
        expect(isId(id) && uuid.safeParse(id).success).toBe(true);
        expect(id[14]).toBe('7');
        expect(id[19]).toBe('8');
        expect(id).toBe(idOf(when, where));
      }),
    );
  });

  test('follows the time, and within a moment the order of the file', () => {
    fc.assert(
      fc.property(time, time, at, at, (when, laterWhen, where, laterWhere) => {
        const [one, two] = [idOf(when, where), idOf(when, laterWhere)];
        expect(Math.sign(where - laterWhere)).toBe(one < two ? -1 : one > two ? 1 : 0);
        const other = idOf(laterWhen, laterWhere);
        expect(when === laterWhen || when < laterWhen === one < other).toBe(true);
      }),
    );
  });

  test('is another one in another file', () => {
    expect(eventIdOf('fedcba-0')(5, 5)).not.toBe(idOf(5, 5));
  });
});
