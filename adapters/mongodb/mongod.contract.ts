import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { freePort } from '../free-port.contract.ts';
import { programOf } from '../program.contract.ts';

/** A real mongod of a test's own, a replica set of one node, that can be killed and started again on the same data and port. */
export interface Mongod {
  /** With the name of a database. */
  url: (database: string) => string;
  pid(): number;
  /** Ends it by a signal, and waits until it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again if it does not run. */
  start(): Promise<void>;
  /** Ends it for good, with its data. */
  stop(): Promise<void>;
}

const UP_MS_MAX = 60_000;
const LOOK_MS = 50;

/**
 * Starts one.
 *
 * @param program its path
 * @param args further settings
 */
export async function startMongod(program: string, args: string[] = []): Promise<Mongod> {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-mongod-'));
  const port = await freePort();
  const place = ['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1', '--replSet', 'rs0'];
  const all = [...place, '--wiredTigerCacheSizeGB', '1', '--quiet', ...args];
  const { pid, begin, kill } = programOf(() => spawn(program, all, { stdio: 'ignore' }));

  async function start(): Promise<void> {
    if (begin()) await untilPrimary(port);
  }

  await start();
  return {
    url: (database) => `mongodb://127.0.0.1:${port}/${database}?replicaSet=rs0`,
    pid,
    kill,
    start,
    async stop() {
      await kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Makes it a replica set if it is none yet, and waits until it takes writes. */
async function untilPrimary(port: number): Promise<void> {
  const until = Date.now() + UP_MS_MAX;
  while (!(await isPrimary(port).catch(() => false))) {
    if (Date.now() > until) throw new Error(`no mongod at port ${port}`);
    await pause(LOOK_MS);
  }
}

/** With a client of its own: one that could not connect stays closed. */
async function isPrimary(port: number): Promise<boolean> {
  const options = { directConnection: true, serverSelectionTimeoutMS: 500 };
  const client = new MongoClient(`mongodb://127.0.0.1:${port}`, options);
  try {
    const admin = client.db('admin');
    const { isWritablePrimary, setName } = await admin.command({ hello: 1 });
    const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
    if (setName === undefined) await admin.command({ replSetInitiate: { _id: 'rs0', members } });
    return isWritablePrimary === true;
  } finally {
    await client.close();
  }
}
