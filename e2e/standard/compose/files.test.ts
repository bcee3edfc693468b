import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { validate } from 'dockerfile-utils';
import { beforeAll, describe, expect, test } from 'vitest';
import { ignoredByDocker } from './built-image.ts';
import { interpolate, parsedCompose, readCompose } from './compose-file.ts';
import type { ComposeFile, Service } from './compose-file.ts';
import { context, listOf, readDockerfile, textsOf } from './dockerfile.ts';
import type { Stage } from './dockerfile.ts';

const textOf = (file: string): string => readFileSync(join(context, file), 'utf8');

describe('docker-compose.yml', () => {
  let file: ComposeFile;
  let services: [string, Service][];
  beforeAll(() => {
    file = readCompose();
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

  test('only collector and reporting are published, and on loopback; one variable opens both with their rules', () => {
    expect(where(({ ports }) => ports.length > 0)).toEqual(['collector', 'reporting']);
    const publishedOf = (variables: Record<string, string>) =>
      ['collector', 'reporting'].map((name) => {
        const service = readCompose(variables).services[name];
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

  test('only what is published reaches another network than the one without a way out', () => {
    expect(file.networks.inside).toEqual({ internal: true });
    expect(where(({ networks }) => networks.includes('outside'))).toEqual(['collector', 'reporting']);
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
    expect(Object.fromEntries(secretsOf)).toEqual({
      secrets: ['redis', 'mongodb', 'setup', 'footfall'].map((one) => `secrets-${one}:/secrets/${one}`),
      redis: ['secrets-redis:/secrets:ro'],
      mongodb: ['secrets-mongodb:/secrets:ro'],
      'mongodb-setup': ['secrets-setup:/secrets/setup:ro', 'secrets-footfall:/secrets/footfall:ro'],
      collector: ['secrets-footfall:/secrets:ro'],
      worker: ['secrets-footfall:/secrets:ro'],
      reporting: ['secrets-footfall:/secrets:ro'],
    });
    expect(textOf('docker-compose.yml')).not.toMatch(/password\s*:|_PASSWORD|:\/\/\w+:\w+@|requirepass/i);
  });

  test('every volume is declared, and used', () => {
    const used = services.flatMap(([, { volumes }]) => volumes.map((one) => one.split(':')[0] ?? ''));
    expect(Object.keys(file.volumes).sort()).toEqual([...new Set(used)].sort());
  });

  test('a worker can be there several times, and all but what ends by itself starts again', () => {
    const { worker } = file.services;
    expect(worker?.ports).toEqual([]);
    expect(worker?.volumes.filter((one) => !one.endsWith(':ro'))).toEqual([]);
    expect(textOf('docker-compose.yml')).not.toContain('container_name');
    const isOnce = where(({ healthcheck }) => healthcheck?.disable === true);
    expect(isOnce).toEqual(['secrets', 'mongodb-setup']);
    expect(where(({ restart }) => restart !== 'unless-stopped')).toEqual(isOnce);
  });

  test('images are ours, or of a version; logs do not grow for ever', () => {
    const others = services.map(([, { image }]) => image).filter((image) => image !== 'footfall');
    for (const image of others) expect(image).toMatch(/^(redis|mongo):\d+\.\d+-\w+$/);
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
    for (const name of ['collector', 'worker', 'reporting']) expect(file.services[name]?.stop_grace_period).toBe('15s');
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
