import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { newId } from '../../core/id.ts';

/** Where exports are written before they are sent. Somebody may keep files of their own there, so ours have their own names. */

const OURS = /^visits-[0-9a-f-]{36}\.(?:csv|parquet)$/;

/** The folder of a replica's exports, beside its file. */
export function exportFolderOf(file: string): string {
  return join(dirname(resolve(file)), 'export');
}

/** A name for a new export of a replica. Its folder is there afterwards. */
export function newExport(file: string, extension: 'csv' | 'parquet'): string {
  const folder = exportFolderOf(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, `visits-${newId()}.${extension}`);
}

/** Removes what exports have left that came to no end. */
export function clearExports(file: string): void {
  const folder = exportFolderOf(file);
  for (const name of namesIn(folder)) if (OURS.test(name)) rmSync(join(folder, name), { force: true });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
