import type { Document } from 'mongodb';
import { expect, test } from 'vitest';
import { IMPORT_KIND, importId, NOTHING_READ } from '../../core/import.ts';
import type { Store } from '../../core/ports.ts';
import { day, entryOf, followerOf, site, troubles, view } from '../../core/store-scene.contract.ts';
import { withMongod } from './databases.contract.ts';
import { mongodbStore } from './store.ts';

const databases = withMongod();

/** Commands that ask for documents, with where they say for which. */
const ASKING = ['find', 'aggregate', 'update', 'delete', 'findAndModify'];
/** Each has at most as many documents as there are partitions. */
const TINY = ['positions'];
const PARTITION = 3;

/** Everything that the store can be asked for, with all that a batch can bring. */
async function useAll(store: Store): Promise<void> {
  const log = followerOf(store, PARTITION);
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
  for (let n = 0; n < 20; n++) {
    const events = [view(n * 10), view(n * 10 + 1, named), view(n * 10 + 2, { visitor: `v${n}`, user_id: 'anna' })];
    const entries = [entryOf(events, { refused }), entryOf([view(n * 10)], { site: `site-${n}` })];
    await log.apply([...entries, entryOf([], { file })], troubles(String(n)));
  }
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
  await store.erase(PARTITION, { site, user_id: 'anna' }, Date.now() - 1);
  await store.erase(PARTITION, { site }, Date.now() - 1);
  await store.sweep(Date.now());
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

test('every query names its partition, and none looks through a whole collection', async () => {
  const asked = new Map<string, { name: string; command: Document }>();
  const url = databases.fresh();
  const onCommand = (name: string, command: Document): void => {
    if (!ASKING.includes(name)) return;
    const { lsid: _l, txnNumber: _t, $clusterTime: _c, $db: _d, ...rest } = structuredClone(command);
    for (const statement of statementsOf(name, rest)) {
      const collection = String(statement[name]);
      const shape = `${name} ${collection} ${shapeOf(filterOf(name, statement))}`;
      if (!asked.has(shape)) asked.set(shape, { name, command: statement });
    }
  };
  const store = await mongodbStore({ url, onCommand });
  await useAll(store);
  await store.close();

  const db = databases.client().db(new URL(url).pathname.slice(1));
  const wrong: string[] = [];
  for (const [shape, { name, command }] of asked) {
    const { readConcern: _r, startTransaction: _s, autocommit: _a, writeConcern: _w, ...plain } = command;
    const plan = JSON.stringify(await db.command({ explain: plain, verbosity: 'queryPlanner' }));
    if (!plan.includes('"rejectedPlans":[]')) wrong.push(`${shape}: which index it takes is a matter of luck`);
    if (plan.includes('COLLSCAN') && !TINY.includes(String(command[name]))) wrong.push(`${shape}: COLLSCAN`);
    const filter = filterOf(name, command);
    if (!('partition' in filter) && !TINY.includes(String(command[name]))) wrong.push(`${shape}: no partition`);
  }
  expect(wrong).toEqual([]);
  expect(asked.size).toBeGreaterThan(30);
});
