import { parseArgs } from 'node:util';

/** What the bench asks a process that it measures, and what it hears. */
export type Question = 'usage' | 'stop';
export type Told = { ready: Ready } | { usage: Usage };
export type Ready = Record<string, number>;

/** Of the whole process, all its threads. */
export interface Usage {
  /** CPU time so far, user and system. */
  cpuUs: number;
  /** What of it was the main thread's. */
  mainCpuUs: number;
  rssBytes: number;
  /** The most that was resident so far. */
  rssBytesMax: number;
}

/**
 * Answers the bench, from inside a process that it measures.
 *
 * @param ready what the bench is to know, such as the port
 */
export function measured(ready: Ready, stop: () => Promise<void>): void {
  process.on('message', (question: Question) => {
    if (question === 'usage') tell({ usage: usage() });
    else void stop().then(() => process.disconnect());
  });
  process.on('disconnect', () => process.exit(0));
  tell({ ready });
}

function tell(told: Told): void {
  process.send?.(told);
}

export function usage(): Usage {
  const all = process.cpuUsage();
  const main = process.threadCpuUsage();
  return {
    cpuUs: all.user + all.system,
    mainCpuUs: main.user + main.system,
    rssBytes: process.memoryUsage.rss(),
    // In KiB.
    rssBytesMax: process.resourceUsage().maxRSS * 1024,
  };
}

/** An option that this process was started with. */
export function option(name: string): string {
  const value = parseArgs({ options: { [name]: { type: 'string' } }, strict: false }).values[name];
  if (typeof value !== 'string') throw new Error(`--${name} is missing`);
  return value;
}
