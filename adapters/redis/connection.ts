import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Redis, RedisOptions } from 'ioredis';
import { messageOf, Unusable } from '../../core/errors.ts';
import type { Limits } from '../../core/limits.ts';
import { isReply, refused, translated } from './errors.ts';

/** What a connection needs of the limits. */
export type ConnectionLimits = Pick<Limits, 'queueCommandMsMax' | 'retryMsMin' | 'retryMsMax'>;

/** A script in Lua, the keys that it touches, and what else it is told. */
type Run = (lua: string, keys: string[], args: (string | number)[]) => Promise<unknown>;

/** One connection to Redis. It comes back by itself; until then everything that is asked of it fails at once. */
export interface Connection {
  /** Where Redis is, for messages: never the password. */
  place: string;
  /** Runs a script, which Redis does in one stroke: all of it or nothing. */
  run: Run;
  /** The same at the opening, when what Redis refuses for good is Unusable. */
  probe: Run;
  /** Any other command. */
  call(command: string, args: string[]): Promise<unknown>;
  /** Ends it, after what is being answered. */
  close(): Promise<void>;
}

/** ms between two looks at a Redis that is reading its data after a start. */
const LOADING_LOOK_MS = 200;
/** ms that a connection which does not end is waited for when it is closed. */
const DISCONNECT_MS = 200;
/** ms that Redis is waited for when the connection is closed. */
const QUIT_MS_MAX = 1000;

/**
 * Connects to Redis.
 *
 * @throws Unavailable if it cannot be reached now; Unusable if the address, the password or the version is wrong
 * @example
 * const connection = await connect('redis://127.0.0.1:6379', limits);
 * await connection.run('return 1', [], []);
 */
export async function connect(url: string, limits: ConnectionLimits): Promise<Connection> {
  const place = placeOf(url);
  const Client = await driver();
  const redis = new Client(url, settingsOf(limits));
  /** Why it is away; what ioredis says of each single command is not the reason. */
  let fault: unknown;
  redis.on('error', (error) => (fault = error));
  redis.on('ready', () => (fault = undefined));
  await ready(redis, limits.queueCommandMsMax).catch((error: unknown) => {
    redis.disconnect();
    throw refused(place, fault ?? error);
  });
  const shas = new Map<string, string>();

  async function evaluate(...[lua, keys, args]: Parameters<Run>): Promise<unknown> {
    const sha = shas.get(lua) ?? createHash('sha1').update(lua).digest('hex');
    shas.set(lua, sha);
    const rest = [keys.length, ...keys, ...args];
    try {
      return await redis.call('EVALSHA', [sha, ...rest]);
    } catch (error) {
      if (messageOf(error).startsWith('NOSCRIPT')) return redis.call('EVAL', [lua, ...rest]);
      throw error;
    }
  }

  const inOurTerms = (terms: typeof refused) => (error: unknown) => {
    throw terms(place, isReply(error) ? error : fault);
  };

  return {
    place,
    run: (...call) => evaluate(...call).catch(inOurTerms(translated)),
    probe: (...call) => evaluate(...call).catch(inOurTerms(refused)),
    call: (command, args) => redis.call(command, args).catch(inOurTerms(translated)),
    async close() {
      // In its turn: what was asked before is answered before. A Redis that is away or hangs is not waited for.
      const quit = redis.quit().catch(() => {});
      await Promise.race([quit, pause(QUIT_MS_MAX, undefined, { ref: false })]);
      redis.disconnect();
    },
  };
}

/** An address without what is secret in it. */
function placeOf(url: string): string {
  if (url.startsWith('/')) return `Redis at ${url.split('?')[0]}`;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && /^rediss?:$/.test(parsed.protocol) && parsed.hostname !== '') {
    const { hostname, port, pathname, search, hash } = parsed;
    // Otherwise what stands as the host may be a piece of a password.
    if (/^\/?\d*$/.test(pathname) && !`${search}${hash}`.includes('@')) return `Redis at ${hostname}:${port || '6379'}`;
  }
  throw new Unusable(
    'The address of Redis must look like redis://user:password@host:6379/0, rediss:// for TLS, or be the path of a socket. In a password @ : / ? # % are written as %40 %3A %2F %3F %23 %25.',
  );
}

async function driver(): Promise<typeof Redis> {
  try {
    return (await import('ioredis')).Redis;
  } catch (error) {
    throw new Unusable('A queue in Redis needs a package that is missing: run `npm install ioredis`.', {
      cause: error,
    });
  }
}

function settingsOf({ queueCommandMsMax, retryMsMin, retryMsMax }: ConnectionLimits) {
  return {
    connectionName: 'footfall',
    lazyConnect: true,
    // Whoever appends must hear at once that it was not stored, and nothing may be sent a second time behind its back.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: queueCommandMsMax,
    // Also of a connection that is half open: the whole connection, for what is stuck in it must not pile up.
    socketTimeout: queueCommandMsMax,
    disconnectTimeout: DISCONNECT_MS,
    maxLoadingRetryTime: LOADING_LOOK_MS,
    retryStrategy: (times) => Math.min(retryMsMin * 2 ** (times - 1), retryMsMax),
    // The primary of before became a replica: the address may lead to the new one by now.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  } satisfies RedisOptions;
}

/** Resolves when Redis is there and has read its data. */
async function ready(redis: Redis, msMax: number): Promise<void> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    redis.disconnect();
  }, msMax);
  try {
    await redis.connect();
  } catch (error) {
    throw late ? new Error(`not ready within ${msMax} ms`) : error;
  } finally {
    clearTimeout(timer);
  }
}
