import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeSecrets } from './secrets.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'footfall-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const make = (): void => makeSecrets({ folder, redis: 'redis:6379', kafka: 'kafka:9092', mongodb: 'mongodb:27017' });
const all = (): Record<string, string> => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(names.map((name) => [name.slice(folder.length + 1), readFileSync(name, 'utf8')]));
};

test('each is made once, and for the eyes of its user', () => {
  make();
  const made = all();
  expect(Object.keys(made).sort()).toEqual([
    'footfall/kafka-url',
    'footfall/queue-url',
    'footfall/store-url',
    'kafka/users.properties',
    'mongodb/key',
    'redis/users.acl',
    'setup/admin-url',
  ]);
  for (const name of Object.keys(made)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o400);
  make();
  expect(all()).toEqual(made);
});

test('Kafka knows the password in its address, also where all others have been there for long', () => {
  make();
  const { 'footfall/kafka-url': _, 'kafka/users.properties': __, ...others } = all();
  rmSync(join(folder, 'footfall/kafka-url'));
  rmSync(join(folder, 'kafka'), { recursive: true });
  make();
  const made = all();
  expect(made).toMatchObject(others);
  const { username, password, host, pathname, search } = new URL(made['footfall/kafka-url'] ?? '');
  expect([username, host, pathname, search]).toEqual(['footfall', 'kafka:9092', '/footfall', '?mechanism=PLAIN']);
  expect(password.length).toBeGreaterThan(40);
  expect(made['kafka/users.properties']).toBe(
    `listener.name.clients.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_footfall="${password}";\n`,
  );
});
