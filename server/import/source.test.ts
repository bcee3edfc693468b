import { closeSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Unusable } from '../../core/errors.ts';
import { openLog, openSource, readAt } from './source.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'footfall-source-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const LINES = '192.0.2.1 - - […\n'.repeat(40_000);

function fileOf(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function readAll(name: string): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of openSource(name).content) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** Whether this process has a file open; where that cannot be known it has not. */
function isOpen(path: string): boolean {
  if (process.platform !== 'linux') return false;
  return readdirSync('/proc/self/fd').some((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  });
}

describe('openSource', () => {
  test.each([
    ['plain', Buffer.from(LINES)],
    ['gzip', gzipSync(LINES)],
    ['zstd', zstdCompressSync(LINES)],
  ])('reads what is %s, whatever its name, and tells how far it is', async (format, content) => {
    const path = fileOf(`access.${format}.txt`, content);
    const source = openSource(path);
    expect(source.size).toBe(content.length);
    expect(source.read()).toBe(0);
    let before = 0;
    const pieces: Buffer[] = [];
    for await (const piece of source.content) {
      expect(source.read()).toBeGreaterThanOrEqual(before);
      before = source.read();
      pieces.push(piece);
    }
    expect(Buffer.concat(pieces).toString()).toBe(LINES);
    expect(source.read()).toBe(content.length);
    await vi.waitFor(() => expect(isOpen(path)).toBe(false));
  });

  test('an empty file has no content', async () => {
    const path = fileOf('empty', '');
    expect(openSource(path).size).toBe(0);
    expect(await readAll(path)).toBe('');
  });

  test.each([
    ['gzip', gzipSync(LINES)],
    ['zstd', zstdCompressSync(LINES)],
  ])('a %s that is damaged is named', async (_format, content) => {
    const path = fileOf('damaged.log', content.subarray(0, content.length - 5));
    await expect(readAll(path)).rejects.toThrow(Unusable);
    await expect(readAll(path)).rejects.toThrow(path);
    await vi.waitFor(() => expect(isOpen(path)).toBe(false));
  });

  test('what is only called so is read as it is', async () => {
    expect(await readAll(fileOf('access.log.gz', 'a\nb\n'))).toBe('a\nb\n');
  });

  test.each([
    ['plain', Buffer.from(LINES)],
    ['gzip', gzipSync(LINES)],
    ['zstd', zstdCompressSync(LINES)],
  ])('a file that is not read to its end is closed: %s', async (format, content) => {
    const path = fileOf(`early.${format}`, content);
    for await (const piece of openSource(path).content) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    await vi.waitFor(() => expect(isOpen(path)).toBe(false));
  });

  test('a folder and what is missing are refused by name, at once', () => {
    const inner = join(folder, 'folder');
    mkdirSync(inner);
    for (const name of [inner, join(folder, 'missing.log'), join(folder, 'a\0b'), '']) {
      expect(() => openSource(name)).toThrow(Unusable);
      expect(() => openSource(name)).toThrow(`${name} cannot be read`);
    }
    expect(() => openSource(inner)).toThrow('it is a folder');
    expect(isOpen(inner)).toBe(false);
  });
});

describe('readAt', () => {
  test('reads from a place on, and nothing at the end', () => {
    const fd = openLog(fileOf('at.log', '0123456789'));
    expect(readAt(fd, 0).toString()).toBe('0123456789');
    expect(readAt(fd, 7).toString()).toBe('789');
    expect(readAt(fd, 2, 3).toString()).toBe('234');
    expect(readAt(fd, 2, 0)).toHaveLength(0);
    expect(readAt(fd, 10)).toHaveLength(0);
    expect(readAt(fd, 1e9)).toHaveLength(0);
    closeSync(fd);
  });
});
