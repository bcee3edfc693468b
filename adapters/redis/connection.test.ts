import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { messageOf, Unavailable, Unusable } from '../../core/errors.ts';
import { NO_POSITION } from '../../core/ports.ts';
import { append, bodies, look } from '../../core/queue-scene.contract.ts';
import { redisQueue } from './queue.ts';
import { freePort } from '../free-port.contract.ts';
import { makeCertificate } from '../certificate.contract.ts';
import { redisOfFile } from './redis-server.contract.ts';

/** Where Redis is and who may use it: addresses, passwords, TLS; and what is said when something of it is wrong. */

const folder = mkdtempSync(join(tmpdir(), 'footfall-redis-tls-'));
const socket = join(folder, 'redis.sock');
const { key, certificate } = makeCertificate(folder);
const tlsPort = String(await freePort());
const tls = ['--tls-port', tlsPort, '--tls-cert-file', certificate, '--tls-key-file', key, '--tls-auth-clients', 'no'];

const redis = redisOfFile(['--unixsocket', socket, ...tls]);
const SECRET = 'p@ss/w:rd';

beforeAll(async () => {
  await redis().call('ACL', 'SETUSER', 'footfall', 'on', `>${SECRET}`, '~mine:*', '+@all');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The address with a user. */
const as = (user: string, password: string, path = '') =>
  `${redis().url.replace('//', `//${user}:${encodeURIComponent(password)}@`)}${path}`;

async function expectAppends(url: string, prefix: string): Promise<void> {
  const queue = await redisQueue({ url, prefix, partitions: 2 });
  await append(queue, 1, ['a']);
  expect(bodies(await look(queue, 1, NO_POSITION))).toEqual(['a']);
  await queue.close();
}

describe('takes', () => {
  test('a number of a database, and a prefix', async () => {
    const prefix = randomUUID();
    await expectAppends(`${redis().url}/3`, prefix);
    expect(await redis().call('EXISTS', `${prefix}:log`)).toBe(0);
    await expectAppends(redis().url, prefix);
    expect(await redis().call('EXISTS', `${prefix}:log`, `${prefix}:log:1`)).toBe(2);
    const keys = (await redis().call('KEYS', '*')) as string[];
    expect(keys.filter((one) => !one.startsWith(`${prefix}:`))).toEqual([]);
  });

  test('a user with a password, who may use the keys of the prefix only', async () => {
    await expectAppends(as('footfall', SECRET), 'mine:queue');
  });

  test('the path of a socket, also with a database', async () => {
    await expectAppends(socket, randomUUID());
    const prefix = randomUUID();
    await expectAppends(`${socket}?db=4`, prefix);
    expect(await redis().call('EXISTS', `${prefix}:log`)).toBe(0);
  });

  test('TLS, where the certificate can be verified', async () => {
    const url = `rediss://localhost:${tlsPort}`;
    await expect(redisQueue({ url })).rejects.toThrow(/^Redis at localhost:\d+ is away: self-signed certificate/);
    const program = `import { redisQueue } from ${JSON.stringify(new URL('queue.ts', import.meta.url).href)};
      const queue = await redisQueue({ url: '${url}', prefix: 'tls' });
      await queue.append([{ partition: 0, body: 'a' }]);
      console.log((await queue.depth()).entries);
      await queue.close();`;
    expect(await output(program, { NODE_EXTRA_CA_CERTS: certificate })).toBe('1');
  });
});

describe('refuses', () => {
  test.each([
    ['a wrong password', () => as('footfall', 'wr@ng'), 'mine:queue', Unusable, /WRONGPASS/],
    ['a user who may not use the keys', () => as('footfall', SECRET), 'yours', Unusable, /NOPERM|permission/i],
    [
      'a host that is not there',
      () => `redis://u:${encodeURIComponent(SECRET)}@no.invalid`,
      'x',
      Unavailable,
      /no\.invalid/,
    ],
    [
      'a port where nobody listens',
      () => `redis://u:${encodeURIComponent(SECRET)}@127.0.0.1:1`,
      'x',
      Unavailable,
      /REFUSED/,
    ],
    ['another protocol', () => `http://u:${encodeURIComponent(SECRET)}@127.0.0.1`, 'x', Unusable, /must look like/],
    ['what is no address', () => `redis://u:${SECRET}@host`, 'x', Unusable, /must look like/],
    ['TLS where there is none', () => as('u', SECRET).replace('redis:', 'rediss:'), 'x', Unavailable, /is away/],
  ])('%s, and never tells the password', async (_, url, prefix, kind, words) => {
    const error: unknown = await redisQueue({ url: url(), prefix, limits: { queueCommandMsMax: 1000 } }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(kind);
    expect(messageOf(error)).toMatch(words);
    const said = JSON.stringify(error, Object.getOwnPropertyNames(error));
    for (const secret of [SECRET, encodeURIComponent(SECRET), 'wr@ng']) expect(said).not.toContain(secret);
    expect(error).not.toHaveProperty('cause');
  });

  test('keys that something else uses', async () => {
    const prefix = randomUUID();
    await redis().call('SET', `${prefix}:log`, 'x');
    await expect(redisQueue({ url: redis().url, prefix })).rejects.toThrow(/cannot be used: WRONGTYPE/);
    await redis().call('DEL', `${prefix}:log`);
    await redis().call('SET', `${prefix}:log:7`, 'x');
    const opening = redisQueue({ url: redis().url, prefix });
    await expect(opening).rejects.toThrow(Unusable);
  });

  test('to do without its driver, and says how to get it', async () => {
    const program = `import { registerHooks } from 'node:module';
      registerHooks({ resolve: (name, context, next) => next(name === 'ioredis' ? 'ioredis-is-missing' : name, context) });
      const { redisQueue } = await import(${JSON.stringify(new URL('queue.ts', import.meta.url).href)});
      await redisQueue({ url: 'redis://127.0.0.1' }).catch((error) => console.log(error.name, error.message));`;
    expect(await output(program)).toMatch(/^Unusable .*npm install ioredis/);
  });
});

test('a password that is changed meanwhile is no end: it goes on with the right one', async () => {
  const queue = await redisQueue({ url: as('footfall', SECRET), prefix: 'mine:other', limits: { retryMsMax: 100 } });
  await append(queue, 0, ['a']);
  await redis().call('ACL', 'SETUSER', 'footfall', 'resetpass', '>other');
  await redis().call('CLIENT', 'KILL', 'USER', 'footfall');
  await expect.poll(() => append(queue, 0, ['b']).catch(messageOf)).toMatch(/^Redis at .+ refuses: WRONGPASS/);
  await redis().call('ACL', 'SETUSER', 'footfall', 'resetpass', `>${SECRET}`);
  await expect.poll(() => append(queue, 0, ['c']).catch(messageOf)).toBeUndefined();
  await queue.close();
});

test('a set-up that lets acknowledged entries get lost is told, with what to set', async () => {
  const warnings = async () => {
    const told: string[] = [];
    const queue = await redisQueue({ url: redis().url, prefix: randomUUID(), warn: (message) => told.push(message) });
    await queue.close();
    return told;
  };
  expect(await warnings()).toEqual([expect.stringContaining('Set maxmemory.')]);
  await redis().call('CONFIG', 'SET', 'maxmemory', '1gb');
  expect(await warnings()).toEqual([]);
  await redis().call('CONFIG', 'SET', 'appendfsync', 'everysec', 'maxmemory-policy', 'allkeys-lru');
  expect(await warnings()).toEqual([
    expect.stringContaining('Set appendfsync always'),
    expect.stringContaining('Set maxmemory-policy noeviction'),
  ]);
  await redis().call('CONFIG', 'SET', 'appendonly', 'no', 'maxmemory-policy', 'volatile-lru');
  expect(await warnings()).toEqual([expect.stringContaining('Set appendonly yes')]);
});

/** What a program writes in a process of its own. */
async function output(program: string, environment: Record<string, string> = {}): Promise<string> {
  const env = { ...process.env, ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { env });
  return stdout.trim();
}
