import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Unusable } from '../../core/errors.ts';
import { writeOut } from './output.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'footfall-output-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

async function* pieces(...texts: (string | Error)[]): AsyncGenerator<string> {
  for (const text of texts) {
    if (text instanceof Error) throw text;
    yield text;
  }
}

describe('a file', () => {
  test('has its name when it is whole, and replaces what was there', async () => {
    const file = join(folder, 'out.csv');
    writeFileSync(file, 'before');
    async function* watched(): AsyncGenerator<string> {
      yield 'one\n';
      expect(readFileSync(file, 'utf8')).toBe('before');
      expect(readdirSync(folder)).toHaveLength(2);
      yield 'two ü\n';
    }
    expect(await writeOut(file, watched())).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('one\ntwo ü\n');
    expect(readdirSync(folder)).toEqual(['out.csv']);
  });

  test('may be empty', async () => {
    await writeOut(join(folder, 'out.csv'), pieces());
    expect(readFileSync(join(folder, 'out.csv'), 'utf8')).toBe('');
  });

  test('of which a piece is missing is none, and what was there stays', async () => {
    const file = join(folder, 'out.csv');
    writeFileSync(file, 'before');
    await expect(writeOut(file, pieces('one\n', new RangeError('broken')))).rejects.toThrow(RangeError);
    expect(readdirSync(folder)).toEqual(['out.csv']);
    expect(readFileSync(file, 'utf8')).toBe('before');
  });

  test('that cannot be written says so', async () => {
    mkdirSync(join(folder, 'sub'));
    symlinkSync('/dev/null', join(folder, 'link'));
    for (const file of ['none/out.csv', 'sub', 'link']) {
      await expect(writeOut(join(folder, file), pieces('one'))).rejects.toThrow(Unusable);
    }
    await expect(writeOut('/dev/null', pieces('one'))).rejects.toThrow('--out: /dev/null is there, and is no file');
    expect(readdirSync(folder)).toEqual(['link', 'sub']);
  });
});
