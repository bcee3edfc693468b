import type { Db, Document } from 'mongodb';
import { expect, test } from 'vitest';
import { IMPORT_KIND, importId, NOTHING_READ } from '../../core/import.ts';
import { NO_POSITION } from '../../core/ports.ts';
import type { Store } from '../../core/ports.ts';
import { day, entryOf, followerOf, site, troubles, view } from '../../core/store-scene.contract.ts';
import { withMongod } from './databases.contract.ts';
import { dateOfDay } from './dates.ts';
import { mongodbStore } from './store.ts';

const databases = withMongod();

/** Commands that ask for no documents. All others are explained, which fails for one that `filterOf` does not know. */
const NOT_ASKING = new Set([
  'listCollections',
  'create',
  'createIndexes',
  'collMod',
  'getMore',
  'insert',
  'commitTransaction',
  'abortTransaction',
  'killSessions',
  'endSessions',
]);
/** Each has at most as many documents as there are partitions. */
const TINY = ['positions'];
const PARTITION = 3;

/** Everything that the store can be asked for, with all that a batch can bring; in the end nothing is there. */
async function useAll(store: Store): Promise<void> {
  await fill(store, 0);
  await store.changes(PARTITION, 0, 10);
  await store.changes(PARTITION, 5, 1000);
  await store.stats(site, day, 10);
  for (const kind of ['site', 'refused']) {
    await store.documents.put(kind, 'a', { site });
    await store.documents.create(kind, 'b', 1, { expires: Date.now() - 1, countMax: 9 });
    await store.documents.get(kind, 'a');
    await store.documents.list(kind);
    await store.documents.delete(kind, 'a');
  }
  // Of one that is too late the position is asked for.
  const late = { partition: PARTITION, from: NO_POSITION, to: { incarnation: 'late', offset: '1' } };
  expect(await store.apply({ ...late, entries: [], quarantine: [] })).toEqual({ fenced: true });
  await store.erase(PARTITION, { site: 'site-alone', user_id: 'anna' }, Date.now() - 1);
  await store.erase(PARTITION, { site, user_id: 'anna' }, Date.now() - 1);
  await store.erase(PARTITION, { site }, Date.now() - 1);
  await store.sweep(Date.now());
}

/** @param first number of the first event: ids are known for days, also of what was erased */
async function fill(store: Store, first: number): Promise<void> {
  const log = followerOf(store, PARTITION, await store.position(PARTITION));
  const file = { file: 'file', run: 'a' };
  await store.documents.create(IMPORT_KIND, importId(site, 'file'), {
    site,
    choices: '{}',
    run: '',
    position: 0,
    sha256: NOTHING_READ,
  });
  const refused = [{ day, reason: 'bot', count: 2 }];
  const named = { visitor: 'uanna', user_id: 'anna' };
  for (let n = first; n < first + 20; n++) {
    const events = [view(n * 10), view(n * 10 + 1, named), view(n * 10 + 2, { visitor: `v${n}`, user_id: 'anna' })];
    const track = entryOf([view(n * 10 + 3, named)], { door: 'track' });
    const entries = [track, entryOf(events, { refused }), entryOf([view(n * 10)], { site: `site-${n}` })];
    await log.apply([...entries, entryOf([], { file })], troubles(String(n)));
  }
  // Of a group in which nobody else is nothing stays.
  await log.apply([entryOf([view(first + 900, named)], { site: 'site-alone' })]);
}

/** Another transaction has the partition's position, until the store has asked whose that may be. */
async function beInTheWay(db: Db, store: Store, hasAsked: () => boolean): Promise<void> {
  const session = db.client.startSession();
  session.startTransaction();
  const positions = db.collection<{ _id: number }>('positions');
  await positions.updateOne({ _id: PARTITION }, { $set: { by: 'another' } }, { session });
  const erased = store.erase(PARTITION, { site: 'nobody' }, Date.now() - 1);
  await expect.poll(hasAsked).toBe(true);
  await session.abortTransaction();
  await session.endSession();
  await erased;
}

/** The command with one of its statements at a time, as `explain` takes it. */
function* statementsOf(name: string, command: Document): Generator<Document> {
  const list = name === 'update' ? 'updates' : name === 'delete' ? 'deletes' : undefined;
  if (!list) yield command;
  else for (const statement of command[list] as Document[]) yield { ...command, [list]: [statement] };
}

