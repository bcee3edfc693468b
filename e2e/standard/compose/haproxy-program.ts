import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where Debian has it, which is not on everybody's PATH. */
const SYSTEM = '/usr/sbin';

/**
 * Where a HAProxy is on this machine; installs the system's package where there is none.
 *
 * @throws Error saying what to install
 */
export function haproxyProgram(): string {
  const program = found() ?? installed();
  if (program !== undefined) return program;
  throw new Error(
    'This test needs a real HAProxy, 2.6 or later. Install it (Debian, Ubuntu: apt-get install haproxy).',
  );
}

function found(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), SYSTEM];
  return folders.map((folder) => join(folder, 'haproxy')).find(isExecutable);
}

function installed(): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  console.log('> install haproxy');
  // The package starts one of its own where there is an init system; the test starts its on other ports.
  spawnSync('sh', ['-c', 'apt-get update -qq && apt-get install -y -qq haproxy'], { stdio: 'inherit' });
  return found();
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
