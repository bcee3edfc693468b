import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from '../free-port.contract.ts';
import { programOf } from '../program.contract.ts';
import { afterAll, beforeAll, inject } from 'vitest';

/** A real Redis of a test's own, in a temporary folder, that can be killed and started again on the same data and port. */
export interface RedisServer {
  url: string;
  /** Where its data are. */
  folder: string;
  pid(): number;
  /** Ends it by a signal, and waits until it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again if it does not run. */
  start(): Promise<void>;
  /** Says something to it on a connection of its own. */
  call(command: string, ...args: string[]): Promise<unknown>;
  /** Ends it for good, with its data. */
  stop(): Promise<void>;
}

/** The program for `startRedis`. A test that needs it fails where it is missing. */
function redisProgram(): string {
  const { program, missing } = inject('redis');
  if (program === undefined) throw new Error(missing ?? 'These tests start a redis-server of their own. Install it.');
  return program;
}

/**
 * A Redis for all tests of a file.
 *
 * @example
 * const redis = redisOfFile();
 * test('…', () => redisQueue({ url: redis().url }));
 */
export function redisOfFile(args: string[] = []): () => RedisServer {
  let server: RedisServer | undefined;
  beforeAll(async () => {
    server = await startRedis(redisProgram(), args);
  });
  afterAll(() => server?.stop());
  return () => {
    if (!server) throw new Error('no Redis yet');
    return server;
  };
}

const UP_MS_MAX = 20_000;
const LOOK_MS = 20;

/**
 * Starts one. Everything that is acknowledged is on the disk, unless `args` say otherwise.
 *
 * @param program its path
 * @param args further settings, such as `['--maxmemory', '50mb']`
 */
export async function startRedis(program: string, args: string[] = []): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', '', '--maxmemory-policy', 'noeviction'];
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--daemonize', 'no'];
  const { pid, begin, kill } = programOf(() => spawn(program, [...place, ...durable, ...args], { stdio: 'ignore' }));

  async function start(): Promise<void> {
    if (begin()) await untilUp(url);
  }

  await start();
  return {
    url,
    folder,
    pid,
    kill,
    start,
    async call(command, ...words) {
      const redis = new Redis(url, { enableReadyCheck: false });
      redis.on('error', () => {});
      try {
        return await redis.call(command, words);
      } finally {
        redis.disconnect();
      }
    },
    async stop() {
      await kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilUp(url: string): Promise<void> {
  const until = Date.now() + UP_MS_MAX;
  for (;;) {
    const alone = { lazyConnect: true, enableReadyCheck: false, retryStrategy: () => null, maxRetriesPerRequest: 0 };
    const redis = new Redis(url, alone);
    redis.on('error', () => {});
    try {
      await redis.connect();
      // Until its data is read it answers, but with an error.
      await redis.get('up');
      return;
    } catch (error) {
      if (Date.now() > until) throw new Error(`no Redis at ${url}`, { cause: error });
      await pause(LOOK_MS);
    } finally {
      redis.disconnect();
    }
  }
}
