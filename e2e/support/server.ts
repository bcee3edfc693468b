import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, inject } from 'vitest';
import { temporaryFolder } from './folder.ts';
import { childrenOf, untilGone } from './processes.ts';
import { until } from './until.ts';

/** Node.js keeps there what it has made of the sources: half of what a start costs, and a test may start several. */
const compileCache = fileURLToPath(new URL('../../node_modules/.cache/footfall/compiled', import.meta.url));

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** What a command came to. */
export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A Footfall that was started as its user starts it. */
export interface Server {
  pid: number;
  /** The reporting process. */
  child: number;
  /** Addresses, such as `http://127.0.0.1:3001`; `''` of what is not among its roles. */
  collector: string;
  reporting: string;
  /** All it has written so far, to both streams. */
  output(): string;
  exited: Promise<Exit>;
  /** Sends a signal, and waits until it and its child have ended. */
  end(signal: NodeJS.Signals): Promise<Exit>;
}

export interface StartOptions {
  folder: string;
  /** Settings. */
  env?: Record<string, string>;
  /** A command that runs what follows it, elsewhere. */
  prefix?: string[];
  /** Kills it after so many ms, if it has not ended by then. */
  killAfterMs?: number;
  /** Standard input. */
  input?: Buffer;
}

/**
 * Starts servers and commands for the tests of one file. What still runs after a test, or after all, is killed; a test
 * fails if what that process had started does not end by itself then.
 */
export interface Servers {
  /** A new folder, gone after the test. */
  folder(): string;
  /** Resolves when it is ready; rejects with all it wrote if it ends before. */
  start(options: StartOptions): Promise<Server>;
  /** Starts it without waiting until it is ready. */
  launch(options: StartOptions): Launched;
  /** Runs a command to its end. */
  run(args: string[], options: StartOptions): Promise<Outcome>;
  /** Starts a command that goes on until it is told to end. */
  begin(args: string[], options: StartOptions): Begun;
}

/** A command that goes on. */
export interface Begun {
  /** Sends a signal, and waits until it has ended. */
  end(signal: NodeJS.Signals): Promise<Outcome>;
}

/** A process that may not be ready yet, or never will. */
export interface Launched {
  pid: number;
  output(): string;
  exited: Promise<Exit>;
  end(signal: NodeJS.Signals): Promise<Exit>;
  /** Resolves when it takes requests. */
  ready(): Promise<Server>;
}

export interface ServersOptions {
  /** When what was started is ended, and its folder goes: after each test, or after all of them. Default: each. */
  after?: 'each' | 'all';
}

/**
 * What a file of tests starts its servers with.
 *
 * @example
 * const { folder, start } = servers();
 * test('…', async () => {
 *   const server = await start({ folder: folder() });
 * });
 */
export function servers({ after = 'each' }: ServersOptions = {}): Servers {
  const folders: string[] = [];
  const pids = new Set<number>();

  const atTheEnd = after === 'each' ? afterEach : afterAll;
  atTheEnd(async () => {
    const started = [...pids];
    const children = started.flatMap(childrenOf);
    pids.clear();
    for (const pid of started) kill(pid);
    // The children are left to end by themselves.
    await untilGone([...started, ...children]).finally(() => children.forEach(kill));
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  function begin(args: string[], options: StartOptions): ChildProcess {
    const { folder, env = {}, prefix = [], killAfterMs, input } = options;
    const whole = [...prefix, process.execPath, '--disable-warning=ExperimentalWarning', inject('program'), ...args];
    const child = spawn(whole[0] ?? '', whole.slice(1), {
      env: { ...ownEnv(), PORT: '0', REPORTING_PORT: '0', WORKER_PORT: '0', DATA: folder, ...env },
      stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      ...(killAfterMs === undefined ? {} : { timeout: killAfterMs, killSignal: 'SIGKILL' }),
    });
    if (child.pid !== undefined) pids.add(child.pid);
    child.stdin?.end(input);
    return child;
  }

  const launch = (options: StartOptions): Launched => launched(begin(['start'], options));

  return {
    folder() {
      const folder = temporaryFolder();
      folders.push(folder);
      return join(folder, 'data');
    },
    launch,
    start: (options) => launch(options).ready(),
    run: (args, options) => outcomeOf(begin(args, options)),
    begin(args, options) {
      const child = begin(args, options);
      const outcome = outcomeOf(child);
      return {
        end(signal) {
          child.kill(signal);
          return outcome;
        },
      };
    },
  };
}

/** Nothing of what is set where the tests run. */
function ownEnv(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: process.env.HOME, NODE_COMPILE_CACHE: compileCache };
}

function launched(node: ChildProcess): Launched {
  const { pid = 0 } = node;
  let written = '';
  for (const stream of [node.stdout, node.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => (written += chunk));
  }
  let exit: Exit | undefined;
  const exited = new Promise<Exit>((resolve) => {
    node.once('close', (code, signal) => {
      exit = { code, signal };
      resolve(exit);
    });
  });
  const output = (): string => written;

  async function ready(): Promise<Server> {
    const isReady = (): boolean => /^ {2}Data {8}\S/m.test(written);
    await until('the server to start or to end', () => isReady() || exit !== undefined, 60_000);
    if (!isReady()) throw new Error(`the server ended with ${exit?.signal ?? exit?.code}:\n${written}`);
    const [child = 0] = childrenOf(pid);
    return {
      pid,
      child,
      collector: addressIn(written, 'Collector'),
      reporting: addressIn(written, 'Reporting'),
      output,
      exited,
      end,
    };
  }

  async function end(signal: NodeJS.Signals): Promise<Exit> {
    const all = [pid, ...childrenOf(pid)];
    process.kill(pid, signal);
    const how = await exited;
    await untilGone(all);
    return how;
  }

  return { pid, output, exited, end, ready };
}

/** `http://127.0.0.1:3001` of `Collector   http://localhost:3001`. */
function addressIn(output: string, name: string): string {
  const port = new RegExp(`${name} +http://\\S+:(\\d+)`).exec(output)?.[1];
  return port === undefined ? '' : `http://127.0.0.1:${port}`;
}

function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}
