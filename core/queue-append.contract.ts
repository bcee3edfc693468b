import assert from 'node:assert/strict';
import { opened } from './contract.ts';
import type { Case } from './contract.ts';
import { NO_POSITION } from './ports.ts';
import { aborted, append, bodies, end, follow, look } from './queue-scene.contract.ts';
import type { QueuePlace } from './queue-scene.contract.ts';

/** `append`, `claim` and `depth`: what is appended is there, once, in its order and its partition. */
export const appendCases: Case<QueuePlace>[] = [
  {
    name: 'has at least two partitions, all empty',
    run: (place) =>
      opened(place, async (queue) => {
        assert.ok(queue.partitions >= 2);
        for (let partition = 0; partition < queue.partitions; partition++) {
          const slice = await look(queue, partition, NO_POSITION);
          assert.deepEqual(slice.entries, []);
          assert.equal(slice.loss, undefined);
        }
        assert.deepEqual(await queue.depth(), { entries: 0, oldest: undefined });
      }),
  },
  {
    name: 'keeps the order within a partition',
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b']);
        await append(queue, 0, ['c']);
        await append(queue, 0, ['d', 'e']);
        const slice = await look(queue, 0, NO_POSITION);
        assert.deepEqual(bodies(slice), ['a', 'b', 'c', 'd', 'e']);
        assert.equal(slice.to, slice.entries.at(-1)?.offset);
        assert.equal(new Set(slice.entries.map(({ offset }) => offset)).size, 5);
      }),
  },
  {
    name: 'keeps partitions apart',
    run: (place) =>
      opened(place, async (queue) => {
        await queue.append([
          { partition: 0, body: 'a0' },
          { partition: 1, body: 'a1' },
          { partition: 0, body: 'b0' },
          { partition: 1, body: 'b1' },
        ]);
        await append(queue, 1, ['c1']);
        assert.deepEqual(bodies(await look(queue, 0, NO_POSITION)), ['a0', 'b0']);
        assert.deepEqual(bodies(await look(queue, 1, NO_POSITION)), ['a1', 'b1', 'c1']);
        await queue.trim(0, end(await look(queue, 0, NO_POSITION)));
        assert.deepEqual(bodies(await look(queue, 1, NO_POSITION)), ['a1', 'b1', 'c1']);
      }),
  },
  {
    name: 'survives being closed and opened',
    async run(place) {
      const before = await opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b']);
        return look(queue, 0, NO_POSITION);
      });
      await opened(place, async (queue) => {
        assert.deepEqual(await look(queue, 0, NO_POSITION), before);
        assert.deepEqual((await look(queue, 0, end(before))).entries, []);
        await append(queue, 0, ['c']);
        assert.deepEqual(bodies(await look(queue, 0, end(before))), ['c']);
        assert.equal((await queue.depth()).entries, 3);
      });
    },
  },
  {
    name: 'takes an empty list of entries',
    run: (place) =>
      opened(place, async (queue) => {
        await queue.append([]);
        assert.deepEqual(await queue.depth(), { entries: 0, oldest: undefined });
      }),
  },
  {
    name: 'tells how many entries there are, and since when',
    run: (place) =>
      opened(place, async (queue) => {
        await append(queue, 0, ['a', 'b']);
        const { entries, oldest } = await queue.depth();
        assert.equal(entries, 2);
        assert.ok(Number.isInteger(oldest));
        await append(queue, 1, ['c']);
        assert.deepEqual(await queue.depth(), { entries: 3, oldest });
        await queue.trim(0, end(await look(queue, 0, NO_POSITION)));
        await queue.trim(1, end(await look(queue, 1, NO_POSITION)));
        if (place.trims) assert.deepEqual(await queue.depth(), { entries: 0, oldest: undefined });
      }),
  },
  {
    name: 'claim runs each partition once and ends with its signal',
    run: (place) =>
      opened(place, async (queue) => {
        const stop = new AbortController();
        const running: number[] = [];
        let started = (): void => {};
        const allStarted = new Promise<void>((resolve) => (started = resolve));
        let ended = 0;
        const claimed = queue.claim(async (partition, signal) => {
          running.push(partition);
          if (running.length === queue.partitions) started();
          await aborted(signal);
          ended += 1;
        }, stop.signal);
        await allStarted;
        assert.deepEqual(
          running.toSorted((a, b) => a - b),
          Array.from({ length: queue.partitions }, (_, partition) => partition),
        );
        assert.equal(ended, 0);
        stop.abort();
        await claimed;
        assert.equal(ended, queue.partitions);
      }),
  },
  {
    name: 'gives every body back as it was',
    async run(place) {
      const odd = [
        '',
        ' ',
        '{"a":"\\u0000"}',
        'NUL \u0000 in the middle',
        '\u0000',
        'é ö 漢字 😀 \u{10FFFF} \u200b \ufeff',
        'quotes \' " ` \\ ; -- /* %s ? :a @b $c',
        '\r\n\t\u0001\u001f\u007f',
        'x'.repeat(1024 * 1024),
        '😀'.repeat(250_000),
      ];
      await opened(place, (queue) => append(queue, 1, odd));
      await opened(place, async (queue) => {
        const steps = await follow(queue, 1, NO_POSITION, 3);
        assert.equal(steps.length, odd.length);
        for (const [index, { body }] of steps.entries())
          assert.ok(body === odd[index], `body ${index} came back changed`);
      });
    },
  },
  {
    name: 'holds every one of many appends at a time, once, each in its own order',
    async run(place) {
      const writers = Array.from({ length: 100 }, (_, writer) => writer);
      await opened(place, async (queue) => {
        await Promise.all(
          writers.map(async (writer) => {
            await append(queue, writer % 2, [`${writer} a`, `${writer} b`]);
            await append(queue, writer % 2, [`${writer} c`]);
          }),
        );
      });
      await opened(place, async (queue) => {
        for (const partition of [0, 1]) {
          const found = (await follow(queue, partition, NO_POSITION, 37)).map(({ body }) => body);
          const mine = writers.filter((writer) => writer % 2 === partition);
          assert.equal(found.length, mine.length * 3);
          for (const writer of mine) {
            const own = found.filter((body) => body.startsWith(`${writer} `));
            assert.deepEqual(own, [`${writer} a`, `${writer} b`, `${writer} c`]);
          }
        }
      });
    },
  },
];
