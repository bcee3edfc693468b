import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { until } from '../support/until.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** An example, as its README starts it. */
export interface Example {
  /** Where it says that it listens. */
  address: string;
  /** Ends it as Ctrl-C does; resolves with the exit code. */
  end(): Promise<number | null>;
}

/**
 * A function that starts one; it is gone after the test.
 *
 * @example
 * const start = examples();
 * test('…', async () => {
 *   const { address } = await start('examples/mount/app.ts', '--port', '0');
 * });
 */
export function examples(): (...args: string[]) => Promise<Example> {
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  return async function start(...args) {
    const command = ['--disable-warning=ExperimentalWarning', ...args];
    const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let written = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (written += text));
    const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
    ends.push(() => {
      child.kill('SIGKILL');
      return exited;
    });
    const look = () => /http:\/\/localhost:\d+/.exec(written)?.[0] ?? (child.exitCode === null ? undefined : '');
    const address = await until('the example to listen', look);
    if (address === '') throw new Error(`the example ended:\n${written}`);
    return {
      address,
      end() {
        child.kill('SIGINT');
        return exited;
      },
    };
  };
}
