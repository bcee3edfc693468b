import type { ChildProcess } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

const execute = promisify(execFile);

/** An empty project in which the package, as it would be published, is installed; removed at the end. */
export interface Project {
  folder: string;
  version: string;
  /** Paths in the tarball. */
  packed: string[];
  /** Runs a program in the project and answers its output; rejects with all of it when the program fails. */
  run(command: string, ...args: string[]): Promise<string>;
  /** Starts a program that goes on until `stop`. */
  start(env: Record<string, string>, command: string, ...args: string[]): Program;
  write(file: string, text: string): Promise<void>;
  remove(): Promise<void>;
}

export interface Program {
  output(): string;
  /** Ends it and all that it has started; resolves when they have ended. */
  stop(): Promise<void>;
}

interface Manifest {
  version: string;
  dependencies: Record<string, string>;
}

/** Packs the package, and installs it with `alongside` (names of its own dependencies) in a project under the temporary folder. */
export async function installedPackage(...alongside: string[]): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'footfall-package-'));
  const { version, dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest;
  const answer = await run(root, 'npm', 'pack', '--json', '--pack-destination', folder);
  // npm prints what `prepack` printed before it.
  const [packed] = JSON.parse(answer.slice(answer.search(/^\[/m))) as { filename: string; files: { path: string }[] }[];
  if (!packed) throw new Error(`npm pack answered: ${answer}`);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'empty', private: true, type: 'module' }));
  const others = alongside.map((name) => `${name}@${dependencies[name]}`);
  await run(folder, 'npm', 'install', '--no-audit', '--no-fund', `./${packed.filename}`, ...others);
  return {
    folder,
    version,
    packed: packed.files.map(({ path }) => path),
    run: (command, ...args) => run(folder, command, ...args),
    start: (env, command, ...args) => start(folder, env, command, args),
    write: (file, text) => writeFile(join(folder, file), text),
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** A port of loopback on which nothing listens. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** This process's environment with its own Node.js first, and without what an outer npm tells the scripts it runs. */
function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^npm_(package|lifecycle|command|config_local_prefix)|^INIT_CWD$|^NODE_OPTIONS$|^VITEST/.test(name),
  );
  return { ...Object.fromEntries(inherited), PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) };
}

/** Runs a program in a folder, as `Project.run` does. */
export async function run(cwd: string, command: string, ...args: string[]): Promise<string> {
  try {
    const { stdout } = await execute(command, args, { cwd, env: environment(), maxBuffer: 16 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
  }
}

/** Starts a program in a folder, as `Project.start` does. */
export function start(cwd: string, env: Record<string, string>, command: string, args: string[]): Program {
  // A process group of its own, so that what npx starts ends with it.
  const child = spawn(command, args, { cwd, env: { ...environment(), ...env }, detached: true });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { output: () => output, stop: () => stop(child) };
}

function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  process.kill(-child.pid, 'SIGTERM');
  return ended;
}
