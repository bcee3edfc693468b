import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { temporaryFolder } from '../support/folder.ts';
import { drained } from '../support/http.ts';
import { until } from '../support/until.ts';
import { openLedger } from './ledger.ts';
import type { Ledger } from './ledger.ts';
import type { Answer, Passed } from './road.ts';

/** A whole Footfall, as `npm start` starts it: collector, worker and reporting on files. */
export interface FootfallServer {
  /** Where the road leads. */
  collector(request: Passed): Promise<Answer | undefined>;
  ledger: Ledger;
  /** SIGKILL, and another on the same data. */
  kill(): Promise<void>;
  /** Resolves when all that was taken is counted. */
  drained(): Promise<void>;
  end(): Promise<void>;
}

/**
 * Starts one.
 *
 * @param program the file that is started: `server/cli.ts`, or what is made of it
 * @param sites ids of the sites that it counts for
 */
export async function startFootfall(program: string, sites: string[]): Promise<FootfallServer> {
  const root = temporaryFolder();
  const data = join(root, 'data');
  mkdirSync(data);
  const sitesFile = join(root, 'sites.json');
  // Browsers that are driven say so, and are bots where a site does not count them.
  writeFileSync(sitesFile, JSON.stringify({ sites: sites.map((id) => ({ id, automation: 'count' })) }));
  const env = { PATH: process.env.PATH, PORT: '0', REPORTING_PORT: '0', DATA: data, SITES_FILE: sitesFile };
  let running = await start(program, env);
  const ledger = await openLedger(data);
  return {
    collector: (passed) => ask(running.address, passed),
    ledger,
    async kill() {
      await running.end('SIGKILL');
      running = await start(program, env);
    },
    async drained() {
      await drained(running.address);
      await ledger.look();
      await ledger.look();
    },
    async end() {
      await running.end('SIGTERM');
      await ledger.close();
      rmSync(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function start(program: string, env: NodeJS.ProcessEnv) {
  const args = ['--disable-warning=ExperimentalWarning', program, 'start'];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let written = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (written += chunk));
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await until('Footfall to start', () => /^ {2}Data {8}\S/m.test(written) || child.exitCode !== null, 60_000);
  const port = /Collector +http:\/\/\S+:(\d+)/.exec(written)?.[1];
  if (port === undefined) throw new Error(`Footfall ended:\n${written}`);
  return {
    address: `http://127.0.0.1:${port}`,
    async end(signal: NodeJS.Signals) {
      child.kill(signal);
      await exited;
    },
  };
}

function ask(address: string, { method, path, headers, body }: Passed): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const going = request(address + path, { method, headers }, (answer) => {
      answer.toArray().then(
        (chunks: Buffer[]) =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
        () => resolve(undefined),
      );
    });
    going.once('error', () => resolve(undefined));
    going.end(body);
  });
}
