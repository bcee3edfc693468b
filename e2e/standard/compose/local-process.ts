import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { delimiter, dirname } from 'node:path';

/** Where the programs are that images hold, by their names; what is called in their place may have another name. */
export type Programs = Record<string, string>;

export interface ProcessOptions {
  words: string[];
  env: Record<string, string>;
  cwd: string;
  programs: Programs;
}

/** What runs in a container, as a process of this machine. */
export interface LocalProcess extends ProcessOptions {
  pid: number;
  /** Undefined while it runs; null when a signal ended it. */
  exitCode(): number | null | undefined;
  output(): string;
  /** Sends a signal, and SIGKILL after so many ms; waits until it has ended. Answers the exit code. */
  stop(graceMs: number, signal?: NodeJS.Signals): Promise<number | null>;
}

export function startProcess(options: ProcessOptions): LocalProcess {
  const child = spawned(options);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  }
  let exitCode: number | null | undefined;
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      exitCode = code;
      resolve(code);
    });
  });
  // Whoever waits for it is told.
  ended.catch(() => {});
  return {
    ...options,
    pid: child.pid ?? 0,
    exitCode: () => exitCode,
    output: () => output,
    async stop(graceMs, signal = 'SIGTERM') {
      if (exitCode !== undefined) return exitCode;
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      try {
        return await ended;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** Runs a health check where a process runs. Answers whether it found it well. */
export async function isHealthy(words: string[], { env, cwd, programs }: LocalProcess): Promise<boolean> {
  const child = spawned({ words, env, cwd, programs });
  return (await new Promise((resolve) => child.once('close', resolve))) === 0;
}

function spawned({ words: [command = '', ...args], env, cwd, programs }: ProcessOptions): ChildProcess {
  const own: Record<string, string> = { ...programs, node: process.execPath };
  const folders = [process.execPath, ...Object.values(programs)].map((program) => dirname(program));
  return spawn(own[command] ?? command, args, {
    cwd,
    env: { PATH: [...folders, process.env.PATH].join(delimiter), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
