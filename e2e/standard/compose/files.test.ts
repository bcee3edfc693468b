import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { Ajv } from 'ajv';
import { validate } from 'dockerfile-utils';
import { beforeAll, describe, expect, test } from 'vitest';
import { ignoredByDocker } from './built-image.ts';
import { interpolate, parsedCompose, readCompose } from './compose-file.ts';
import type { ComposeFile, Service } from './compose-file.ts';
import { context, listOf, readDockerfile, textsOf } from './dockerfile.ts';
import type { Stage } from './dockerfile.ts';

const textOf = (file: string): string => readFileSync(join(context, file), 'utf8');

/** What is published. */
const DOORS = ['collector', 'reporting', 'balancer', 'kafka-reporting'];
const BOTH = { COMPOSE_PROFILES: 'standard,scale' };

describe('docker-compose.yml', () => {
  let file: ComposeFile;
  let services: [string, Service][];
  beforeAll(() => {
    file = readCompose(BOTH);
    services = Object.entries(file.services);
  });
  const where = (is: (service: Service, name: string) => boolean): string[] =>
    services.filter(([name, service]) => is(service, name)).map(([name]) => name);

  test('is what the schema of the Compose Specification asks for, which sees what is wrong', () => {
    const { $schema: _, ...schema } = JSON.parse(textOf('e2e/standard/compose/schema/compose-spec.json')) as object & {
      $schema: string;
    };
    const isValid = new Ajv({ strict: false }).compile(schema);
    const judged = (change: (parsed: { services: Record<string, Record<string, unknown>> }) => void) => {
      const parsed = parsedCompose() as Parameters<typeof change>[0];
      change(parsed);
      isValid(parsed);
      return isValid.errors?.map(({ instancePath }) => instancePath);
    };
    expect(judged(() => {})).toBeUndefined();
    expect(judged(({ services: { redis } }) => Object.assign(redis ?? {}, { restarts: 'always' }))).toContain(
      '/services/redis',
    );
    expect(
      judged(({ services: { redis } }) => Object.assign(redis?.depends_on ?? {}, { secrets: { condition: 'soon' } })),
    ).toContain('/services/redis/depends_on/secrets/condition');
  });

  test('variables take their values from outside, or what stands in the file', () => {
    expect(interpolate('${A:-${B:-c}}:$$d', {})).toBe('c:$d');
    expect(interpolate('${A:-${B:-c}}', { B: 'b' })).toBe('b');
    expect(interpolate('${A:-${B:-c}}', { A: 'a', B: 'b' })).toBe('a');
    expect(() => interpolate('$A', {})).toThrow(/NAME/);
  });

  test('a profile is what is started, and without a word it is the one with Redis', () => {
    const startedBy = (variables: Record<string, string>) => Object.keys(readCompose(variables).services).sort();
    const always = ['mongodb', 'mongodb-setup', 'secrets'];
    const standard = [...always, 'redis', 'collector', 'worker', 'reporting'].sort();
    expect(startedBy({})).toEqual(standard);
    expect(startedBy({ COMPOSE_PROFILES: 'standard' })).toEqual(standard);
    const scale = [...always, 'kafka', 'balancer', 'collector-1', 'collector-2', 'kafka-worker', 'kafka-reporting'];
    expect(startedBy({ COMPOSE_PROFILES: 'scale' })).toEqual(scale.sort());
    expect(file.services['kafka-worker']?.deploy.replicas).toBe(3);
    // Nothing needs a service that its profile does not have.
    for (const COMPOSE_PROFILES of ['standard', 'scale']) {
      const { services: some } = readCompose({ COMPOSE_PROFILES });
      const needed = Object.values(some).flatMap(({ depends_on }) => Object.keys(depends_on));
      expect(needed.filter((name) => !(name in some))).toEqual([]);
    }
  });

  test('only the doors are published, and on loopback; one variable opens them with their rules', () => {
    expect(where(({ ports }) => ports.length > 0)).toEqual(DOORS);
    const publishedOf = (variables: Record<string, string>) =>
      ['collector', 'reporting'].map((name) => {
        const service = readCompose({ ...BOTH, ...variables }).services[name];
        return [service?.ports[0], service?.environment.PUBLISHED_HOST, service?.environment.REPORTING_PUBLISHED_HOST];
      });
    expect(publishedOf({})).toEqual([
      ['127.0.0.1:3001:3001', '127.0.0.1', '127.0.0.1'],
      ['127.0.0.1:3002:3002', '127.0.0.1', '127.0.0.1'],
    ]);
    expect(publishedOf({ PUBLISH_HOST: '0.0.0.0', PORT: '8080' })).toEqual([
      ['0.0.0.0:8080:8080', '0.0.0.0', '0.0.0.0'],
      ['0.0.0.0:3002:3002', '0.0.0.0', '0.0.0.0'],
    ]);
    expect(publishedOf({ PUBLISH_HOST: '0.0.0.0', REPORTING_PUBLISH_HOST: '127.0.0.1' })).toEqual([
      ['0.0.0.0:3001:3001', '0.0.0.0', '127.0.0.1'],
      ['127.0.0.1:3002:3002', '0.0.0.0', '127.0.0.1'],
    ]);
  });

  test("the second seed's port leads to the collector, too", () => {
    const { collector } = readCompose({ ...BOTH, PORT: '8080', TRACK_PORT: '9000' }).services;
    expect(collector?.ports).toEqual(['127.0.0.1:8080:8080', '127.0.0.1:9000:8080']);
  });

  test('behind the balancer hold the rules of the place where that is published, with its addresses', () => {
    const proxy = { TRUSTED_PROXIES: '192.0.2.7', COUNTRY_HEADER: 'cf-ipcountry' };
    const open = readCompose({ ...BOTH, PUBLISH_HOST: '0.0.0.0', PORT: '8080', ...proxy }).services;
    expect(open.balancer?.ports).toEqual(['0.0.0.0:8080:8080', '0.0.0.0:8000:8000']);
    expect(open.balancer?.environment).toEqual({
      PORT: '8080',
      TRACK_PORT: '8000',
      TRUSTED_PROXIES: '192.0.2.7',
      COUNTRY_HEADER: 'cf-ipcountry',
    });
    expect(open['kafka-reporting']?.ports).toEqual(['0.0.0.0:3002:3002']);
    for (const name of ['collector-1', 'collector-2']) {
      const { ports, networks, environment } = open[name] as Service;
      expect([ports, networks]).toEqual([[], ['inside']]);
      expect(environment).toMatchObject({ PORT: '8080', PUBLISHED_HOST: '0.0.0.0', COUNTRY_HEADER: 'cf-ipcountry' });
      // Whom a visitor's own proxy is, only the balancer knows.
      expect(environment.TRUSTED_PROXIES).toBe('10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7');
    }
    const config = textOf('docker/haproxy.cfg');
    const servers = [...config.matchAll(/^ {2}server (\S+) "(\S+):\$\{PORT\}"$/gm)].map(([, ...names]) => names);
    expect(servers).toEqual([
      ['collector-1', 'collector-1'],
      ['collector-2', 'collector-2'],
    ]);
    expect(file.services.balancer?.networks).toEqual(['inside', 'outside']);
  });

  test('the collectors have each a folder of their own for what they cannot send on, and the first goes on with the one', () => {
    const dataOf = (name: string) => file.services[name]?.volumes[0];
    expect(['collector', 'collector-1', 'collector-2'].map(dataOf)).toEqual([
      'collector:/data',
      'collector:/data',
      'collector-2:/data',
    ]);
  });

  test('Kafka asks everybody who is not itself for a password, and deletes nothing by its age', () => {
    const settings = parseEnv(textOf('docker/kafka.properties'));
    const listeners = settings.listeners?.split(',') ?? [];
    expect(listeners.filter((one) => !one.includes('//127.0.0.1:'))).toEqual(['CLIENTS://0.0.0.0:9092']);
    expect(settings['listener.security.protocol.map']).toContain('CLIENTS:SASL_PLAINTEXT');
    expect(settings['log.retention.ms']).toBe('-1');
    expect(settings['auto.create.topics.enable']).toBe('false');
  });

  test('only what is published reaches another network than the one without a way out', () => {
    expect(file.networks.inside).toEqual({ internal: true });
    expect(where(({ networks }) => networks.includes('outside'))).toEqual(DOORS);
    const apart = { secrets: 'none', 'mongodb-setup': 'service:mongodb' };
    expect(where(({ networks }) => !networks.includes('inside'))).toEqual(Object.keys(apart));
    for (const [name, mode] of Object.entries(apart)) expect(file.services[name]?.network_mode).toBe(mode);
  });

  test('no container has rights that it does not need', () => {
    expect(where((service) => service.read_only !== true)).toEqual([]);
    expect(where(({ cap_drop }) => !cap_drop.includes('ALL'))).toEqual([]);
    expect(where(({ security_opt }) => !security_opt.includes('no-new-privileges:true'))).toEqual([]);
    expect(where(({ cap_add }) => cap_add.length > 0)).toEqual(['secrets']);
    expect(where(({ user = 'node' }) => /^(0|root)\b/.test(user))).toEqual(['secrets']);
    expect(where(({ image, user }) => image !== 'footfall' && !user)).toEqual([]);
  });

  test('each sees only its own secrets, to read them; none stands in the file', () => {
    const secretsOf = services.map(([name, { volumes }]) => [
      name,
      volumes.filter((one) => one.startsWith('secrets-')),
    ]);
    const ours = ['collector', 'worker', 'reporting', 'collector-1', 'collector-2', 'kafka-worker', 'kafka-reporting'];
    expect(Object.fromEntries(secretsOf)).toEqual({
      secrets: ['redis', 'kafka', 'mongodb', 'setup', 'footfall'].map((one) => `secrets-${one}:/secrets/${one}`),
      redis: ['secrets-redis:/secrets:ro'],
      kafka: ['secrets-kafka:/secrets:ro'],
      mongodb: ['secrets-mongodb:/secrets:ro'],
      'mongodb-setup': ['secrets-setup:/secrets/setup:ro', 'secrets-footfall:/secrets/footfall:ro'],
      balancer: [],
      ...Object.fromEntries(ours.map((name) => [name, ['secrets-footfall:/secrets:ro']])),
    });
    const text = ['docker-compose.yml', '.env', 'docker/haproxy.cfg', 'docker/kafka.properties'].map(textOf).join();
    expect(text).not.toMatch(/password\s*:|_PASSWORD|:\/\/\w+:\w+@|requirepass/i);
  });

  test('every volume is declared, and used', () => {
    const used = services.flatMap(([, { volumes }]) => volumes.map((one) => one.split(':')[0] ?? ''));
    expect(Object.keys(file.volumes).sort()).toEqual([...new Set(used)].sort());
    const settings = services.flatMap(([, { configs }]) => configs.map(({ source }) => source));
    expect(settings.sort()).toEqual(Object.keys(file.configs).sort());
  });

  test('a worker can be there several times, and all but what ends by itself starts again', () => {
    for (const name of ['worker', 'kafka-worker']) {
      expect(file.services[name]?.ports).toEqual([]);
      expect(file.services[name]?.volumes.filter((one) => !one.endsWith(':ro'))).toEqual([]);
    }
    expect(textOf('docker-compose.yml')).not.toContain('container_name');
    const isOnce = where(({ healthcheck }) => healthcheck?.disable === true);
    expect(isOnce).toEqual(['secrets', 'mongodb-setup']);
    expect(where(({ restart }) => restart !== 'unless-stopped')).toEqual(isOnce);
  });

  test('images are ours, or of a version; logs do not grow for ever', () => {
    const others = services.map(([, { image }]) => image).filter((image) => image !== 'footfall');
    for (const image of others)
      expect(image).toMatch(/^((redis|mongo):\d+\.\d+-\w+|haproxy:\d+\.\d+|apache\/kafka:\d+\.\d+\.\d+)$/);
    expect(where(({ image, pull_policy }) => image === 'footfall' && pull_policy !== 'never')).toEqual([]);
    expect(where(({ logging }) => logging.options['max-size'] === undefined)).toEqual([]);
  });

  test('Redis keeps what it acknowledges, and throws nothing away', () => {
    const command = file.services.redis?.command ?? [];
    const value = (name: string): string | undefined => command[command.indexOf(name) + 1];
    expect([value('--appendonly'), value('--appendfsync'), value('--maxmemory-policy')]).toEqual([
      'yes',
      'always',
      'noeviction',
    ]);
  });

  test('the time to stop is longer than what is set for it', () => {
    const ours = where(({ image, restart }) => image === 'footfall' && restart !== undefined);
    expect(ours.length).toBe(7);
    for (const name of ours) expect(file.services[name]?.stop_grace_period).toBe('15s');
  });
});

