import type { Document } from 'mongodb';
import { expect, test } from 'vitest';
import { day, site } from '../../core/store-scene.contract.ts';
import { beInTheWay, fill, filterOf, statementsOf, useAll } from './all-commands.contract.ts';
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

test('no query looks through a whole collection', async () => {
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
  const store = await mongodbStore({ url, onCommand, limits: { storeOwnerMsMax: 100, statsPathsMax: 1 } });
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
