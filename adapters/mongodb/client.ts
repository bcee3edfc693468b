import type { MongoClient, MongoClientOptions } from 'mongodb';
import { messageOf, Unavailable, Unusable } from '../../core/errors.ts';
import type { Limits } from '../../core/limits.ts';
import { translatedAtStart } from './errors.ts';

/** MongoDB 6.0, by its wire protocol. */
const WIRE_VERSION_MIN = 17;

export interface ClientOptions {
  /** As `mongodb://user:password@host:27017/footfall?replicaSet=rs0`. */
  url: string;
  limits: Pick<Limits, 'storeConnectMsMax' | 'storeCommandMsMax'>;
  monitorCommands?: boolean;
}

/**
 * Connects to a MongoDB that has transactions.
 *
 * @throws Unusable where only a person can mend it; Unavailable if it cannot be reached. No message holds the password
 */
export async function connect(options: ClientOptions): Promise<MongoClient> {
  const { MongoClient: Client } = await loadDriver();
  let client: MongoClient;
  try {
    client = new Client(options.url, driverOptions(options));
  } catch (error) {
    throw new Unusable(`The URL of MongoDB is not one: ${withoutPassword(messageOf(error), options.url)}.`);
  }
  try {
    await client.connect();
    await check(client);
    return client;
  } catch (error) {
    await client.close();
    throw startError(error, options.url);
  }
}

/** The database that a URL names. */
export function databaseOf(url: string): string {
  return decodeURIComponent(/^[^:]+:\/\/[^/]+\/([^?]*)/.exec(url)?.[1] ?? '') || 'footfall';
}

async function loadDriver() {
  try {
    return await import('mongodb');
  } catch (error) {
    throw new Unusable('The driver of MongoDB is not installed. Install it: npm install mongodb', { cause: error });
  }
}

function driverOptions({ limits, monitorCommands = false }: ClientOptions): MongoClientOptions {
  return {
    appName: 'footfall',
    ignoreUndefined: true,
    monitorCommands,
    readPreference: 'primary',
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: limits.storeCommandMsMax },
    serverSelectionTimeoutMS: limits.storeConnectMsMax,
    connectTimeoutMS: limits.storeConnectMsMax,
    socketTimeoutMS: limits.storeCommandMsMax,
    waitQueueTimeoutMS: limits.storeCommandMsMax,
  };
}

async function check(client: MongoClient): Promise<void> {
  const hello = await client.db('admin').command({ hello: 1 });
  if (hello.setName === undefined && hello.msg !== 'isdbgrid') throw new Unusable(NO_REPLICA_SET);
  if (Number(hello.maxWireVersion) < WIRE_VERSION_MIN)
    throw new Unusable('MongoDB is too old: 6.0 or later is needed.');
}

const NO_REPLICA_SET =
  'MongoDB is not a replica set, and only that has transactions; one of one node is enough. Start mongod with --replSet rs0, run rs.initiate() in mongosh once, and put ?replicaSet=rs0 at the end of the URL.';

/** What the driver found out about the servers, where it found none that takes writes. */
interface Selection {
  reason?: { servers?: Map<string, { type: string }> };
}

function startError(error: unknown, url: string): unknown {
  const servers = error instanceof Error ? (error as Selection).reason?.servers : undefined;
  // A ghost has not been initiated; a server that is in no set is dropped where the URL names one.
  const isNoSet = servers && (servers.size === 0 || [...servers.values()].some(({ type }) => type === 'RSGhost'));
  if (isNoSet) return new Unusable(NO_REPLICA_SET);
  const known = translatedAtStart(error);
  if (known instanceof Unusable) return known;
  return new Unavailable(`MongoDB at ${placeOf(url)} cannot be reached: ${messageOf(error)}`);
}

/** A URL's hosts and what follows. */
function placeOf(url: string): string {
  return url.slice(Math.max(url.lastIndexOf('@'), url.indexOf('://') + 2) + 1);
}

function withoutPassword(message: string, url: string): string {
  const secret = /:\/\/[^:]*:(.*)@/.exec(url)?.[1];
  return secret ? message.replaceAll(secret, '***') : message;
}