/** What the command is apart from its values. */
function shapeOf(value: unknown): string {
  return JSON.stringify(value, (key, one: unknown) =>
    key.startsWith('$') && Array.isArray(one) && key !== '$or'
      ? []
      : typeof one === 'object' || key === ''
        ? one
        : typeof one,
  );
}

function filterOf(name: string, command: Document): Document {
  if (name === 'find') return command.filter as Document;
  if (name === 'aggregate') return (command.pipeline as Document[])[0]?.$match as Document;
  if (name === 'findAndModify') return command.query as Document;
  return ((command.updates ?? command.deletes) as Document[])[0]?.q as Document;
}

/** What of a plan looks through everything: a whole collection, or a whole index. */
function wholeScansOf(plan: unknown): string[] {
  if (typeof plan !== 'object' || plan === null) return [];
  const { stage, indexName, indexBounds } = plan as Record<string, unknown>;
  const deeper = Object.values(plan).flatMap(wholeScansOf);
  if (stage === 'COLLSCAN') return ['COLLSCAN', ...deeper];
  const bounds = Object.values(indexBounds ?? {})[0] as unknown;
  const isWhole = JSON.stringify(bounds)?.includes('MinKey, MaxKey') ?? false;
  return isWhole ? [`all of the index ${String(indexName)}`, ...deeper] : deeper;
}

test('every query names its partition, and none looks through a whole collection', async () => {
  const asked = new Map<string, { name: string; command: Document }>();
  const url = databases.fresh();
  const onCommand = (name: string, command: Document): void => {
    if (NOT_ASKING.has(name)) return;
    const { lsid: _l, txnNumber: _t, $clusterTime: _c, $db: _d, ...rest } = structuredClone(command);
    for (const statement of statementsOf(name, rest)) {
      const collection = String(statement[name]);
      const shape = `${name} ${collection} ${shapeOf(filterOf(name, statement))}`;
      if (!asked.has(shape)) asked.set(shape, { name, command: statement });
    }
  };
  const store = await mongodbStore({ url, onCommand, limits: { storeOwnerMsMax: 100 } });
  const db = databases.client().db(new URL(url).pathname.slice(1));
  await useAll(store);
  const ofOwners = (): boolean => [...asked.keys()].some((shape) => shape.startsWith('find owners '));
  await beInTheWay(db, store, ofOwners);
  // Plans of collections in which there is something.
  await fill(store, 1000);
  await store.close();

  const wrong: string[] = [];
  for (const [shape, { name, command }] of asked) {
    const { readConcern: _r, startTransaction: _s, autocommit: _a, writeConcern: _w, ...plain } = command;
    const plan = await db.command({ explain: plain, verbosity: 'queryPlanner' });
    if (!JSON.stringify(plan).includes('"rejectedPlans":[]'))
      wrong.push(`${shape}: which index it takes is a matter of luck`);
    if (TINY.includes(String(command[name]))) continue;
    wrong.push(...wholeScansOf(plan).map((what) => `${shape}: ${what}`));
    if (!('partition' in filterOf(name, command))) wrong.push(`${shape}: no partition`);
  }
  expect(wrong).toEqual([]);
  expect(asked.size).toBeGreaterThan(50);
});

test("who reads the seeds' collections by site and date looks through nothing else", async () => {
  const url = databases.fresh();
  const store = await mongodbStore({ url });
  await fill(store, 0);
  await store.close();
  const db = databases.client().db(new URL(url).pathname.slice(1));
  const asked = { site_id: site, date: dateOfDay(day) };
  const plans = await Promise.all(
    ['events', 'stats', 'unique_users'].map((name) => db.collection(name).find(asked).explain('executionStats')),
  );
  expect(plans.flatMap(wholeScansOf)).toEqual([]);
  // Of the plan by which `stats` looks up the day's paths only this is told.
  expect(JSON.stringify(plans).match(/"collectionScans":\d+/g)).toEqual(['"collectionScans":0']);
});

test('what looks through a whole collection or index is seen', async () => {
  const url = databases.fresh();
  await (await mongodbStore({ url })).close();
  const paths = databases.client().db(new URL(url).pathname.slice(1)).collection('paths');
  expect(wholeScansOf(await paths.find({ views: 1 }).explain())).toContain('COLLSCAN');
  const byDate = paths.find({ date: '2026-11-22' }).hint({ site_id: 1, date: 1 });
  expect(wholeScansOf(await byDate.explain())).toContain('all of the index site_id_1_date_1');
});
