import { isDeepStrictEqual } from 'node:util';
import type { Db, IndexDescription } from 'mongodb';
import { Unusable } from '../../core/errors.ts';
import {
  BY_AGE,
  BY_DAY,
  BY_END,
  BY_EVENTS_USER,
  BY_EVENTS_VISITOR,
  BY_EXPIRY,
  BY_FIRST_SEEN,
  BY_SITE,
  BY_USER,
  BY_USERS,
  BY_VISITOR,
} from './collections.ts';
import { isDuplicate, isThere } from './errors.ts';
import { views } from './views.ts';
import type { View } from './views.ts';

/** The version of what lies in the database. */
const SCHEMA_VERSION = 2;

interface SchemaRow {
  _id: 'schema';
  partition: number;
  version: number;
}

/**
 * The indexes, by collection; all else is found by `_id`. They begin with the site where a reader of the views asks for it;
 * the feed's with the partition.
 */
const indexes: Record<string, IndexDescription[]> = {
  positions: [],
  owners: [],
  event_groups: [
    { key: { partition: 1, version: 1 } },
    { key: BY_DAY },
    // Of a group the same visitor has one entry. By these two an erasure finds a person.
    { key: BY_EVENTS_VISITOR },
    { key: BY_EVENTS_USER },
  ],
  ids: [{ key: { ids: 1 } }, { key: BY_AGE }],
  visits: [
    { key: { partition: 1, version: 1 } },
    // Counts unique users without a look at the visits.
    { key: BY_FIRST_SEEN },
    { key: BY_VISITOR },
    { key: BY_USERS, partialFilterExpression: { users: { $exists: true } } },
  ],
  days: [{ key: BY_DAY }],
  paths: [{ key: BY_DAY }],
  erasures: [{ key: { partition: 1, version: 1 } }, { key: BY_END }],
  // The second seed's own, and by the site for an erasure and for retention.
  analytics_events: [{ key: { event_type: 1 } }, { key: BY_USER }, { key: { timestamp: -1 } }, { key: BY_SITE }],
  documents: [{ key: { '_id.kind': 1, '_id.id': 1 } }, { key: BY_EXPIRY, sparse: true }],
  kinds: [],
};

/**
 * Makes collections, indexes and views where they are missing; several processes may do so at once.
 *
 * @throws Unusable if the database holds something else
 */
export async function prepare(db: Db): Promise<void> {
  if ((await checkSchema(db)) < SCHEMA_VERSION) await migrate(db);
  await Promise.all(Object.entries(indexes).map(([name, wanted]) => makeCollection(db, name, wanted)));
  await Promise.all(views.map((view) => makeView(db, view)));
}

/** Up to version 1 `analytics_events` was a view. Done twice at once it does nothing more. */
async function migrate(db: Db): Promise<void> {
  const isView = await db.listCollections({ name: 'analytics_events', type: 'view' }, { nameOnly: true }).hasNext();
  if (isView) await db.dropCollection('analytics_events');
  const older = { _id: 'schema', partition: 0, version: { $lt: SCHEMA_VERSION } } as const;
  await db.collection<SchemaRow>('footfall').updateOne(older, { $set: { version: SCHEMA_VERSION } });
}

/**
 * The schema's version is written first, so that a collection without it was made by others: by an operator who shards it, if
 * it is empty.
 *
 * @returns the version that is there
 */
async function checkSchema(db: Db): Promise<number> {
  const names = [...Object.keys(indexes), ...views.map(({ name }) => name)];
  const meta = db.collection<SchemaRow>('footfall');
  const row = await meta.findOne({ _id: 'schema', partition: 0 });
  const foreign = row ? [] : await filled(db, names);
  if (foreign.length > 0) {
    const found = foreign.join(', ');
    throw new Unusable(
      `The database ${db.databaseName} has collections that are not Footfall's (${found}). Name another database in the URL's path: it is made by itself.`,
    );
  }
  if (row && row.version > SCHEMA_VERSION) {
    throw new Unusable(
      `The database ${db.databaseName} has schema version ${row.version}, and this Footfall knows up to ${SCHEMA_VERSION}. Start the newer Footfall that made it.`,
    );
  }
  const fresh = { $setOnInsert: { version: SCHEMA_VERSION } };
  if (!row) await upserted(meta.updateOne({ _id: 'schema', partition: 0 }, fresh, { upsert: true }));
  return row?.version ?? SCHEMA_VERSION;
}

/** Which of them hold something, or are views. */
async function filled(db: Db, names: string[]): Promise<string[]> {
  const there = await db.listCollections({ name: { $in: names } }, { nameOnly: false }).toArray();
  const found: string[] = [];
  for (const { name, type } of there) {
    if (type === 'view' || (await db.collection(name).findOne({}, { projection: { _id: 1 } }))) found.push(name);
  }
  return found;
}

/** Two processes that start at once may both put it. */
async function upserted(put: Promise<unknown>): Promise<void> {
  await put.catch((error: unknown) => {
    if (!isDuplicate(error)) throw error;
  });
}

async function makeCollection(db: Db, name: string, wanted: IndexDescription[]): Promise<void> {
  // An index makes its collection.
  if (wanted.length > 0) await db.collection(name).createIndexes(wanted);
  else await db.createCollection(name).catch(unlessThere);
}

function unlessThere(error: unknown): void {
  if (!isThere(error)) throw error;
}

/** A view whose definition has changed since is changed, too; for that alone a user needs the right to `collMod`. */
async function makeView(db: Db, { name, viewOn, pipeline }: View): Promise<void> {
  try {
    await db.createCollection(name, { viewOn, pipeline });
  } catch (error) {
    if (!isThere(error)) throw error;
    const [there] = await db.listCollections({ name }, { nameOnly: false }).toArray();
    const { viewOn: on, pipeline: by }: Partial<View> = there?.options ?? {};
    if (on === viewOn && isDeepStrictEqual(by, pipeline)) return;
    await db.command({ collMod: name, viewOn, pipeline });
  }
}