describe('the Dockerfile', () => {
  let stages: Stage[];
  let image: Stage;
  beforeAll(() => {
    stages = readDockerfile();
    image = stages.at(-1) as Stage;
  });

  test('has no fault that the validator knows, which sees what is wrong', () => {
    expect(validate(textOf('Dockerfile'))).toEqual([]);
    expect(validate('FROM node:24\nUSE node\n')).not.toEqual([]);
  });

  test('builds apart from what it ships, on images of a version, with glibc', () => {
    expect(stages.length).toBeGreaterThan(1);
    for (const { base } of stages) expect(base).toMatch(/^node:\d+-bookworm-slim$/);
    expect(textsOf(image, 'RUN').join()).not.toMatch(/npm (ci|install|run)|apt-get/);
    const withPackages = stages.find(({ name }) => name === 'packages');
    expect(withPackages && textsOf(withPackages, 'RUN')).toEqual(['npm ci --ignore-scripts --omit=dev']);
  });

  test('is not root when it runs, stops by a signal of its own, and tells its health', () => {
    const last = image.instructions.findLastIndex(({ keyword }) => keyword === 'USER');
    expect(image.instructions[last]?.text).toBe('node');
    expect(image.instructions.slice(last).some(({ keyword }) => keyword === 'RUN')).toBe(false);
    expect(listOf(image, 'ENTRYPOINT')).toEqual(['node', 'bin/footfall.js']);
    expect(listOf(image, 'CMD')).toEqual(['start']);
    expect(listOf(image, 'HEALTHCHECK')).toEqual(['node', 'bin/footfall.js', 'health']);
  });

  test('names its licence, and holds no secret', () => {
    expect(textsOf(image, 'LABEL').join()).toContain('org.opencontainers.image.licenses="MIT"');
    const settings = stages.flatMap((stage) => [...textsOf(stage, 'ENV'), ...textsOf(stage, 'ARG')]);
    expect(settings.join()).not.toMatch(/password|secret|token|key/i);
  });
});

test('.dockerignore keeps out data, settings, packages, history and tests', () => {
  const ignores = ignoredByDocker();
  const out = [
    '.git/config',
    '.env',
    'footfall.env',
    'data/store.db',
    'dist/server/cli.js',
    'docker-compose.yml',
    'e2e/seed.test.ts',
    'examples/dashboard/dist/index.html',
    'node_modules/hono/package.json',
    'sdk/dist/s.js',
    'sdk/node_modules/x/index.js',
    'server/config.test.ts',
    'core/store.contract.ts',
  ];
  expect(out.filter((path) => !ignores(path))).toEqual([]);
  const into = [
    'package-lock.json',
    'server/cli.ts',
    'sdk/src/wire.ts',
    'docker/secrets.ts',
    'examples/dashboard/index.html',
  ];
  expect(into.filter(ignores)).toEqual([]);
});
