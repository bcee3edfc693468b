import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

/** What wrk reports of one run. */
export interface Load {
  /** Requests that were answered. */
  requests: number;
  seconds: number;
  /** ms from the request's writing to its answer. */
  p50: number;
  p99: number;
  /** Answers that were no success, and errors of the connection. */
  failed: number;
}

export interface LoadOptions {
  port: number;
  /** Of `writeRequests`. */
  file: string;
  /** The first round's number. No two loads of the same data may share a round. */
  round: number;
  seconds: number;
  connections: number;
  /** Each connection waits so long on average before each request. Default: not at all. */
  pauseMs?: number;
}

/** Debian's, and that of what comes from it. */
const INSTALLER = 'apt-get';

const resultSchema = z.object({
  requests: z.number(),
  us: z.number(),
  p50: z.number(),
  p99: z.number(),
  status: z.number(),
  socket: z.number(),
});

/** Runs wrk with one thread. */
export async function load(options: LoadOptions): Promise<Load> {
  const { port, file, round, seconds, connections, pauseMs = 0 } = options;
  const script = fileURLToPath(new URL('load.lua', import.meta.url));
  const size = [`--connections=${connections}`, '--threads=1', `--duration=${seconds}s`, '--timeout=10s'];
  const args = [...size, `--script=${script}`, `http://127.0.0.1:${port}`, '--', file, String(round), String(pauseMs)];
  const { stdout } = await promisify(execFile)('wrk', args);
  const line = stdout.split('\n').find((one) => one.startsWith('RESULT '));
  if (!line) throw new Error(`wrk said no result:\n${stdout}`);
  const { requests, us, p50, p99, status, socket } = resultSchema.parse(JSON.parse(line.slice('RESULT '.length)));
  return { requests, seconds: us / 1e6, p50: p50 / 1000, p99: p99 / 1000, failed: status + socket };
}

/**
 * Installs wrk where that needs no question: as root, by apt.
 *
 * @throws Error that says what to install
 */
export function needWrk(): void {
  if (has('wrk')) return;
  if (process.getuid?.() === 0 && has(INSTALLER)) {
    execFileSync(INSTALLER, ['update'], { stdio: 'inherit' });
    execFileSync(INSTALLER, ['install', '--yes', '--no-install-recommends', 'wrk'], { stdio: 'inherit' });
    return;
  }
  throw new Error('The benchmark needs wrk, the load generator: install your system\'s package "wrk".');
}

/** Whether a program is there, whatever it answers. */
function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
}
