import assert from 'node:assert/strict';
import { ENGAGEMENT } from '../sdk/src/wire.ts';
import { opened } from './contract.ts';
import type { Case, Place } from './contract.ts';
import type { LogEntry } from './event.ts';
import type { Store } from './ports.ts';
import { expectConsistent, expectExactly } from './store-contents.contract.ts';
import { day, distinct, entryOf, followerOf, site, stored, view } from './store-scene.contract.ts';

/** Strings that mean something to somebody: they are data here, and every two of them differ. */
const hostile = [
  '',
  ' ',
  'a',
  'A',
  'a ',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '$where',
  '$',
  'a.b',
  '.',
  "o'hara",
  "'; DROP TABLE events; --",
  '"quoted"',
  '`back`',
  '\\',
  '%',
  '_',
  '?1',
  'a|1',
  '|',
  'n\u0000a',
  'n\u0000b',
  '\u0000',
  'é',
  'e\u0301',
  '漢字',
  '😀',
  '\u{10FFFF}',
  '\u202e\u200b\ufeff',
  '\r\n\t',
  '(other)',
  'null',
  '0',
  '<script>alert(1)</script>',
  'x'.repeat(2000),
  `${'x'.repeat(1999)}y`,
];

/** Hostile strings in every place where a caller's text may come to lie. */
export const hostileCases: Case<Place<Store>>[] = [
  {
    name: 'any string is a site',
    run: (place) =>
      opened(place, async (store) => {
        const entries = hostile.map((name, n) => entryOf([view(n), view(100)], { site: name }));
        await followerOf(store).apply(entries);
        await expectExactly(store, distinct(entries));
      }),
  },
  {
    name: 'any string is a path, a name, a title, a host name, a user, a visitor, a source and a property',
    async run(place) {
      const entries = hostile.map((text, n) => hostileEntry(text, n * 10));
      const { position } = await opened(place, (store) => followerOf(store).apply(entries));
      await opened(place, async (store) => {
        await expectExactly(store, distinct(entries));
        assert.equal((await followerOf(store, 0, position).apply(entries)).events, 0);
      });
    },
  },
  {
    name: 'any string is the id and the value of a document',
    run: (place) =>
      opened(place, async ({ documents }) => {
        for (const text of hostile) await documents.put('site', text, { text });
        assert.equal((await documents.list('site')).length, hostile.length);
        for (const text of hostile) {
          assert.deepEqual(await documents.get('site', text), { text });
          assert.equal(await documents.create(text, 'a', text), text);
        }
        for (const text of hostile) await documents.delete('site', text);
        assert.deepEqual(await documents.list('site'), []);
        for (const text of hostile) assert.deepEqual(await documents.list(text), [{ id: 'a', value: text }]);
      }),
  },
  {
    name: 'any string is a user who can be erased',
    run: (place) =>
      opened(place, async (store) => {
        const entry = entryOf(hostile.map((text, n) => view(n, { visitor: `u${text}`, user_id: text })));
        await followerOf(store).apply([entry]);
        for (const [n, text] of hostile.entries()) {
          assert.equal(await store.erase(0, { site, user_id: text }, Date.now() + 3_600_000), 1, JSON.stringify(text));
          if (n % 10 === 0)
            await expectExactly(
              store,
              entry.events.slice(n + 1).map((event) => stored(event, entry)),
            );
        }
        await expectConsistent(store);
        assert.equal((await store.stats(site, day, 10)).unique_users, 0);
      }),
  },
  {
    name: 'a property may have any name, even twice, and keeps its type',
    run: (place) =>
      opened(place, async (store) => {
        const props: [string, string | number | boolean][] = [
          ['__proto__', 'x'],
          ['__proto__', 1],
          ['a', true],
          ['a', 'true'],
          ['n', 1.5],
          ['n', -0.001],
          ['n', 1e21],
          ['n', Number.MAX_SAFE_INTEGER],
        ];
        const entry = entryOf([view(1, { name: 'signup', props })]);
        await followerOf(store).apply([entry]);
        await expectExactly(store, distinct([entry]));
      }),
  },
  {
    name: 'times of long ago and far ahead are times',
    run: (place) =>
      opened(place, async (store) => {
        const times = [0, 1, -1, -86_400_000, 4_102_444_800_000, 8_640_000_000_000_000];
        const entry = entryOf(
          times.map((time, n) => view(n, { time, day: Math.floor(time / 86_400_000), utc_offset: -840 + n })),
        );
        await followerOf(store).apply([entry]);
        await expectExactly(store, distinct([entry]));
      }),
  },
];

function hostileEntry(text: string, n: number): LogEntry {
  const visitor = `v${text}`;
  return entryOf(
    [
      view(n, { visitor, path: text, title: text, hostname: text, user_id: text, acquisition: { source: text } }),
      view(n + 1, { visitor, name: text || 'none', props: [[text, text]], path: '/' }),
      view(n + 2, { visitor, name: ENGAGEMENT, view: view(n).id, engaged_ms: 5, depth: 1, path: text }),
      view(n + 3, { visitor: `u${text}`, user_id: text, path: '/' }),
    ],
    { context: { browser: text, language: text, country: text } },
  );
}
