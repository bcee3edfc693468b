import type { Db, Document } from 'mongodb';
import { expect } from 'vitest';
import { IMPORT_KIND, importId, NOTHING_READ } from '../../core/import.ts';
import { NO_POSITION } from '../../core/ports.ts';
import type { Store } from '../../core/ports.ts';
import { day, entryOf, followerOf, site, troubles, view } from '../../core/store-scene.contract.ts';

/** Makes a store send every command that it has, for tests that look at those. */

const PARTITION = 3;

/** Everything that the store can be asked for, with all that a batch can bring; in the end nothing is there. */
export async function useAll(store: Store): Promise<void> {
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
  const eventsFrom = view(0).time + 1;
  await store.forget(PARTITION, { site: 'site-0', eventsBefore: day + 1, eventsFrom, visitsBefore: day + 1 });
  await store.erase(PARTITION, { site: 'site-alone', user_id: 'anna' }, Date.now() - 1);
  await store.erase(PARTITION, { site, user_id: 'anna' }, Date.now() - 1);
  await store.erase(PARTITION, { site }, Date.now() - 1);
  await store.sweep(Date.now());
}

/** @param first number of the first event: ids are known for days, also of what was erased */
export async function fill(store: Store, first: number): Promise<void> {
  const log = followerOf(store, PARTITION, await store.position(PARTITION));
  const file = { file: 'file', run: 'a' };
  const fresh = { site, choices: '{}', run: '', position: 0, sha256: NOTHING_READ };
  await store.documents.create(IMPORT_KIND, importId(site, 'file'), fresh, { partition: PARTITION });
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
export async function beInTheWay(db: Db, store: Store, hasAsked: () => boolean): Promise<void> {
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
export function* statementsOf(name: string, command: Document): Generator<Document> {
  const list = name === 'update' ? 'updates' : name === 'delete' ? 'deletes' : undefined;
  if (!list) yield command;
  else for (const statement of command[list] as Document[]) yield { ...command, [list]: [statement] };
}

/** Which documents a command is about. */
export function filterOf(name: string, command: Document): Document {
  if (name === 'find') return command.filter as Document;
  if (name === 'aggregate') return (command.pipeline as Document[])[0]?.$match as Document;
  if (name === 'findAndModify') return command.query as Document;
  return ((command.updates ?? command.deletes) as Document[])[0]?.q as Document;
}
