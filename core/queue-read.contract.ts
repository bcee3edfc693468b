import assert from 'node:assert/strict';
import { opened } from './contract.ts';
import type { Case } from './contract.ts';
import { NO_POSITION } from './ports.ts';
import { FOREVER, append, bodies, end, follow, look } from './queue-scene.contract.ts';
import type { QueuePlace } from './queue-scene.contract.ts';

/** `read`: limits, waiting, and positions of another log. */
export const readCases: Case<QueuePlace>[] = [
  {
    name: 'gives the same again, entry by entry or at once',
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b', 'c']);
        const once = await look(queue, 0, NO_POSITION);
        assert.deepEqual(await look(queue, 0, NO_POSITION), once);
        const steps = await follow(queue, 0, NO_POSITION, 1);
        assert.deepEqual(steps, once.entries);
        for (const [index, { offset }] of once.entries.entries()) {
          const after = { incarnation: once.incarnation, offset, version: 7 };
          assert.deepEqual((await look(queue, 0, after)).entries, once.entries.slice(index + 1));
        }
      }),
  },
  {
    name: 'reads at most entriesMax entries',
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b', 'c', 'd', 'e']);
        const slice = await look(queue, 0, NO_POSITION, { entriesMax: 2 });
        assert.deepEqual(bodies(slice), ['a', 'b']);
        assert.deepEqual(bodies(await look(queue, 0, end(slice), { entriesMax: 2 })), ['c', 'd']);
      }),
  },
  {
    name: 'reads at most bytesMax bytes, but always one entry',
    run: (place) =>
      opened(place, async (queue) => {
        const body = 'x'.repeat(1000);
        await append(queue, 0, [body, body, body, 'y'.repeat(5000), body]);
        const slice = await look(queue, 0, NO_POSITION, { bytesMax: 2500 });
        assert.deepEqual(bodies(slice), [body, body]);
        const steps = await follow(queue, 0, NO_POSITION, 10, 1200);
        assert.deepEqual(
          steps.map((entry) => entry.body.length),
          [1000, 1000, 1000, 5000, 1000],
        );
      }),
  },
  {
    name: 'waits for entries and wakes when some come',
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a']);
        const position = end(await look(queue, 0, NO_POSITION));
        const waiting = look(queue, 0, position, { waitMs: FOREVER });
        await append(queue, 1, ['elsewhere']);
        await append(queue, 0, ['b']);
        assert.deepEqual(bodies(await waiting), ['b']);
      }),
  },
  {
    name: 'ends a wait in which nothing came, and stays where it was',
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a']);
        const slice = await look(queue, 0, NO_POSITION);
        const nothing = await look(queue, 0, end(slice), { waitMs: 20 });
        assert.deepEqual(nothing.entries, []);
        assert.equal(nothing.loss, undefined);
        assert.deepEqual(end(nothing), end(slice));
      }),
  },
  {
    name: 'ends a wait when its signal is aborted, before or while it waits',
    run: (place) =>
      opened(place, async (queue) => {
        const stop = new AbortController();
        const waiting = look(queue, 0, NO_POSITION, { waitMs: FOREVER, signal: stop.signal });
        stop.abort();
        assert.deepEqual((await waiting).entries, []);
        const late = await look(queue, 0, NO_POSITION, { waitMs: FOREVER, signal: stop.signal });
        assert.deepEqual(late.entries, []);
      }),
  },
  {
    name: "reads from the start for another log's position, and says so",
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b', 'c']);
        const all = await look(queue, 0, NO_POSITION);
        const elsewhere = { ...end(all), incarnation: 'another-log', version: 3 };
        const slice = await look(queue, 0, elsewhere);
        assert.deepEqual(slice.entries, all.entries);
        assert.equal(slice.incarnation, all.incarnation);
        assert.equal(slice.loss?.kind, 'restart');
        assert.notEqual(slice.loss?.detail, '');
        assert.equal((await look(queue, 0, end(slice))).loss, undefined);
      }),
  },
  {
    name: "tells another log's position even of an empty log, without waiting",
    run: (place) =>
      opened(place, async (queue) => {
        const elsewhere = { incarnation: 'another-log', offset: '5', version: 3 };
        const slice = await look(queue, 0, elsewhere, { waitMs: FOREVER });
        assert.deepEqual(slice.entries, []);
        assert.equal(slice.loss?.kind, 'restart');
        const next = await look(queue, 0, end(slice));
        assert.equal(next.loss, undefined);
        await append(queue, 0, ['a']);
        assert.deepEqual(bodies(await look(queue, 0, end(slice))), ['a']);
      }),
  },
  {
    name: "reads from the start for a position after the log's end, and says so",
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b', 'c']);
        const all = await look(queue, 0, NO_POSITION);
        const beyond = { ...end(all), offset: place.offsetAfter(all.to) };
        const slice = await look(queue, 0, beyond);
        assert.deepEqual(slice.entries, all.entries);
        assert.equal(slice.loss?.kind, 'restart');
        assert.equal((await look(queue, 0, end(slice))).loss, undefined);
      }),
  },
];
