import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Unusable } from '../../core/errors.ts';
import { openGrowing, untilThere } from './follow.ts';

/** Longer than any test takes: who waits for it is woken up. */
const NEVER_MS = 2 ** 31 - 1;

let folder = '';
let log = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'footfall-follow-'));
  log = join(folder, 'access.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What is read until nothing more is there for now, and whether it has ended with that. */
function reader(lookMs = 1, signal: AbortSignal = new AbortController().signal) {
  const source = openGrowing(log, lookMs, signal);
  const pieces = source.content[Symbol.asyncIterator]();
  async function read(): Promise<{ text: string; ended: boolean }> {
    for (let text = ''; ; ) {
      const next = await pieces.next();
      if (next.done) return { text, ended: true };
      if (next.value.length === 0) return { text, ended: false };
      text += next.value.toString();
    }
  }
  async function readToEnd(): Promise<string> {
    for (let text = ''; ; ) {
      const { text: more, ended } = await read();
      text += more;
      if (ended) return text;
    }
  }
  return { source, pieces, read, readToEnd };
}

describe('openGrowing', () => {
  test('reads what is there, and what is added', async () => {
    writeFileSync(log, 'a\n');
    const { source, read } = reader();
    expect(source.size).toBeUndefined();
    expect(await read()).toEqual({ text: 'a\n', ended: false });
    expect(await read()).toEqual({ text: '', ended: false });
    for (const more of ['b', '\n', 'c\n'.repeat(500_000), 'd']) {
      appendFileSync(log, more);
      expect(await read()).toEqual({ text: more, ended: false });
    }
    expect(source.read()).toBe(statSync(log).size);
  });

  test('waits in an empty file', async () => {
    writeFileSync(log, '');
    const { read } = reader();
    expect(await read()).toEqual({ text: '', ended: false });
    expect(await read()).toEqual({ text: '', ended: false });
    appendFileSync(log, 'a\n');
    expect(await read()).toEqual({ text: 'a\n', ended: false });
  });

  test('reads a file that was renamed to its end, and ends when another with content has its name', async () => {
    writeFileSync(log, 'a\n');
    const { read, readToEnd } = reader();
    await read();
    renameSync(log, `${log}.1`);
    appendFileSync(`${log}.1`, 'b\n');
    expect(await read()).toEqual({ text: 'b\n', ended: false });
    // The other is there, but the server has not been told yet.
    writeFileSync(log, '');
    appendFileSync(`${log}.1`, 'c\n');
    expect(await read()).toEqual({ text: 'c\n', ended: false });
    expect(await read()).toEqual({ text: '', ended: false });
    appendFileSync(`${log}.1`, 'd\n');
    appendFileSync(log, 'other\n');
    expect(await readToEnd()).toBe('d\n');
    expect(await reader().read()).toEqual({ text: 'other\n', ended: false });
  });

  test('reads all that was written before another took its name', async () => {
    writeFileSync(log, 'a\n');
    const { readToEnd } = reader();
    renameSync(log, `${log}.1`);
    appendFileSync(`${log}.1`, 'b\n'.repeat(500_000));
    writeFileSync(log, 'other\n');
    expect(await readToEnd()).toBe(`a\n${'b\n'.repeat(500_000)}`);
  });

  test.each([
    ['shorter', 'new\n'],
    ['empty', ''],
    ['as long', 'old 1\nnew 2\n'],
    ['longer', 'new 1\nnew 2\nnew 3\n'],
    ['longer, with the same first line', 'old 1\nnew 2\nnew 3\n'],
  ])('ends where the file was copied and emptied, and is %s now', async (_what, now) => {
    writeFileSync(log, 'old 1\nold 2\n');
    const { read } = reader();
    expect((await read()).text).toBe('old 1\nold 2\n');
    copyFileSync(log, `${log}.1`);
    truncateSync(log, 0);
    appendFileSync(log, now);
    expect(await read()).toEqual({ text: '', ended: true });
    expect((await reader().read()).text).toBe(now);
  });

  test('is told from its copy by what it begins with, however far it was read', async () => {
    const old = 'old\n'.repeat(1000);
    writeFileSync(log, old);
    const { read } = reader();
    await read();
    appendFileSync(log, 'more\n');
    expect(await read()).toEqual({ text: 'more\n', ended: false });
    writeFileSync(log, `new\n${old.slice(4)}more\nand more\n`);
    expect(await read()).toEqual({ text: '', ended: true });
  });

  test('waits where the file was deleted, until another is there', async () => {
    writeFileSync(log, 'a\n');
    const { read } = reader();
    await read();
    unlinkSync(log);
    expect(await read()).toEqual({ text: '', ended: false });
    expect(await read()).toEqual({ text: '', ended: false });
    writeFileSync(log, 'new\n');
    expect(await read()).toEqual({ text: '', ended: false });
    expect(await read()).toEqual({ text: '', ended: true });
  });

  test('goes on where the file was away for a moment', async () => {
    writeFileSync(log, 'a\n');
    const { read } = reader();
    await read();
    renameSync(log, `${log}.1`);
    await read();
    renameSync(`${log}.1`, log);
    appendFileSync(log, 'b\n');
    expect(await read()).toEqual({ text: 'b\n', ended: false });
  });

  test('ends with the signal, from its rest or in the middle', async () => {
    writeFileSync(log, 'a\n'.repeat(500_000));
    const resting = new AbortController();
    const { read } = reader(NEVER_MS, resting.signal);
    await read();
    const next = read();
    resting.abort();
    expect(await next).toEqual({ text: '', ended: true });

    const busy = new AbortController();
    const { pieces, read: readRest } = reader(NEVER_MS, busy.signal);
    const { value } = await pieces.next();
    expect((value as Buffer).length).toBeLessThan(1_000_000);
    busy.abort();
    expect(await readRest()).toEqual({ text: '', ended: true });

    expect(await reader(NEVER_MS, AbortSignal.abort()).read()).toEqual({ text: '', ended: true });
  });

  test('refuses what cannot be read', () => {
    expect(() => openGrowing(log, 1, AbortSignal.abort())).toThrow(Unusable);
    expect(() => openGrowing(folder, 1, AbortSignal.abort())).toThrow(Unusable);
  });
});

describe('untilThere', () => {
  test('waits for the file, or for the signal', async () => {
    const never = new AbortController();
    const waiting = untilThere(log, 1, never.signal);
    writeFileSync(log, '');
    await waiting;
    await untilThere(log, NEVER_MS, never.signal);

    const stopping = new AbortController();
    const stopped = untilThere(`${log}.1`, NEVER_MS, stopping.signal);
    stopping.abort();
    await stopped;
    expect(never.signal.aborted).toBe(false);
  });
});
