import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, inject } from 'vitest';
import { until } from '../support/until.ts';

/** Starts a program for a port, and resolves when it passes on or answers `path` there. It runs until the test ends. */
type StartProxy = (port: number, config: string, path?: string) => Promise<void>;

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/**
 * The real nginx and Caddy, each with a folder of its own.
 *
 * @example
 * const { nginx } = proxyPrograms();
 * await nginx(port, `server { listen 127.0.0.1:${port}; location / { return 200; } }`);
 */
export function proxyPrograms(): { nginx: StartProxy; caddy: StartProxy } {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  async function run(name: 'nginx' | 'caddy', answers: string, write: (folder: string) => string[]): Promise<void> {
    const { program, missing } = inject(name);
    if (program === undefined) throw new Error(missing);
    const folder = mkdtempSync(join(tmpdir(), 'footfall-proxy-'));
    const child = spawn(program, write(folder), {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    closers.push(async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true });
    });
    await until(`${name} to answer`, async () => {
      if (child.exitCode !== null) throw new Error(said);
      return (await fetch(answers)).status === 200;
    });
  }

  return {
    /** With this in its http block. */
    nginx: (port, config, path = '/own') =>
      run('nginx', `http://127.0.0.1:${port}${path}`, (folder) => {
        const file = join(folder, 'nginx.conf');
        const paths = TEMPORARY.map((name) => `${name}_temp_path ${folder};`).join(' ');
        const main = `daemon off; master_process off; pid ${folder}/pid; error_log stderr; events {}`;
        writeFileSync(file, `${main}\nhttp { access_log off; ${paths}\n${config}\n}`);
        return ['-p', folder, '-c', file];
      }),
    /** With these sites. */
    caddy: (port, config, path = '/own') =>
      run('caddy', `http://127.0.0.1:${port}${path}`, (folder) => {
        const file = join(folder, 'Caddyfile');
        writeFileSync(file, `{\n\tadmin off\n\tauto_https off\n}\n${config}`);
        return ['run', '--adapter', 'caddyfile', '--config', file];
      }),
  };
}
