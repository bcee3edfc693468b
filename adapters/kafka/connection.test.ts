import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  AclOperations,
  AclPermissionTypes,
  ConfigResourceTypes,
  ResourcePatternTypes,
  ResourceTypes,
} from '@platformatic/kafka';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { messageOf, Unavailable, Unusable } from '../../core/errors.ts';
import { NO_POSITION } from '../../core/ports.ts';
import { aborted, append, bodies, end, look } from '../../core/queue-scene.contract.ts';
import { freePort } from '../free-port.contract.ts';
import { makeCertificate } from '../certificate.contract.ts';
import { kafkaOfFile } from './broker.contract.ts';
import { kafkaQueue } from './queue.ts';

/** Where Kafka is and who may use it: passwords, permissions, TLS; what is said when something of it is wrong; the topic's settings. */

const folder = mkdtempSync(join(tmpdir(), 'footfall-kafka-tls-'));
const { key, certificate } = makeCertificate(folder);
const both = join(folder, 'both.pem');
writeFileSync(both, readFileSync(key, 'utf8') + readFileSync(certificate, 'utf8'));
afterAll(() => rmSync(folder, { recursive: true }));

const SECRET = 'p@ss/w:rd';
const saslPort = await freePort();
const tlsPort = await freePort();
const modules = 'org.apache.kafka.common.security';

const kafka = kafkaOfFile({
  listeners: [`SASL://127.0.0.1:${saslPort}`, `TLS://127.0.0.1:${tlsPort}`],
  settings: {
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
    'listener.name.sasl.plain.sasl.jaas.config': `${modules}.plain.PlainLoginModule required user_footfall="${SECRET}";`,
    'listener.name.sasl.scram-sha-512.sasl.jaas.config': `${modules}.scram.ScramLoginModule required;`,
    'listener.name.tls.ssl.keystore.type': 'PEM',
    'listener.name.tls.ssl.keystore.location': both,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    // Whoever comes without a password is the tests themselves.
    'super.users': 'User:ANONYMOUS',
  },
  format: ['--add-scram', `SCRAM-SHA-512=[name=footfall,password="${SECRET}"]`],
});

/** All that Footfall needs: on topics and groups whose name begins with `mine`; of the topic `half` alone. */
beforeAll(async () => {
  const { TOPIC, GROUP } = ResourceTypes;
  const { READ, WRITE, CREATE, DELETE, DESCRIBE, DESCRIBE_CONFIGS } = AclOperations;
  const ofTopic = [READ, WRITE, CREATE, DELETE, DESCRIBE, DESCRIBE_CONFIGS];
  const allowed = [
    { resourceType: TOPIC, resourceName: 'mine', operations: ofTopic },
    { resourceType: GROUP, resourceName: 'mine', operations: [READ, DESCRIBE] },
    { resourceType: TOPIC, resourceName: 'half', operations: ofTopic },
  ];
  const creations = allowed.flatMap(({ operations, ...what }) =>
    operations.map((operation) => ({
      ...what,
      operation,
      resourcePatternType: ResourcePatternTypes.PREFIXED,
      principal: 'User:footfall',
      host: '*',
      permissionType: AclPermissionTypes.ALLOW,
    })),
  );
  await kafka().ask((admin) => admin.createAcls({ creations }));
});

/** The address with a user. */
const as = (password: string, topic: string, mechanism = '') =>
  `kafka://footfall:${encodeURIComponent(password)}@127.0.0.1:${saslPort}/${topic}${mechanism && `?mechanism=${mechanism}`}`;

describe('takes', () => {
  test.each(['PLAIN', 'SCRAM-SHA-512'])('a user with a password by %s, who may do nothing else', async (mechanism) => {
    const url = as(SECRET, `mine-${randomUUID()}`, mechanism);
    const queue = await kafkaQueue({ url, partitions: 2, limits: { kafkaRetentionHours: 0 } });
    await append(queue, 1, ['a']);
    const slice = await look(queue, 1, NO_POSITION);
    expect(bodies(slice)).toEqual(['a']);
    const stop = new AbortController();
    const held: number[] = [];
    const claimed = queue.claim(async (partition, signal) => {
      held.push(partition);
      await aborted(signal);
    }, stop.signal);
    await expect.poll(() => held.length).toBe(2);
    await queue.trim(1, end(slice));
    expect(await queue.depth()).toEqual({ entries: 0, oldest: undefined });
    stop.abort();
    await claimed;
    await queue.close();
  });

  test('several brokers, some of which are away', async () => {
    const url = `${kafka().url.replace('kafka://', 'kafka://127.0.0.1:1,')},127.0.0.1:2/${randomUUID()}`;
    const queue = await kafkaQueue({ url, partitions: 2, replication: 1 });
    for (let n = 0; n < 5; n++) await append(queue, 0, [`${n}`]);
    expect((await look(queue, 0, NO_POSITION)).entries).toHaveLength(5);
    expect((await queue.depth()).entries).toBe(5);
    await queue.close();
  });

  test('TLS, where the certificate can be verified', async () => {
    const url = `kafkas://localhost:${tlsPort}/${randomUUID()}`;
    await expect(kafkaQueue({ url })).rejects.toThrow(/^Kafka at localhost:\d+ is away: self-signed certificate/);
    // Who comes by TLS is anonymous as well.
    const program = `import { kafkaQueue } from ${JSON.stringify(new URL('queue.ts', import.meta.url).href)};
      const queue = await kafkaQueue({ url: '${url}' });
      await queue.append([{ partition: 0, body: 'a' }]);
      console.log((await queue.depth()).entries);
      await queue.close();`;
    expect(await output(program, { NODE_EXTRA_CA_CERTS: certificate })).toBe('1');
  });
});

