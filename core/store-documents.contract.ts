import assert from 'node:assert/strict';
import { opened } from './contract.ts';
import type { Case, Place } from './contract.ts';
import type { Store } from './ports.ts';
import { expectConsistent, expectExactly } from './store-contents.contract.ts';
import { day, entryOf, followerOf, site, view } from './store-scene.contract.ts';

/** `documents` and `sweep`, and the documents that `apply` writes. */
export const documentCases: Case<Place<Store>>[] = [
  {
    name: 'documents are put, changed, listed and deleted, each kind apart',
    run: (place) =>
      opened(place, async ({ documents }) => {
        assert.equal(await documents.get('site', 'a'), undefined);
        assert.deepEqual(await documents.list('site'), []);
        await documents.put('site', 'b', { n: 1 });
        await documents.put('site', 'a', { n: 2, deep: [null, true, { x: 'é' }] });
        await documents.put('salt', 'a', 'text');
        await documents.put('site', 'b', { n: 3 });
        assert.deepEqual(await documents.get('site', 'a'), { n: 2, deep: [null, true, { x: 'é' }] });
        assert.deepEqual(await documents.list('site'), [
          { id: 'a', value: { n: 2, deep: [null, true, { x: 'é' }] } },
          { id: 'b', value: { n: 3 } },
        ]);
        await documents.delete('site', 'a');
        await documents.delete('site', 'a');
        assert.equal(await documents.get('site', 'a'), undefined);
        assert.equal(await documents.get('salt', 'a'), 'text');
      }),
  },
  {
    name: 'documents survive being closed and opened',
    async run(place) {
      await opened(place, async ({ documents }) => {
        await documents.put('site', 'a', { n: 1 });
        await documents.create('salt', 'b', 'salt');
      });
      await opened(place, async ({ documents }) => {
        assert.deepEqual(await documents.get('site', 'a'), { n: 1 });
        assert.equal(await documents.create('salt', 'b', 'other'), 'salt');
      });
    },
  },
  {
    name: 'create puts only what is absent and answers what is there',
    run: (place) =>
      opened(place, async ({ documents }) => {
        assert.deepEqual(await documents.create('site', 'a', { n: 1 }), { n: 1 });
        assert.deepEqual(await documents.create('site', 'a', { n: 2 }), { n: 1 });
        await documents.delete('site', 'a');
        assert.deepEqual(await documents.create('site', 'a', { n: 3 }), { n: 3 });
      }),
  },
  {
    name: 'of racing creates one wins, and all are told which',
    run: (place) =>
      opened(place, async ({ documents }) => {
        const values = Array.from({ length: 20 }, (_, n) => n);
        const answers = await Promise.all(values.map((n) => documents.create('salt', 'today', { n })));
        const winner = await documents.get('salt', 'today');
        for (const answer of answers) assert.deepEqual(answer, winner);
      }),
  },
  {
    name: 'create holds to the limit of a kind, in a race, too',
    run: (place) =>
      opened(place, async ({ documents }) => {
        await documents.put('other', 'x', 1);
        const ids = Array.from({ length: 12 }, (_, n) => `site-${n}`);
        const answers = await Promise.all(ids.map((id) => documents.create('site', id, { id }, { countMax: 5 })));
        assert.equal(answers.filter((answer) => answer !== undefined).length, 5);
        const listed = await documents.list('site');
        assert.equal(listed.length, 5);
        for (const { id, value } of listed) {
          assert.deepEqual(value, { id });
          assert.deepEqual(await documents.create('site', id, 'other', { countMax: 5 }), { id });
        }
        assert.equal(await documents.create('site', 'late', 1, { countMax: 5 }), undefined);
        assert.equal(await documents.create('site', 'late', 1, { countMax: 6 }), 1);
      }),
  },
  {
    name: 'what has reached its age dies in a sweep, and nothing else',
    async run(place) {
      const now = Date.now();
      const hour = 3_600_000;
      await opened(place, async ({ documents, ...store }) => {
        await documents.create('salt', 'short', 'a', { expires: now + hour });
        await documents.create('salt', 'long', 'b', { expires: now + 3 * hour });
        await documents.create('salt', 'ever', 'c');
        await documents.put('site', 'a', 1);
        await store.sweep(now + hour - 1000);
        assert.equal((await documents.list('salt')).length, 3);
        await store.sweep(now + hour + 1000);
        assert.deepEqual(
          (await documents.list('salt')).map(({ id }) => id),
          ['ever', 'long'],
        );
        assert.equal(await documents.get('salt', 'short'), undefined);
        assert.equal(await documents.create('salt', 'short', 'new', { expires: now + 2 * hour }), 'new');
      });
      await opened(place, async ({ documents, ...store }) => {
        await store.sweep(now + 2 * hour + 1000);
        assert.deepEqual(
          (await documents.list('salt')).map(({ id }) => id),
          ['ever', 'long'],
        );
        assert.equal(await documents.get('site', 'a'), 1);
      });
    },
  },
  {
    name: 'a sweep leaves events, visits and numbers alone',
    run: (place) =>
      opened(place, async (store) => {
        const entry = entryOf([view(1), view(2)]);
        await followerOf(store).apply([entry]);
        await store.sweep(Date.now() + 400 * 24 * 3_600_000);
        await expectExactly(
          store,
          entry.events.map((event) => ({ ...event, site, received: entry.received, context: {} })),
        );
      }),
  },
  {
    name: 'what can never be applied becomes a document with its reason, and the rest is applied',
    run: (place) =>
      opened(place, async (store) => {
        const body = '{"v":9, not JSON \u0000 é';
        const quarantine = [
          { offset: '1', reason: 'not JSON', body },
          { offset: '2', reason: 'v: wrong', body: '' },
        ];
        const applied = await followerOf(store).apply([entryOf([view(1)])], { quarantine });
        assert.equal(applied.events, 1);
        assert.equal((await store.documents.list('quarantine')).length, 2);
        for (const { offset, reason, body: text } of quarantine) {
          const found = (await store.documents.get('quarantine', `0|log-1|${offset}`)) as Record<string, unknown>;
          assert.equal(found.reason, reason);
          assert.equal(found.body, text);
        }
        await expectConsistent(store);
      }),
  },
  {
    name: 'a loss of the log becomes a document',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        await log.apply([], { loss: { kind: 'gap', detail: 'entries 1 to 5 are missing' } });
        await log.apply([entryOf([view(1)])], { loss: { kind: 'restart', detail: 'another log' } });
        await log.apply([entryOf([view(2)])]);
        const losses = (await store.documents.list('loss')).map(({ value }) => value as Record<string, unknown>);
        const found = losses.map(
          ({ partition, kind, detail }) => `${String(partition)} ${String(kind)}: ${String(detail)}`,
        );
        assert.deepEqual(found.sort(), ['0 gap: entries 1 to 5 are missing', '0 restart: another log']);
      }),
  },
  {
    name: 'refused events are counted by site, day and reason, each entry once, also if the log is read again',
    run: (place) =>
      opened(place, async (store) => {
        const log = followerOf(store);
        const first = entryOf([view(1)], {
          refused: [
            { day, reason: 'bot', count: 2 },
            { day: day + 1, reason: 'bot', count: 1 },
            { day, reason: 'too_old', count: 5 },
          ],
        });
        const second = entryOf([], { refused: [{ day, reason: 'bot', count: 10 }] });
        const elsewhere = entryOf([], { site: 'example.org', refused: [{ day, reason: 'bot', count: 100 }] });
        await log.apply([first, first]);
        await log.apply([second, elsewhere]);
        await log.apply([first, second, elsewhere], { to: { incarnation: 'log-2', offset: '4' } });
        const expected = [
          { site, day, reason: 'bot', count: 12 },
          { site, day: day + 1, reason: 'bot', count: 1 },
          { site, day, reason: 'too_old', count: 5 },
          { site: 'example.org', day, reason: 'bot', count: 100 },
        ];
        const listed = await store.documents.list('refused');
        assert.equal(listed.length, expected.length);
        for (const one of expected) {
          const found = await store.documents.get('refused', `${one.site}|${one.day}|${one.reason}`);
          assert.deepEqual(found, one);
        }
      }),
  },
];
