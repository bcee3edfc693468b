import assert from 'node:assert/strict';
import { opened } from './contract.ts';
import type { Case, Place } from './contract.ts';
import type { Event, LogEntry } from './event.ts';
import { IMPORT_KIND, importedSchema, importId, NOTHING_READ } from './import.ts';
import type { FilePart, Imported } from './import.ts';
import type { Store } from './ports.ts';
import { randomOf } from './sample.contract.ts';
import { expectExactly } from './store-contents.contract.ts';
import { NOTHING, day, distinct, entryOf, followerOf, site, view } from './store-scene.contract.ts';

const file = 'file';
const id = importId(site, file);
const fresh: Imported = { site, choices: '{}', run: '', position: 0, sha256: NOTHING_READ };

const claimOf = (run: string): LogEntry => entryOf([], { file: { file, run } });
const partOf = (run: string, from: number, to: number, events: Event[], more: Partial<FilePart> = {}): LogEntry =>
  entryOf(events, { file: { file, run, from, to, sha256: `sha-${to}`, ...more } });

async function imported(store: Store): Promise<Imported> {
  return importedSchema.parse(await store.documents.get(IMPORT_KIND, id));
}

/** Parts of imported files: each once, one after the other, by the run that may. */
export const importCases: Case<Place<Store>>[] = [
  {
    name: "an imported part is applied where it follows, and the file's document moves with it",
    run: (place) =>
      opened(place, async (store) => {
        await store.documents.create(IMPORT_KIND, id, fresh);
        const log = followerOf(store);
        const parts = [partOf('a', 0, 10, [view(1)]), partOf('a', 10, 30, []), partOf('a', 30, 40, [view(2)])];
        const applied = await log.apply([claimOf('a'), ...parts]);
        assert.equal(applied.events, 2);
        await expectExactly(store, distinct(parts));
        assert.deepEqual(await imported(store), { ...fresh, run: 'a', position: 40, sha256: 'sha-40' });
      }),
  },
  {
    name: 'an imported part that does not follow, or comes again, changes nothing, what it refused included',
    run: (place) =>
      opened(place, async (store) => {
        await store.documents.create(IMPORT_KIND, id, fresh);
        const log = followerOf(store);
        const refused = [{ day, reason: 'bot', count: 1 }];
        const first = partOf('a', 0, 10, [view(1)]);
        await log.apply([claimOf('a'), first]);
        const before = await imported(store);
        const wrong = [
          partOf('a', 0, 10, [view(2)]),
          partOf('a', 5, 20, [view(3)]),
          partOf('a', 11, 20, [view(4)]),
          partOf('b', 10, 20, [view(5)]),
          partOf('a', 10, 20, [view(6)], { file: 'another' }),
        ].map((entry) => ({ ...entry, refused }));
        const applied = await log.apply(wrong);
        assert.deepEqual(applied, { fenced: false, position: log.position, ...NOTHING, duplicates: wrong.length });
        assert.deepEqual(await imported(store), before);
        assert.deepEqual(await store.documents.list('refused'), []);
        await expectExactly(store, distinct([first]));
        const next = { ...partOf('a', 10, 20, [view(7)]), refused };
        assert.equal((await log.apply([next])).events, 1);
        assert.equal((await store.documents.list('refused')).length, 1);
      }),
  },
  {
    name: 'a claim fences the run of an import before it',
    run: (place) =>
      opened(place, async (store) => {
        await store.documents.create(IMPORT_KIND, id, fresh);
        const log = followerOf(store);
        const before = [partOf('a', 0, 10, [view(1)]), partOf('a', 10, 20, [view(2)])];
        await log.apply([claimOf('a'), ...before, claimOf('b'), partOf('a', 20, 30, [view(3)])]);
        const after = partOf('b', 20, 25, [view(4)]);
        await log.apply([after]);
        await expectExactly(store, distinct([...before, after]));
        // Each run can see that it is none any more, even if it never saw that it was one.
        await log.apply([claimOf('c'), claimOf('d')]);
        const { run, past } = await imported(store);
        assert.deepEqual({ run, past }, { run: 'd', past: ['a', 'b', 'c'] });
      }),
  },
  {
    name: "an event's own context stands before the entry's",
    run: (place) =>
      opened(place, async (store) => {
        const own = { browser: 'Firefox', device: 'mobile' };
        const entry = entryOf([view(1, { context: own }), view(2)], { context: { browser: 'Chrome' } });
        await followerOf(store).apply([entry]);
        await expectExactly(store, distinct([entry]));
        const { visitorDays } = await store.changes(0, 0, 10);
        assert.deepEqual(visitorDays[0]?.state.visits[0]?.first.context, own);
      }),
  },
  {
    name: 'a site that is erased can be imported again',
    run: (place) =>
      opened(place, async (store) => {
        await store.documents.create(IMPORT_KIND, id, fresh);
        const other = importId('example.org', file);
        await store.documents.create(IMPORT_KIND, other, { ...fresh, site: 'example.org' });
        const log = followerOf(store);
        await log.apply([claimOf('a'), partOf('a', 0, 10, [view(1)])]);
        await store.erase(0, { site }, Date.now() + 1000);
        assert.equal(await store.documents.get(IMPORT_KIND, id), undefined);
        assert.notEqual(await store.documents.get(IMPORT_KIND, other), undefined);
      }),
  },
  {
    name: 'a file counts once, however its import is cut, killed and delivered',
    run: (place) =>
      opened(place, async (store) => {
        await store.documents.create(IMPORT_KIND, id, fresh);
        const random = randomOf(5);
        const log = followerOf(store);
        const lines = 60;
        let ids = 0;
        /** With a new id each time: that of a line may long have been forgotten when it comes again. */
        const lineOf = (n: number): Event => view((ids += 1), { path: `/${n}` });
        /** What lies in the log and has not been applied. */
        const queued: LogEntry[] = [];
        const again = (entry: LogEntry): LogEntry => ({
          ...entry,
          events: entry.events.map((event) => ({ ...event, id: lineOf(0).id })),
        });
        const applySome = async (count: number) => {
          const now = queued.splice(0, count);
          // A log that is read again brings it again.
          if (now.length > 0) await log.apply(random.chance(0.3) ? [...now, ...now.map(again)] : now);
        };
        for (let run = 0; (await imported(store)).position < lines; run++) {
          queued.push(claimOf(`run-${run}`));
          while ((await imported(store)).run !== `run-${run}`) await applySome(1);
          let { position: at } = await imported(store);
          // Killed at any moment, with some of what it sent still in the log.
          for (let parts = random.below(6); parts > 0 && at < lines; parts--) {
            const to = Math.min(lines, at + 1 + random.below(9));
            const events = Array.from({ length: to - at }, (_, n) => lineOf(at + n));
            queued.push(partOf(`run-${run}`, at, to, events));
            at = to;
            if (random.chance(0.5)) await applySome(1 + random.below(3));
          }
        }
        await applySome(queued.length);
        const { total_views, paths } = await store.stats(site, day, lines + 1);
        assert.equal(total_views, lines);
        assert.ok(paths.every(({ views }) => views === 1));
        assert.equal((await store.changes(0, 0, 1000)).events.length, lines);
      }),
  },
];
