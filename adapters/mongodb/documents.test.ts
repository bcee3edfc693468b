import { expect, test } from 'vitest';
import { IMPORT_KIND, importId, NOTHING_READ } from '../../core/import.ts';
import { day, entryOf, followerOf, site, troubles, view } from '../../core/store-scene.contract.ts';
import { databaseOf } from './client.ts';
import { withMongod } from './databases.contract.ts';
import { mongodbStore } from './store.ts';

const databases = withMongod();
const DAY_MS = 24 * 60 * 60 * 1000;

test('what a batch writes lies in its partition, and is found there', async () => {
  const url = databases.fresh();
  const store = await mongodbStore({ url });
  const id = importId(site, 'file');
  const fresh = { site, choices: '{}', run: '', position: 0, sha256: NOTHING_READ };
  await store.documents.create(IMPORT_KIND, id, fresh, { partition: 6 });
  const log = followerOf(store, 6);
  const refused = [{ day, reason: 'bot', count: 2 }];
  const part = { file: 'file', run: 'a', from: 0, to: 10, sha256: 'x' };
  await log.apply([entryOf([], { file: { file: 'file', run: 'a' } })]);
  await log.apply([entryOf([view(1)], { refused, file: part })], troubles('1'));

  const db = databases.client().db(databaseOf(url));
  const rows = await db.collection('documents').find().toArray();
  expect(rows.map(({ partition }) => partition as number)).toEqual([6, 6, 6, 6]);
  const moved = { ...fresh, run: 'a', position: 10, sha256: 'x' };
  expect(await store.documents.get(IMPORT_KIND, id)).toEqual(moved);
  expect(await store.documents.create(IMPORT_KIND, id, fresh)).toEqual(moved);
  for (const kind of ['refused', 'quarantine', 'loss', IMPORT_KIND]) {
    const [only, ...more] = await store.documents.list(kind);
    expect(more).toEqual([]);
    await store.documents.put(kind, only?.id ?? '', 'changed');
    expect(await store.documents.list(kind)).toEqual([{ id: only?.id, value: 'changed' }]);
    await store.documents.delete(kind, only?.id ?? '');
    expect(await store.documents.list(kind)).toEqual([]);
  }
  await store.close();
});

test('stores of several processes keep to the limit of a kind', async () => {
  const url = databases.fresh();
  const stores = await Promise.all([0, 1, 2].map(() => mongodbStore({ url })));
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const answers = await Promise.all(
    stores.flatMap(({ documents }, n) => ids.map((id) => documents.create('site', id + n, id, { countMax: 4 }))),
  );
  expect(answers.filter((answer) => answer !== undefined)).toHaveLength(4);
  expect(await stores[0]?.documents.list('site')).toHaveLength(4);
  await Promise.all(stores.map((store) => store.close()));
});

test('ids are forgotten after their days, and not before', async () => {
  const url = databases.fresh();
  const store = await mongodbStore({ url, limits: { idsDays: 8 } });
  await followerOf(store, 4).apply([entryOf([view(1)])]);
  const count = () => databases.client().db(databaseOf(url)).collection('ids').countDocuments();
  await store.sweep(Date.now() + 8 * DAY_MS - 60_000);
  expect(await count()).toBe(1);
  await store.sweep(Date.now() + 8 * DAY_MS + 60_000);
  expect(await count()).toBe(0);
  await store.close();
});
