import assert from 'node:assert/strict';
import { opened } from './contract.ts';
import type { Case } from './contract.ts';
import type { Position } from './ports.ts';
import { NO_POSITION } from './ports.ts';
import { FOREVER, append, bodies, end, look } from './queue-scene.contract.ts';
import type { QueuePlace } from './queue-scene.contract.ts';

/** `trim`, and what is missing after it. */
export const trimCases: Case<QueuePlace>[] = [
  {
    name: 'trims up to a position, never beyond',
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b', 'c', 'd', 'e']);
        const all = await look(queue, 0, NO_POSITION);
        const [, , third] = all.entries;
        const position = { incarnation: all.incarnation, offset: third?.offset ?? '', version: 1 };
        await queue.trim(0, position);
        assert.deepEqual((await look(queue, 0, position)).entries, all.entries.slice(3));
        if (place.trims) assert.equal((await queue.depth()).entries, 2);
        await queue.trim(0, position);
        assert.deepEqual((await look(queue, 0, position)).entries, all.entries.slice(3));
      }),
  },
  {
    name: "trims nothing for another log's position, nor for none",
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b']);
        const all = await look(queue, 0, NO_POSITION);
        await queue.trim(0, { ...end(all), incarnation: 'another-log' });
        await queue.trim(0, NO_POSITION);
        assert.deepEqual(await look(queue, 0, NO_POSITION), all);
      }),
  },
  {
    name: 'positions never go back: all trimmed, closed, opened, appended',
    async run(place) {
      const before = await opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b', 'c']);
        const all = await look(queue, 0, NO_POSITION);
        await queue.trim(0, end(all));
        return all;
      });
      await opened(place, async (queue) => {
        const nothing = await look(queue, 0, end(before));
        assert.deepEqual(nothing.entries, []);
        assert.equal(nothing.loss, undefined);
        await append(queue, 0, ['d', 'e']);
        const after = await look(queue, 0, end(before));
        assert.deepEqual(bodies(after), ['d', 'e']);
        assert.equal(after.loss, undefined);
        assert.equal(after.incarnation, before.incarnation);
        const known = new Set(before.entries.map(({ offset }) => offset));
        assert.deepEqual(
          after.entries.filter(({ offset }) => known.has(offset)),
          [],
        );
      });
    },
  },
  {
    name: 'says what is missing between a position and where the log starts',
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b', 'c', 'd']);
        const all = await look(queue, 0, NO_POSITION);
        const at = (index: number): Position => ({ ...end(all), offset: all.entries[index]?.offset ?? '' });
        await queue.trim(0, at(2));
        const slice = await look(queue, 0, at(0));
        if (!place.trims && slice.entries.length === 3) return;
        assert.deepEqual(bodies(slice), ['d']);
        assert.equal(slice.loss?.kind, 'gap');
        assert.equal((await look(queue, 0, at(2))).loss, undefined);
        assert.equal((await look(queue, 0, NO_POSITION)).loss?.kind, 'gap');
      }),
  },
  {
    name: 'moves past what is missing also when nothing is left, without waiting',
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b', 'c', 'd']);
        const all = await look(queue, 0, NO_POSITION);
        const first = { ...end(all), offset: all.entries[0]?.offset ?? '' };
        await queue.trim(0, end(all));
        const slice = await look(queue, 0, first, { waitMs: FOREVER });
        if (!place.trims && slice.entries.length === 3) return;
        assert.deepEqual(slice.entries, []);
        assert.equal(slice.loss?.kind, 'gap');
        assert.equal((await look(queue, 0, end(slice))).loss, undefined);
        await append(queue, 0, ['e']);
        assert.deepEqual(bodies(await look(queue, 0, end(slice))), ['e']);
      }),
  },
];
