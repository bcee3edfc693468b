import { readdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { until } from './until.ts';

/** Whether a process of that id is there. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return !isZombie(pid);
}

/** The ids of the processes that a process has started itself, and that are there now. */
export function childrenOf(pid: number): number[] {
  return parents()
    .filter(([, parent]) => parent === pid)
    .map(([child]) => child);
}

/** Resolves when none of them is there any more. */
export async function untilGone(pids: number[]): Promise<void> {
  await until(`processes ${pids.join(', ')} to end`, () => !pids.some(isAlive), 15_000);
}

/** All processes with their parents. */
function parents(): [pid: number, parent: number][] {
  if (process.platform !== 'linux') return parentsByPs();
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = statOf(Number(name));
      return stat ? [[Number(name), stat.parent] as [number, number]] : [];
    });
}

function parentsByPs(): [number, number][] {
  const lines = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).stdout.trim().split('\n');
  return lines.map((line) => {
    const [pid, parent] = line.trim().split(/\s+/);
    return [Number(pid), Number(parent)];
  });
}

/** It has ended; only its parent, which is not us, has not asked how. */
function isZombie(pid: number): boolean {
  return process.platform === 'linux' && (statOf(pid)?.state ?? 'Z') === 'Z';
}

/** State and parent; undefined when it is gone. Source: proc(5), /proc/pid/stat. */
function statOf(pid: number): { state: string; parent: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses, which may hold anything.
    const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
