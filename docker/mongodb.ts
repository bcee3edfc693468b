/**
 * Makes a fresh mongod the store's: a replica set of one node, an administrator, and a user for Footfall who may do what
 * the store does and no more. Whatever is there already stays; `docker-compose.yml` runs it at every start. It runs in
 * the network of the mongod, who lets only the first user be made by anybody, and only from its own machine.
 *
 *     node docker/mongodb.ts --at 127.0.0.1:27017 --member mongodb:27017 --admin-url-file FILE --store-url-file FILE
 */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { MongoClient, MongoServerError } from 'mongodb';
import type { Db } from 'mongodb';

const UP_MS_MAX = 300_000;
const LOOK_MS = 100;
/** Codes of MongoDB's answers. Source: error_codes.yml of its sources. */
const UNAUTHORIZED = 13;
const AUTHENTICATION_FAILED = 18;

const REPLICA_SET = 'rs0';
const ROLE = 'footfallStore';

/** What the store does; `collMod` brings a view up to date. */
const ACTIONS = ['find', 'insert', 'update', 'remove', 'createCollection', 'createIndex', 'collMod', 'listCollections'];

export interface SetupOptions {
  /** Host and port at which this process reaches the mongod, on the mongod's own loopback. */
  at: string;
  /** Host and port at which all others reach it: by the name of the service, which stays when the container changes. */
  member: string;
  /** With the names and passwords of the administrator and of the store's user. */
  adminUrl: string;
  storeUrl: string;
}

interface Login {
  user: string;
  password: string;
}

/**
 * Does what is missing. May be interrupted at any moment, and run again.
 *
 * @throws Error if the mongod does not take writes in time, or has users that these passwords do not belong to
 */
export async function setUpMongodb({ at, member, adminUrl, storeUrl }: SetupOptions): Promise<void> {
  const admin = loginOf(adminUrl);
  await untilPrimary(at, member);
  if (!(await mayLogIn(at, admin))) await makeAdmin(at, admin);
  await connected(at, admin, (db) => makeStoreUser(db, at, loginOf(storeUrl), databaseOf(storeUrl)));
}

async function untilPrimary(at: string, member: string): Promise<void> {
  const until = Date.now() + UP_MS_MAX;
  for (;;) {
    const state = await connected(at, undefined, (db) => initiated(db, member)).catch((error: unknown) => error);
    if (state === true) return;
    if (Date.now() > until) throw new Error(`MongoDB at ${at} takes no writes`, { cause: state });
    await pause(LOOK_MS);
  }
}

/** Makes it a replica set if it is none yet. Answers whether it takes writes. */
async function initiated(db: Db, member: string): Promise<boolean> {
  const { setName, isWritablePrimary } = await db.command({ hello: 1 });
  if (setName === undefined) {
    const members = [{ _id: 0, host: member }];
    await db.command({ replSetInitiate: { _id: REPLICA_SET, members } });
  }
  return isWritablePrimary === true;
}

/** The first user may be made by whoever comes from the mongod's own machine. */
async function makeAdmin(at: string, { user, password }: Login): Promise<void> {
  try {
    await connected(at, undefined, (db) => db.command({ createUser: user, pwd: password, roles: ['root'] }));
  } catch (error) {
    if (codeOf(error) !== UNAUTHORIZED) throw error;
    throw new Error(
      "MongoDB has users already, and the administrator's password is another one: its volume and that of the secrets do not belong together.",
      { cause: error },
    );
  }
}

async function makeStoreUser(db: Db, at: string, login: Login, database: string): Promise<void> {
  const privileges = [{ resource: { db: database, collection: '' }, actions: ACTIONS }];
  const known = await db.command({ rolesInfo: ROLE });
  const isKnown = (known.roles as unknown[]).length > 0;
  await db.command({ [isKnown ? 'updateRole' : 'createRole']: ROLE, privileges, roles: [] });
  if (await mayLogIn(at, login)) return;
  const { users } = await db.command({ usersInfo: login.user });
  const command = (users as unknown[]).length > 0 ? 'updateUser' : 'createUser';
  await db.command({ [command]: login.user, pwd: login.password, roles: [ROLE] });
}

async function mayLogIn(at: string, login: Login): Promise<boolean> {
  try {
    return await connected(at, login, async (db) => (await db.command({ ping: 1 })).ok === 1);
  } catch (error) {
    if (codeOf(error) === AUTHENTICATION_FAILED) return false;
    throw error;
  }
}

/** Does something in the database of users. */
async function connected<T>(at: string, login: Login | undefined, work: (db: Db) => Promise<T>): Promise<T> {
  const auth = login && { auth: { username: login.user, password: login.password }, authSource: 'admin' };
  const client = new MongoClient(`mongodb://${at}`, {
    directConnection: true,
    serverSelectionTimeoutMS: 2000,
    writeConcern: { w: 'majority', journal: true },
    ...auth,
  });
  try {
    return await work(client.db('admin'));
  } finally {
    await client.close();
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof MongoServerError ? error.code : undefined;
}

function loginOf(url: string): Login {
  const { username, password } = new URL(url);
  return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
}

function databaseOf(url: string): string {
  return new URL(url).pathname.slice(1);
}

if (import.meta.main) {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { at: text, member: text, 'admin-url-file': text, 'store-url-file': text },
  });
  const { at = '127.0.0.1:27017', member = 'mongodb:27017' } = values;
  const read = (file = ''): string => readFileSync(file, 'utf8');
  const [adminUrl, storeUrl] = [read(values['admin-url-file']), read(values['store-url-file'])];
  await setUpMongodb({ at, member, adminUrl, storeUrl });
  console.log('MongoDB is ready.');
}
