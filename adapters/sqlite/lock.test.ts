import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Unusable } from '../../core/errors.ts';
import { folders } from './folders.contract.ts';
import { lockFolder } from './lock.ts';

const newFolder = folders();

/** A process that holds the folder until it is killed. */
async function holder(folder: string) {
  const module = JSON.stringify(new URL('./lock.ts', import.meta.url).href);
  const source = `const { lockFolder } = await import(${module});
    lockFolder(${JSON.stringify(folder)}); console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', source]);
  await once(child.stdout, 'data');
  return {
    pid: child.pid,
    async kill() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

describe('lockFolder', () => {
  test('makes the folder, notes the process, and holds it until it is released', () => {
    const folder = join(newFolder(), 'data');
    const release = lockFolder(folder);
    expect(readFileSync(join(folder, 'lock.pid'), 'utf8')).toBe(String(process.pid));
    expect(() => lockFolder(folder)).toThrow(Unusable);
    release();
    release();
    const again = lockFolder(folder);
    again();
  });

  test('keeps two folders apart', () => {
    const one = lockFolder(join(newFolder(), 'data'));
    const other = lockFolder(join(newFolder(), 'data'));
    expect(other).not.toBe(one);
    one();
    other();
  });

  test('names the other process that holds it, and is free when that is killed', async () => {
    const folder = newFolder();
    const other = await holder(folder);
    try {
      expect(() => lockFolder(folder)).toThrow(
        `Footfall is already running on ${folder} (process ${other.pid}). Stop it first, or name another folder by DATA.`,
      );
    } finally {
      await other.kill();
    }
    // Its note is still there, and means nothing.
    expect(existsSync(join(folder, 'lock.pid'))).toBe(true);
    lockFolder(folder)();
  });

  test('says that it is held also where the note is gone', async () => {
    const folder = newFolder();
    const release = lockFolder(folder);
    writeFileSync(join(folder, 'lock.pid'), '');
    expect(() => lockFolder(folder)).toThrow('already running');
    release();
  });

  test('a note that cannot be written is no other process', () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'lock.pid'));
    expect(() => lockFolder(folder)).toThrow(Unusable);
    expect(() => lockFolder(folder)).toThrow(`${folder} cannot be used`);
    expect(() => lockFolder(folder)).not.toThrow('already running');
  });

  test('a damaged lock says that it may go', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'lock.db'), 'nonsense'.repeat(1000));
    expect(() => lockFolder(folder)).toThrow(/lock\.db cannot be used: .* Remove it: nothing is in it\./);
  });
});