describe('refuses', () => {
  test.each([
    ['a wrong password', () => as('wr@ng', 'mine', 'PLAIN'), Unusable, /SASL_AUTHENTICATION_FAILED/],
    ['a wrong password by SCRAM', () => as('wr@ng', 'mine'), Unusable, /SASL_AUTHENTICATION_FAILED/],
    ['a mechanism that is not there', () => as(SECRET, 'mine', 'SCRAM-SHA-256'), Unusable, /cannot be used: /],
    ['a topic that the user may not use', () => as(SECRET, 'yours'), Unusable, /TOPIC_AUTHORIZATION_FAILED/],
    ['a group that the user may not use', () => as(SECRET, 'half'), Unusable, /GROUP_AUTHORIZATION_FAILED/],
    ['a host that is not there', () => as(SECRET, 'x').replace('127.0.0.1', 'no.invalid'), Unavailable, /no\.invalid/],
    ['a port where nobody listens', () => as(SECRET, 'x').replace(String(saslPort), '1'), Unavailable, /REFUSED/],
    ['what is no address', () => `kafka://u:${SECRET}@host`, Unusable, /must look like/],
    ['no TLS where there is some', () => `kafka://127.0.0.1:${tlsPort}`, Unusable, /wants TLS.*kafkas:/],
    ['TLS where there is none', () => as(SECRET, 'x').replace('kafka:', 'kafkas:'), Unavailable, /is away/],
  ])('%s, and never tells the password', async (_, url, kind, words) => {
    const opening = kafkaQueue({ url: url(), limits: { queueCommandMsMax: 3000 } });
    const error: unknown = await opening.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect(messageOf(error)).toMatch(words);
    const said = JSON.stringify(error, Object.getOwnPropertyNames(error));
    for (const secret of [SECRET, encodeURIComponent(SECRET), 'wr@ng']) expect(said).not.toContain(secret);
    expect(error).not.toHaveProperty('cause');
  });

  test('to make a topic with more copies than there are brokers', async () => {
    const url = `${kafka().url}/${randomUUID()}`;
    await expect(kafkaQueue({ url, replication: 3 })).rejects.toThrow(/refuses: INVALID_REPLICATION_FACTOR/);
    // So many that the address names.
    const three = `kafka://${Array.from({ length: 3 }, () => kafka().address).join(',')}/${randomUUID()}`;
    await expect(kafkaQueue({ url: three })).rejects.toThrow(/refuses: INVALID_REPLICATION_FACTOR/);
  });

  test('to do without its driver, and says how to get it', async () => {
    const program = `import { registerHooks } from 'node:module';
      const missing = '@platformatic/kafka';
      registerHooks({ resolve: (name, context, next) => next(name === missing ? 'it-is-missing' : name, context) });
      const { kafkaQueue } = await import(${JSON.stringify(new URL('queue.ts', import.meta.url).href)});
      await kafkaQueue({ url: 'kafka://127.0.0.1' }).catch((error) => console.log(error.name, error.message));`;
    expect(await output(program)).toMatch(/^Unusable .*npm install @platformatic\/kafka/);
  });
});

describe("the topic's settings", () => {
  test('of a new one lose nothing', async () => {
    const topic = randomUUID();
    const told = await warnings(topic);
    expect(told).toEqual([]);
    const resources = [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: topic }];
    const [described] = await kafka().ask((admin) => admin.describeConfigs({ resources }));
    const settings = Object.fromEntries(described?.configs.map((config) => [config.name, config.value]) ?? []);
    expect(settings).toMatchObject({
      'cleanup.policy': 'delete',
      'retention.ms': '-1',
      'retention.bytes': '-1',
      'unclean.leader.election.enable': 'false',
      'flush.messages': '1',
      'message.timestamp.type': 'LogAppendTime',
      'max.message.bytes': '8388608',
    });
  });

  test('that let acknowledged entries get lost are told, with what to set', async () => {
    const topic = randomUUID();
    const given = {
      'cleanup.policy': 'compact,delete',
      'retention.ms': '3600000',
      'retention.bytes': '1000000',
      'unclean.leader.election.enable': 'true',
    };
    const configs = Object.entries(given).map(([setting, value]) => ({ name: setting, value }));
    await kafka().ask((admin) => admin.createTopics({ topics: [topic], partitions: 1, replicas: 1, configs }));
    const told = (await warnings(topic)).map((line) =>
      /Set (\S+)\.$|Set (flush\.messages=1)/.exec(line)?.slice(1).find(Boolean),
    );
    expect(told).toEqual([
      'retention.ms=-1',
      'retention.bytes=-1',
      'cleanup.policy=delete',
      'flush.messages=1',
      'unclean.leader.election.enable=false',
      'max.message.bytes=8388608',
    ]);
  });

  async function warnings(topic: string): Promise<string[]> {
    const told: string[] = [];
    const queue = await kafkaQueue({ url: `${kafka().url}/${topic}`, warn: (message) => told.push(message) });
    await queue.close();
    return told;
  }
});

/** What a program writes in a process of its own. */
async function output(program: string, environment: Record<string, string> = {}): Promise<string> {
  const env = { ...process.env, ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { env });
  return stdout.trim();
}
