import { readFileSync } from 'node:fs';

/** Linux counts in these, whatever the machine. */
const TICKS_PER_SECOND = 100;

/**
 * CPU time in µs that a process has used so far with all its threads, user and system, in steps of 10 ms. Linux only.
 *
 * @example
 * const before = cpuUsOf(mongod.pid());
 */
export function cpuUsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in brackets, may hold anything. What follows it begins with the third field; 14 and 15 are the times.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1e6;
}
