import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** A small disk of its own: a tmpfs, where possible in a mount namespace that goes with the process that holds it. */
export interface Disk {
  /** Its folder, as programs see it that are run by `prefix`. */
  folder: string;
  /** The same folder, as this process sees it. */
  outside: string;
  /** The command that runs what follows it where the disk is seen. */
  prefix: string[];
  /** Makes it read-only, or writable again. */
  remount(mode: 'ro' | 'rw'): void;
  remove(): Promise<void>;
}

const ADVICE = `These tests need a small disk, which takes Linux, \`unshare\`, \`nsenter\` and \`mount\` (package util-linux), and one of
 - root with the right to mount (in a container: --cap-add SYS_ADMIN),
 - user namespaces (sysctl kernel.apparmor_restrict_unprivileged_userns=0 where AppArmor forbids them),
 - sudo without a password.`;

const ROOT = process.getuid?.() === 0;

/**
 * Makes a disk.
 *
 * @param kib its size in KiB
 * @throws Error that says what to install where none can be made
 */
export async function smallDisk(kib: number): Promise<Disk> {
  const base = mkdtempSync(join(tmpdir(), 'footfall-disk-'));
  const failures: string[] = [];
  const ways = [...(ROOT ? [['-m']] : []), ['-r', '-m']].map((flags) => () => inNamespace(base, kib, flags));
  for (const way of [...ways, () => bySudo(base, kib)]) {
    const made = await way();
    if (typeof made !== 'string') return made;
    failures.push(made);
  }
  rmSync(base, { recursive: true });
  throw new Error(`${ADVICE}\nTried:\n${failures.join('\n')}`);
}

/** A process holds the namespace open until its standard input ends, which it does with this process at the latest. */
async function inNamespace(base: string, kib: number, flags: string[]): Promise<Disk | string> {
  const script = `mount -t tmpfs -o size=${kib}k,mode=700 footfall "$0" && echo mounted && exec cat`;
  const [command, ...args] = ['unshare', ...flags, 'sh', '-c', script, base];
  const holder = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const failure = await mounted(holder);
  if (failure !== undefined) return `unshare ${flags.join(' ')}: ${failure}`;
  const user = flags.includes('-r') ? ['-U', '--preserve-credentials'] : [];
  const prefix = ['nsenter', '-t', String(holder.pid), '-m', ...user];
  return {
    folder: join(base, 'data'),
    outside: join(`/proc/${holder.pid}/root`, base, 'data'),
    prefix,
    remount: (mode) => must([...prefix, 'mount', '-o', `remount,bind,${mode}`, base]),
    async remove() {
      const ended = new Promise((resolve) => holder.once('close', resolve));
      holder.stdin?.end();
      await ended;
      rmSync(base, { recursive: true });
    },
  };
}

/** Resolves with why it could not be mounted, or undefined. */
function mounted(holder: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = '';
    holder.stderr?.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    holder.stdout?.once('data', () => resolve(undefined));
    holder.once('error', (error) => resolve(error.message));
    holder.once('close', (code) => resolve(said.trim() || `ended with ${code}`));
  });
}

async function bySudo(base: string, kib: number): Promise<Disk | string> {
  const { uid, gid } = userInfo();
  const options = `size=${kib}k,mode=700,uid=${uid},gid=${gid}`;
  const { status, stderr, error } = run(['sudo', '-n', 'mount', '-t', 'tmpfs', '-o', options, 'footfall', base]);
  if (status !== 0) return `sudo -n mount: ${error?.message ?? stderr.trim()}`;
  return {
    folder: join(base, 'data'),
    outside: join(base, 'data'),
    prefix: [],
    remount: (mode) => must(['sudo', '-n', 'mount', '-o', `remount,bind,${mode}`, base]),
    async remove() {
      must(['sudo', '-n', 'umount', base]);
      rmSync(base, { recursive: true });
    },
  };
}

function must(command: string[]): void {
  const { status, stderr, error } = run(command);
  if (status !== 0) throw new Error(`${command.join(' ')}: ${error?.message ?? stderr.trim()}`);
}

function run([command = '', ...args]: string[]) {
  return spawnSync(command, args, { encoding: 'utf8' });
}
