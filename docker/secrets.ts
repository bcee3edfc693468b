/**
 * Makes the passwords of Redis, Kafka and MongoDB at the first start, and leaves alone what is there: `docker-compose.yml` runs it
 * before everything else. Each folder is a volume that only those services see which need it, and each file belongs to the
 * one user who reads it. Nothing is printed, and nothing stands in a command or an environment.
 *
 *     node docker/secrets.ts --folder /secrets --redis redis:6379 --kafka kafka:9092 --mongodb mongodb:27017
 *
 * | file | what | who reads it |
 * |---|---|---|
 * | `redis/users.acl` | Redis's users; of the password only a hash | redis |
 * | `kafka/users.properties` | a line for Kafka's settings: its users | kafka |
 * | `mongodb/key` | by it MongoDB's nodes know one another; with it MongoDB asks everybody who they are | mongodb |
 * | `setup/admin-url` | MongoDB's administrator | mongodb-setup |
 * | `footfall/queue-url`, `footfall/kafka-url` | where the queue is: in Redis, or in Kafka | collector, worker, reporting |
 * | `footfall/store-url` | where the store is | the same, and mongodb-setup |
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

/** The users of the images of Redis and MongoDB on Debian and Ubuntu, `node` of Node.js's, and `appuser` of Kafka's. */
const DATABASE_USER = 999;
const NODE_USER = 1000;
const KAFKA_USER = 1000;
const FOR_ITS_USER = 0o400;

export interface SecretsOptions {
  /** Made where it is missing; as are the folders in it. */
  folder: string;
  /** Host and port of each, as the other services reach it. */
  redis: string;
  kafka: string;
  mongodb: string;
}

/**
 * Makes what is missing. May be interrupted at any moment, and run again.
 *
 * @example
 * makeSecrets({ folder: '/secrets', redis: 'redis:6379', kafka: 'kafka:9092', mongodb: 'mongodb:27017' });
 */
export function makeSecrets({ folder, redis, kafka, mongodb }: SecretsOptions): void {
  const mongodbUrl = (user: string, database: string): string =>
    `mongodb://${user}:${password()}@${mongodb}/${database}?replicaSet=rs0&authSource=admin`;
  const make = (name: string, owner: number, text: () => string): void => {
    if (!existsSync(join(folder, name))) write(join(folder, name), owner, text());
  };
  make('mongodb/key', DATABASE_USER, () => randomBytes(96).toString('base64'));
  make('setup/admin-url', NODE_USER, () => mongodbUrl('admin', 'admin'));
  make('footfall/store-url', NODE_USER, () => mongodbUrl('footfall', 'footfall'));
  make('footfall/queue-url', NODE_USER, () => `redis://footfall:${password()}@${redis}`);
  make('footfall/kafka-url', NODE_USER, () => `kafka://footfall:${password()}@${kafka}/footfall?mechanism=PLAIN`);
  // These follow from the files before, and an upgrade may change what the user may do.
  const passwordIn = (name: string): string => new URL(readFileSync(join(folder, name), 'utf8')).password;
  write(join(folder, 'redis/users.acl'), DATABASE_USER, redisUsers(passwordIn('footfall/queue-url')));
  write(join(folder, 'kafka/users.properties'), KAFKA_USER, kafkaUsers(passwordIn('footfall/kafka-url')));
}

/** 256 bits in characters that need no escape in a URL. */
function password(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Nobody can be `default`; but it must be allowed everything, for as such Redis reads its log again at a start, and what it
 * may not do is lost. `health` may say PING, without a password, and nothing else.
 */
function redisUsers(secret: string): string {
  const hash = createHash('sha256').update(secret).digest('hex');
  return [
    'user default off ~* &* +@all',
    'user health on nopass -@all +ping',
    `user footfall on #${hash} ~footfall:* +@all -@admin -@dangerous +info +config|get`,
    '',
  ].join('\n');
}

/** For the listener `CLIENTS` of `kafka.properties`. */
function kafkaUsers(secret: string): string {
  const login = 'org.apache.kafka.common.security.plain.PlainLoginModule';
  return `listener.name.clients.plain.sasl.jaas.config=${login} required user_footfall="${secret}";\n`;
}

/** Whole or not at all, also when the power goes. */
function write(file: string, owner: number, text: string): void {
  const fresh = `${file}.new`;
  mkdirSync(dirname(file), { recursive: true });
  // Left by an interrupted start, it may belong to another by now.
  rmSync(fresh, { force: true });
  writeFileSync(fresh, text, { mode: FOR_ITS_USER, flush: true });
  // Without a container all services are one user's, who may not give files away.
  if (process.getuid?.() === 0) chownSync(fresh, owner, owner);
  renameSync(fresh, file);
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

if (import.meta.main) {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { folder: text, redis: text, kafka: text, mongodb: text } });
  const { folder = '/secrets', redis = 'redis:6379', kafka = 'kafka:9092', mongodb = 'mongodb:27017' } = values;
  makeSecrets({ folder, redis, kafka, mongodb });
}
