import type { Document } from 'mongodb';
import { expect, test } from 'vitest';
import { PARTITIONS_DEFAULT } from '../../core/limits.ts';
import { beInTheWay, fill, filterOf, statementsOf, useAll } from './all-commands.contract.ts';
import { withMongod } from './databases.contract.ts';
import { mongodbStore } from './store.ts';

/**
 * What a sharded MongoDB asks of a client, seen in the commands that a real one is sent: each is about documents whose shard
 * key, `{ partition: 1, _id: 1 }`, it names, and what one transaction touches lies in one partition, so on one shard.
 */

const databases = withMongod();

/** Commands that are about no documents. */
const OF_NONE = new Set([
  'listCollections',
  'create',
  'createIndexes',
  'collMod',
  'commitTransaction',
  'abortTransaction',
  'killSessions',
  'endSessions',
  // Goes on where the command was that made its cursor.
  'getMore',
]);
/** Of these a router takes a statement only with the whole key, or the id: it must find the one document. */
const OF_ONE = new Set(['update', 'delete', 'findAndModify']);

interface Sent {
  name: string;
  command: Document;
}

/** The partitions that a condition or a document names; undefined where it does not speak of any. */
function partitionsOf(partition: number | { $in: number[] } | { $gte: 0 } | undefined): number[] | undefined {
  if (typeof partition === 'number') return [partition];
  if (partition === undefined) return undefined;
  return '$in' in partition ? partition.$in : ALL;
}

/** Every shard is asked, and none that has no partition. */
const ALL = Array.from({ length: PARTITIONS_DEFAULT }, (_, partition) => partition);

function partsOf({ name, command }: Sent): (number[] | undefined)[] {
  if (name === 'insert') return (command.documents as Document[]).map(({ partition }) => partitionsOf(partition));
  return [...statementsOf(name, command)].map((statement) => partitionsOf(filterOf(name, statement).partition));
}

/** Whether a statement that changes one document says by its id which. */
function namesItsOne({ name, command }: Sent): boolean {
  return [...statementsOf(name, command)].every((statement) => {
    const [change] = (statement.updates ?? statement.deletes ?? []) as Document[];
    const isOfSeveral = change?.multi === true || change?.limit === 0;
    return isOfSeveral || '_id' in filterOf(name, statement);
  });
}

/** What no router may be sent. */
const STAGES_OF_OTHERS = /"\$(lookup|graphLookup|unionWith|out|merge)"/;

async function allSent(): Promise<Sent[]> {
  const sent: Sent[] = [];
  const url = databases.fresh();
  const onCommand = (name: string, command: Document): void => {
    sent.push({ name, command: structuredClone(command) });
  };
  const store = await mongodbStore({ url, onCommand, limits: { storeOwnerMsMax: 100, statsPathsMax: 1 } });
  await useAll(store);
  const ofOwners = ({ name, command }: Sent): boolean => name === 'find' && command.find === 'owners';
  const db = databases.client().db(new URL(url).pathname.slice(1));
  await beInTheWay(db, store, () => sent.some(ofOwners));
  await fill(store, 1000);
  await store.close();
  return sent;
}

test('every command names the shard key, and a transaction touches one partition', async () => {
  const sent = await allSent();
  const about = sent.filter(({ name }) => !OF_NONE.has(name));
  expect(new Set(about.map(({ name }) => name))).toEqual(
    new Set(['aggregate', 'delete', 'find', 'findAndModify', 'insert', 'update']),
  );
  const shown = ({ name, command: { lsid: _l, $clusterTime: _c, ...rest } }: Sent): string =>
    `${name} ${JSON.stringify(rest).slice(0, 300)}`;
  expect(about.filter((one) => partsOf(one).includes(undefined)).map(shown)).toEqual([]);
  expect(about.filter((one) => OF_ONE.has(one.name) && !namesItsOne(one)).map(shown)).toEqual([]);
  expect(about.filter(({ command }) => STAGES_OF_OTHERS.test(JSON.stringify(command.pipeline))).map(shown)).toEqual([]);

  const transactions = Map.groupBy(
    about.filter(({ command }) => command.autocommit === false),
    ({ command }) => JSON.stringify([command.lsid, command.txnNumber]),
  );
  expect(transactions.size).toBeGreaterThan(20);
  const wide = [...transactions.values()].filter((all) => new Set(all.flatMap(partsOf).flat()).size > 1);
  expect(wide.map((all) => all.map(shown))).toEqual([]);
});
