import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The program of that name on the PATH. */
export function onPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/**
 * Installs packages of the system where programs are missing and it can.
 *
 * @returns why it is still not there; undefined if it is
 */
export function installed(programs: string[], packages: string[]): string | undefined {
  const isThere = (): boolean => programs.every((name) => onPath(name) !== undefined);
  if (isThere()) return undefined;
  const names = packages.join(' ');
  const why = `${programs.join(' and ')} not found (Debian: apt-get install ${names})`;
  if (process.getuid?.() !== 0 || onPath('apt-get') === undefined) return why;
  console.log(`> install ${names}`);
  // Other tests may be installing at the same time.
  const apt = 'apt-get -qq -o DPkg::Lock::Timeout=120';
  const command = `${apt} update && ${apt} install -y --no-install-recommends ${names}`;
  spawnSync('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'inherit'] });
  return isThere() ? undefined : why;
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
