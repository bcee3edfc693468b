import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

/**
 * What a file of tests has its folders from: each is new, and gone after the test.
 *
 * @example
 * const newFolder = folders();
 * test('…', () => openQueueFile({ folder: newFolder() }));
 */
export function folders(): () => string {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'footfall-sqlite-'));
    made.push(folder);
    return folder;
  };
}
